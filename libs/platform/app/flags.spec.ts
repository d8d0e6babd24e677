/** What may stand behind a start command. */
import { APPS } from '../settings/apps.js';
import { variables } from '../settings/schema.js';
import { helpText, parseFlags } from './flags.js';

const flags = {
  demo: { flag: '--demo', about: 'plays' },
  rebuild: { flag: '--rebuild', about: 'folds' },
} as const;

test('flags are taken in any order, and none is needed', () => {
  expect(parseFlags(flags, [])).toEqual({ demo: false, rebuild: false, help: false });
  expect(parseFlags(flags, ['--rebuild', '--demo'])).toEqual({ demo: true, rebuild: true, help: false });
  expect(parseFlags({}, ['--help'])).toEqual({ help: true });
});

test.each(['--faster', '-h', 'demo', '--demo=1', '', 'constructor', '__proto__'])('%j is refused', (argument) => {
  expect(() => parseFlags(flags, ['--demo', argument])).toThrow(
    `unknown: ${JSON.stringify(argument)}; the flags are --demo, --rebuild, --help`,
  );
});

test('the help of everything in one process names every flag and setting', () => {
  const help = helpText({ app: APPS.standalone, about: 'Hermes.', command: 'npm start', flags });
  const words = ['--demo', '--rebuild', '--help', 'docs/operating.md', ...Object.keys(variables)];
  for (const word of words) expect(help).toContain(word);
});

test('the help of an app apart names what that app reads, with its own port', () => {
  const help = helpText({ app: APPS.query, about: 'A query.', command: 'npm run start:query', flags: {} });
  for (const name of [
    'HERMES_VIEWS',
    'HERMES_MONGO_URL',
    'HERMES_MONGO_URL_FILE',
    'HERMES_PREFIX',
    'HERMES_TOKENS_FILE',
  ])
    expect(help).toContain(` ${name} `);
  for (const name of ['HERMES_JOURNAL', 'HERMES_FEED', 'HERMES_EVENTSTORE_URL', 'HERMES_KAFKA_TLS', 'HERMES_DATA_DIR'])
    expect(help).not.toContain(name);
  expect(help).toMatch(/HERMES_PORT .*\(then 4403\)/);
});
