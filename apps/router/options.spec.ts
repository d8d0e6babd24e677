/** What may stand behind `npm run start:router --`. */
import { parseOptions, USAGE } from './options.js';

test('by default the apps are where they listen by default', () => {
  expect(parseOptions([])).toEqual({
    port: 4400,
    targets: { ingest: 'http://127.0.0.1:4401', projector: 'http://127.0.0.1:4402', query: 'http://127.0.0.1:4403' },
  });
  expect(parseOptions(['--port', '0', '--query=http://127.0.0.1:9'])).toMatchObject({
    port: 0,
    targets: { query: 'http://127.0.0.1:9' },
  });
  expect(parseOptions(['--help'])).toBeNull();
  for (const option of ['--port', '--ingest', '--projector', '--query']) expect(USAGE).toContain(option);
});

test.each(['--port x', '--port 65536', '--query 127.0.0.1:9', '--query http://a/b', '--other x', 'x'])(
  '%j is refused in one line',
  (line) => {
    expect(() => parseOptions(line.split(' '))).toThrow(/^[^\n]+$/);
  },
);
