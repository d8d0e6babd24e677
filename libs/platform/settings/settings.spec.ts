/** Settings are read once, checked as a whole, and refused by name, value and next step. */
import { StartError } from './start-error.js';
import { isLoopbackHost, isLoopbackName } from './loopback.js';
import { parseSettings, readSettings } from './settings.js';

function faults(environment: Record<string, string>): readonly string[] {
  const parsed = parseSettings(environment);
  return parsed.ok ? [] : parsed.faults;
}

test('without any variable Hermes is standalone on loopback', () => {
  const parsed = parseSettings({});
  expect(parsed).toMatchObject({
    ok: true,
    settings: {
      host: '127.0.0.1',
      port: 4400,
      journal: 'sqlite',
      feed: 'inprocess',
      views: 'sqlite',
      tokensFile: null,
    },
  });
  expect(parsed.ok && Object.isFrozen(parsed.settings) && Object.isFrozen(parsed.settings.limits)).toBe(true);
});

test('a variable that is set to nothing counts as not set; those of the test lanes are ignored', () => {
  expect(parseSettings({ HERMES_PORT: '', HERMES_TEST_KAFKA: 'x', PATH: '/bin' })).toEqual(parseSettings({}));
});

test.each([
  ['HERMES_SERVICE_HOST', '10.0.0.1'],
  ['HERMES_SERVICE_PORT', '4400'],
  ['HERMES_SERVICE_PORT_HTTP', '4400'],
  ['HERMES_PORT', 'tcp://10.0.0.1:4400'],
  ['HERMES_PORT_4400_TCP', 'tcp://10.0.0.1:4400'],
  ['HERMES_PORT_4400_TCP_PROTO', 'tcp'],
  ['HERMES_PORT_4400_TCP_PORT', '4400'],
  ['HERMES_PORT_4400_TCP_ADDR', '10.0.0.1'],
  ['HERMES_QUERY_SERVICE_HOST', '10.0.0.2'],
  ['HERMES_QUERY_PORT', 'tcp://[fd00::2]:4403'],
  ['HERMES_QUERY_PORT_4403_TCP_ADDR', 'fd00::2'],
  ['HERMES_URL', 'http://127.0.0.1:4400'],
  ['HERMES_CONTEXT', 'production'],
])("%s=%s is another program's, and ignored", (name, value) => {
  expect(parseSettings({ [name]: value })).toEqual(parseSettings({}));
});

test.each([
  ['HERMES_QUERY_PORT', '4403'],
  ['HERMES_SERVICE', 'x'],
  ['HERMES_URLS', 'x'],
  ['HERMES_PORT', 'tcp:10.0.0.1'],
])('%s=%s is taken for a mistake', (name, value) => {
  expect(faults({ [name]: value })).toEqual([expect.stringContaining(name)]);
});

test("the clients' token file turns no tokens on, which the log says at the start", () => {
  const parsed = parseSettings({ HERMES_TOKEN_FILE: 'token' });
  expect(parsed).toMatchObject({
    ok: true,
    settings: {
      tokensFile: null,
      hints: [expect.stringMatching(/^HERMES_TOKEN_FILE is not used.*HERMES_TOKENS_FILE/)],
    },
  });
  expect(parseSettings({ HERMES_TOKEN_FILE: 'token', HERMES_TOKENS_FILE: 'tokens.json' })).toMatchObject({
    ok: true,
    settings: { hints: [] },
  });
});

test('all faults are listed at once, each with variable, value and the expected form', () => {
  const reported = faults({
    HERMES_PORT: 'eighty',
    HERMES_VIEWS: 'paper',
    HERMES_LOG_LEVEL: 'loud',
    HERMES_HOST: '0.0.0.0',
  });
  expect(reported).toHaveLength(4);
  expect(reported[0]).toMatch(/HERMES_HOST is "0\.0\.0\.0".*HERMES_TOKENS_FILE|HERMES_PORT is "eighty".*0 to 65535/);
  expect(reported.join('\n')).toMatch(
    /HERMES_VIEWS is "paper": give one of sqlite, mongo, or leave it out \(then sqlite\)/,
  );
});

test('a variable that is no setting is refused by its name, its value is not reported', () => {
  expect(faults({ HERMES_PROT: 'hunter2' })).toEqual([expect.stringMatching(/^HERMES_PROT is no setting/)]);
  expect(faults({ HERMES_PROT: 'hunter2' }).join()).not.toContain('hunter2');
});

test.each([
  ['HERMES_PORT', ['0', '65535'], ['-1', '65536', '1e3', '80.5', ' 80', '0x50']],
  ['HERMES_PARTITIONS', ['4', '256'], ['3', '257']],
  ['HERMES_HOST', ['localhost', '::1', '127.1.2.3', 'a.localhost'], ['127.0.0.1:80', 'a b', 'http://x', '-x']],
  ['HERMES_JOURNAL', ['sqlite'], ['kafka', 'SQLITE']],
  ['HERMES_FEED', ['inprocess'], ['sqlite']],
  ['HERMES_PREFIX', ['hermes', 'a', 'a-1', 'x'.repeat(32)], ['-a', 'a-', 'A', 'a_b', 'a.b', 'x'.repeat(33)]],
  ['HERMES_MAX_BODY_BYTES', ['1024'], ['1023', '32MiB']],
  ['HERMES_MAX_HELD_BYTES', ['11184811', '68719476736'], ['1023', '256MiB', '68719476737']],
  ['HERMES_MAX_WAIT_SECONDS', ['0', '30'], ['31']],
  ['HERMES_MAX_CONNECTIONS', ['2400', '65536'], ['0', '65537']],
  ['HERMES_MAX_HEAD_SECONDS', ['1', '120'], ['0', '121']],
  ['HERMES_MAX_QUEUED_ENTRIES', ['100', '10000000'], ['99', 'many']],
  ['HERMES_MAX_QUEUED_BYTES', ['1048576'], ['1000', '128MiB']],
  ['HERMES_MAX_BUFFERED_MESSAGES', ['100', '100000'], ['0', '99']],
  ['HERMES_MAX_WAITING_READS', ['1', '6912'], ['0', '65537']],
  ['HERMES_MAX_FOLLOWERS', ['1', '5912'], ['0', '5913', '65537']],
  ['HERMES_MAX_LAG_SECONDS', ['1', '86400'], ['0', '1.5']],
  ['HERMES_DATA_DIR', ['/tmp/x'], ['a\0b']],
])('%s takes %j, not %j', (name, good, bad) => {
  for (const value of good) expect(faults({ [name]: value })).toEqual([]);
  for (const value of bad) expect(faults({ [name]: value })).toEqual([expect.stringContaining(`${name} is `)]);
});

test('the head of a request is not given longer than the whole of it', () => {
  expect(faults({ HERMES_MAX_HEAD_SECONDS: '20', HERMES_MAX_REQUEST_SECONDS: '5' })).toEqual([
    expect.stringMatching(/^HERMES_MAX_HEAD_SECONDS is 20, .*HERMES_MAX_REQUEST_SECONDS \(5\)/),
  ]);
  expect(faults({ HERMES_MAX_HEAD_SECONDS: '5', HERMES_MAX_REQUEST_SECONDS: '5' })).toEqual([]);
});

test('the largest body fits into what the bodies of one holder may have, three quarters of all', () => {
  expect(faults({ HERMES_MAX_BODY_BYTES: '2048', HERMES_MAX_HELD_BYTES: '2729' })).toEqual([
    expect.stringMatching(/^HERMES_MAX_BODY_BYTES is 2048, .*HERMES_MAX_HELD_BYTES \(2729\).* to 2731$/),
  ]);
  expect(faults({ HERMES_MAX_BODY_BYTES: '2048', HERMES_MAX_HELD_BYTES: '2731' })).toEqual([]);
  expect(faults({ HERMES_MAX_BODY_BYTES: String(256 * 1024 * 1024) })).toEqual([]);
});

test('reads that wait leave connections for all that is worked on', () => {
  const limits = { HERMES_MAX_CONNECTIONS: '80', HERMES_MAX_REQUESTS: '10' };
  expect(faults({ ...limits, HERMES_MAX_WAITING_READS: '50' })).toEqual([]);
  expect(faults({ ...limits, HERMES_MAX_WAITING_READS: '51' })).toEqual([
    expect.stringMatching(/^HERMES_MAX_WAITING_READS is 51, .*HERMES_MAX_REQUESTS \(20\).* 70 connections.*\(80\)/),
  ]);
});

test('other machines are let in only with tokens', () => {
  expect(faults({ HERMES_HOST: '::' })).toHaveLength(1);
  expect(faults({ HERMES_HOST: '0.0.0.0', HERMES_TOKENS_FILE: 'tokens.json' })).toEqual([]);
});

test('reading them throws one line per fault', () => {
  expect(() => readSettings({ HERMES_PORT: 'x', HERMES_VIEWS: 'y' })).toThrow(StartError);
  expect(() => readSettings({ HERMES_PORT: 'x', HERMES_VIEWS: 'y' })).toThrow(/^HERMES_PORT .*\nHERMES_VIEWS [^\n]*$/);
});

test('which names only this machine can reach', () => {
  for (const name of ['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST', 'x.localhost'])
    expect(isLoopbackName(name)).toBe(true);
  for (const name of ['0.0.0.0', '10.0.0.1', '::', 'localhost.example.com', '127.0.0.1.nip.io', ''])
    expect(isLoopbackName(name)).toBe(false);
  for (const header of ['127.0.0.1', '127.0.0.1:80', '[::1]:4400', 'localhost:1'])
    expect(isLoopbackHost(header)).toBe(true);
  for (const header of ['evil.example', 'localhost:x', '127.0.0.1@evil.example', '[::1', '', 'localhost:80:80'])
    expect(isLoopbackHost(header)).toBe(false);
});
