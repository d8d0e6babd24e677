/** What may stand behind `npm start --`. */
import { helpText, parseFlags } from './flags.js';

test('flags are taken in any order, and none is needed', () => {
  expect(parseFlags([])).toEqual({ demo: false, foldAnew: false, help: false });
  expect(parseFlags(['--fold-anew', '--demo'])).toEqual({ demo: true, foldAnew: true, help: false });
});

test.each(['--faster', '-h', 'demo', '--demo=1', '', 'constructor', '__proto__'])('%j is refused', (argument) => {
  expect(() => parseFlags(['--demo', argument])).toThrow(
    `unknown: ${JSON.stringify(argument)}; the flags are --demo, --fold-anew, --help`,
  );
});

test('the help names every flag and setting', () => {
  for (const word of ['--demo', '--fold-anew', '--help', 'HERMES_PORT', 'docs/operating.md'])
    expect(helpText()).toContain(word);
});
