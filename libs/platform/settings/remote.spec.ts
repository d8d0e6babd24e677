/** The settings of remote stores: what a choice needs, what only another choice would read, and that no secret is shown. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { APPS, type AppKind } from './apps.js';
import { parseSettings, type Settings } from './settings.js';

const SECRET = 'hunter2';
const REMOTE = {
  HERMES_JOURNAL: 'eventstore',
  HERMES_FEED: 'kafka',
  HERMES_VIEWS: 'mongo',
  HERMES_EVENTSTORE_URL: `kurrentdb://admin:${SECRET}@events.example.com:2113?tls=true`,
  HERMES_KAFKA_BROKERS: 'kafka-1.example.com:9092, kafka_2:9092,[::1]:9092',
  HERMES_MONGO_URL: `mongodb://hermes:${SECRET}@mongo.example.com/?replicaSet=rs`,
};

function faults(environment: Record<string, string>, app: AppKind = APPS.standalone): readonly string[] {
  const parsed = parseSettings(environment, app);
  return parsed.ok ? [] : parsed.faults;
}

function settings(environment: Record<string, string>, app: AppKind = APPS.standalone): Settings {
  const parsed = parseSettings(environment, app);
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.settings;
}

test('all remote: what each store needs is read', () => {
  const read = settings(REMOTE);
  expect(read).toMatchObject({ prefix: 'hermes', partitions: 12, hints: [] });
  expect(read.kafka).toMatchObject({
    brokers: ['kafka-1.example.com:9092', 'kafka_2:9092', '[::1]:9092'],
    tls: false,
    sasl: null,
    replication: 1,
  });
  expect(read.eventstore.url?.reveal()).toBe(REMOTE.HERMES_EVENTSTORE_URL);
  expect(read.mongo.url?.reveal()).toBe(REMOTE.HERMES_MONGO_URL);
});

test('partitions: 8 in process, 12 on Kafka, or what is given', () => {
  expect(settings({}).partitions).toBe(8);
  expect(settings({ ...REMOTE, HERMES_PARTITIONS: '24' }).partitions).toBe(24);
});

test('mixed wirings are allowed in one process', () => {
  const { HERMES_JOURNAL, HERMES_EVENTSTORE_URL } = REMOTE;
  expect(settings({ HERMES_JOURNAL, HERMES_EVENTSTORE_URL })).toMatchObject({ feed: 'inprocess', views: 'sqlite' });
});

test('what a chosen store cannot do without is asked for, all at once', () => {
  const choices = { HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo' };
  expect(faults(choices)).toEqual([
    expect.stringMatching(/^HERMES_JOURNAL is eventstore: set HERMES_EVENTSTORE_URL or HERMES_EVENTSTORE_URL_FILE to /),
    expect.stringMatching(/^HERMES_FEED is kafka: set HERMES_KAFKA_BROKERS to host:port/),
    expect.stringMatching(/^HERMES_VIEWS is mongo: set HERMES_MONGO_URL or HERMES_MONGO_URL_FILE to /),
  ]);
  // what is given and cannot be read is one fault, not two
  expect(faults({ ...REMOTE, HERMES_MONGO_URL: 'mongo.example.com' })).toHaveLength(1);
});

test('an address without its choice is refused: entries would go where nobody looks for them', () => {
  expect(faults({ HERMES_MONGO_URL: REMOTE.HERMES_MONGO_URL, HERMES_KAFKA_TLS: 'true' })).toEqual([
    'HERMES_KAFKA_TLS is given, but HERMES_FEED is inprocess, which does not read it: set HERMES_FEED=kafka, or unset HERMES_KAFKA_TLS',
    'HERMES_MONGO_URL is given, but HERMES_VIEWS is sqlite, which does not read it: set HERMES_VIEWS=mongo, or unset HERMES_MONGO_URL',
  ]);
});

test('events are taken from a topic where that is asked for and there is Kafka', () => {
  expect(settings(REMOTE).kafka.inbound).toBe(false);
  expect(settings({ ...REMOTE, HERMES_INBOUND: 'true' }, APPS.ingest).kafka.inbound).toBe(true);
  expect(faults({ HERMES_INBOUND: 'true' })).toEqual([
    expect.stringMatching(
      /^HERMES_INBOUND is given, but HERMES_FEED is inprocess, .*: set HERMES_FEED=kafka, or unset/,
    ),
  ]);
});

test('changes are published to a topic where that is asked for and there is Kafka', () => {
  expect(settings(REMOTE).kafka.changes).toBe(false);
  expect(settings({ ...REMOTE, HERMES_CHANGES: 'true' }, APPS.projector).kafka.changes).toBe(true);
  expect(faults({ HERMES_CHANGES: 'true' })).toEqual([
    expect.stringMatching(
      /^HERMES_CHANGES is given, but HERMES_FEED is inprocess, .*: set HERMES_FEED=kafka, or unset/,
    ),
  ]);
});

test('who writes to the inbound topic has a name as a token has, where events are taken from it', () => {
  const taken = { ...REMOTE, HERMES_INBOUND: 'true' };
  expect(settings(taken).kafka.inboundPrincipal).toBeNull();
  expect(settings({ ...taken, HERMES_INBOUND_PRINCIPAL: 'ünï 😀' }).kafka.inboundPrincipal).toBe('ünï 😀');
  for (const name of [' ', 'a\nb', 'a\u2028b', 'a\ud83d', 'a'.repeat(201)]) {
    expect(faults({ ...taken, HERMES_INBOUND_PRINCIPAL: name })).toEqual([
      expect.stringMatching(/^HERMES_INBOUND_PRINCIPAL .* a name of 1 to 200 characters/s),
    ]);
  }
  expect(faults({ ...REMOTE, HERMES_INBOUND_PRINCIPAL: 'topic' })).toEqual([
    'HERMES_INBOUND_PRINCIPAL is given, but no events are taken from the topic: set HERMES_INBOUND=true, or unset HERMES_INBOUND_PRINCIPAL',
  ]);
});

test('what does no harm is ignored with a hint', () => {
  const ignored = { HERMES_DATA_DIR: '/data', HERMES_MAX_BUFFERED_MESSAGES: '200' };
  expect(settings({ ...REMOTE, ...ignored }).hints).toEqual([
    'HERMES_DATA_DIR is not used: only sqlite would read it',
    'HERMES_MAX_BUFFERED_MESSAGES is not used: only inprocess would read it',
  ]);
  expect(settings({ HERMES_PREFIX: 'blue' }).hints).toHaveLength(1);
  expect(settings({ ...ignored }).hints).toEqual([]);
});

test.each(['ingest', 'projector', 'query'] as const)('%s apart refuses what lives in one process', (name) => {
  const app = APPS[name];
  const reported = faults({}, app);
  expect(reported).toHaveLength(app.opens.length);
  for (const port of app.opens)
    expect(reported.join('\n')).toMatch(
      new RegExp(`^HERMES_${port.toUpperCase()} is \\w+, .*: for ${name} apart set `, 'm'),
    );
  expect(reported.at(-1)).toContain(
    'set HERMES_VIEWS=mongo and HERMES_MONGO_URL, or run all in one process (npm start)',
  );
  expect(settings(REMOTE, app)).toMatchObject({ port: app.port, host: '127.0.0.1' });
  // the address alone is not a second fault
  expect(faults({ ...REMOTE, HERMES_VIEWS: '' }, app)).toHaveLength(1);
});

test('a query needs nothing of the stores that it does not open, and takes an environment that others share', () => {
  const { HERMES_VIEWS, HERMES_MONGO_URL } = REMOTE;
  expect(
    faults({ HERMES_VIEWS, HERMES_MONGO_URL, HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka' }, APPS.query),
  ).toEqual([]);
  expect(settings({ ...REMOTE, HERMES_JOURNAL: '' }, APPS.query).hints).toEqual([]);
});

test('at the brokers: a way to log in, a name and a password go together, and so do certificates and TLS', () => {
  const login = { HERMES_KAFKA_SASL: 'scram-sha-512', HERMES_KAFKA_USERNAME: 'hermes', HERMES_KAFKA_PASSWORD: SECRET };
  expect(
    settings({ ...REMOTE, ...login, HERMES_KAFKA_TLS: 'true', HERMES_KAFKA_CA_FILE: '/ca.pem' }).kafka,
  ).toMatchObject({
    sasl: 'scram-sha-512',
    username: 'hermes',
    tls: true,
    caFile: '/ca.pem',
  });
  expect(faults({ ...REMOTE, HERMES_KAFKA_SASL: 'plain' })).toEqual([
    'HERMES_KAFKA_SASL is plain: set HERMES_KAFKA_USERNAME, too',
    'HERMES_KAFKA_SASL is plain: set HERMES_KAFKA_PASSWORD or HERMES_KAFKA_PASSWORD_FILE, too',
  ]);
  expect(faults({ ...REMOTE, ...login, HERMES_KAFKA_SASL: '' })).toHaveLength(2);
  expect(faults({ ...REMOTE, ...login, HERMES_KAFKA_SASL: 'gssapi' })).toHaveLength(1);
  expect(faults({ ...REMOTE, HERMES_KAFKA_CA_FILE: '/ca.pem' })).toEqual([
    expect.stringMatching(/^HERMES_KAFKA_CA_FILE is given, but no TLS: set HERMES_KAFKA_TLS=true/),
  ]);
});

test.each([
  ['HERMES_EVENTSTORE_URL', ['esdb://a:2113', 'kurrentdb+discover://a,b:2113'], ['a:2113', 'http://a', 'esdb://']],
  ['HERMES_KAFKA_BROKERS', ['a:1', 'a:65535,b:2'], ['a', 'a:0', 'a:65536', ',', 'a:1,,b:1', `u:${SECRET}@a:1`]],
  ['HERMES_MONGO_URL', ['mongodb+srv://a'], ['mongo://a', 'mongodb://', 'a b']],
  ['HERMES_KAFKA_TLS', ['true', 'false'], ['TRUE', '1', 'yes']],
  ['HERMES_KAFKA_REPLICATION', ['1', '15'], ['0', '16']],
])('%s takes %j, not %j', (name, good, bad) => {
  for (const value of good) expect(faults({ ...REMOTE, [name]: value })).toEqual([]);
  for (const value of bad)
    expect(faults({ ...REMOTE, [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
});

describe('secrets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hermes-secrets-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function file(content: string): string {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  }

  test.each(['\n', '\r\n', ''])('may stand in a file, whose last line end %j is not theirs', (end) => {
    const environment = { ...REMOTE, HERMES_MONGO_URL: '', HERMES_MONGO_URL_FILE: file(REMOTE.HERMES_MONGO_URL + end) };
    expect(settings(environment).mongo.url?.reveal()).toBe(REMOTE.HERMES_MONGO_URL);
  });

  test('both ways at once are refused; so is a file that is not there, or holds something else', () => {
    const HERMES_MONGO_URL_FILE = file(`${SECRET}\n`);
    expect(faults({ ...REMOTE, HERMES_MONGO_URL_FILE })).toEqual([
      'HERMES_MONGO_URL and HERMES_MONGO_URL_FILE are both given: unset one of them',
    ]);
    const alone = { ...REMOTE, HERMES_MONGO_URL: '' };
    const [reported] = faults({ ...alone, HERMES_MONGO_URL_FILE });
    expect(reported).toMatch(/^HERMES_MONGO_URL_FILE: what \/.* holds is not a connection string: mongodb:/);
    expect(reported).not.toContain(SECRET);
    expect(faults({ ...alone, HERMES_MONGO_URL_FILE: join(folder, 'none') })).toEqual([
      expect.stringMatching(/^HERMES_MONGO_URL_FILE: \/.*none cannot be read \(ENOENT\)/),
    ]);
  });

  test('are in no fault, also where they went astray', () => {
    const reported = faults({
      ...REMOTE,
      HERMES_EVENTSTORE_URL: `${SECRET} `,
      HERMES_KAFKA_BROKERS: `hermes:${SECRET}@kafka:9092`,
      HERMES_MONGO_URL: `http://hermes:${SECRET}@mongo`,
      HERMES_KAFKA_PASSWORD: `${SECRET}\nmore`,
      HERMES_KAFKA_PASWORD: SECRET,
    });
    expect(reported).toHaveLength(6);
    expect(reported.join('\n')).not.toContain(SECRET);
  });

  test('are not shown when the settings are printed', () => {
    const read = settings({
      ...REMOTE,
      HERMES_KAFKA_SASL: 'plain',
      HERMES_KAFKA_USERNAME: 'a',
      HERMES_KAFKA_PASSWORD: SECRET,
    });
    const shown = [JSON.stringify(read), inspect(read, { depth: 9, showHidden: true }), String(read.mongo.url)];
    for (const text of shown) expect(text).not.toContain(SECRET);
    expect(shown[2]).toBe('***');
  });
});
