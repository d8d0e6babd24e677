/**
 * Starts over servers that are not as they must be: a wrong password, a certificate of nobody's, a topic or a database that
 * differs, an old server. Each is one line that names the setting, and exit code 1; no line shows a secret. And a start that
 * can be: over TLS, with a password that stands in a file. Real processes over servers that all tests share.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import kafkajs from 'kafkajs';
import {
  type EventStoreDouble,
  freePort,
  type KafkaServer,
  laneServer,
  type MongoServer,
  startEventStoreDouble,
  startKafka,
  until,
} from '#testing';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { startMongoWithUsers } from './mongo-with-users.js';
import { Topic } from './topic.js';

const LIMIT_MS = 120_000;
const PASSWORD = 'gehe1m-p@ss';
const WRONG = 'wr0ng-p@ss';
const login = { username: 'hermes', password: PASSWORD };
type Env = Readonly<Record<string, string>>;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let kafka: KafkaServer;
let mongo: MongoServer;
let passwordFile: string;
let otherAuthority: string;
const running: Hermes[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  passwordFile = join(folder.path, 'password');
  otherAuthority = join(folder.path, 'other-authority.pem');
  await writeFile(passwordFile, `${PASSWORD}\n`);
  await writeFile(otherAuthority, rootCertificates[0]!);
  [kafka, mongo] = await Promise.all([
    startKafka({ folder: join(folder.path, 'kafka'), login }),
    startMongoWithUsers(join(folder.path, 'mongo'), PASSWORD),
  ]);
}, LIMIT_MS);

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
});

afterAll(async () => {
  await Promise.all([kafka.stop(), mongo.server.kill()]);
  await folder.remove();
}, LIMIT_MS);

function mongoAs(user: string, password = PASSWORD): string {
  return `${mongo.url.replace('mongodb://', `mongodb://${user}:${encodeURIComponent(password)}@`)}&authSource=admin`;
}

/** Ends with 1 and one line in time; answers the line. */
async function refusal(app: 'standalone' | 'ingest' | 'projector' | 'query', env: Env): Promise<string> {
  const dataDir = join(folder.path, crypto.randomUUID());
  const { code, output } = await Hermes.run({ app, dataDir, env: { HERMES_PORT: '0', ...env } });
  const printed = output.trimEnd();
  // lines of the log are JSON
  expect({ code, lines: printed.split('\n').filter((line) => !line.startsWith('{')) }).toEqual({
    code: 1,
    lines: [expect.any(String) as string],
  });
  expect(printed).not.toMatch(/gehe1m|wr0ng/);
  expect(printed).not.toMatch(/^\s+at /m);
  return printed.split('\n').filter((line) => !line.startsWith('{'))[0] ?? '';
}

/** Everything in one process but the feed. */
function overKafka(env: Env): Env {
  return { HERMES_FEED: 'kafka', HERMES_KAFKA_BROKERS: kafka.brokers.join(','), ...env };
}

function secured(env: Env): Env {
  const { broker, caFile } = kafka.secured!;
  return overKafka({
    ...{ HERMES_KAFKA_BROKERS: broker, HERMES_KAFKA_TLS: 'true', HERMES_KAFKA_CA_FILE: caFile },
    ...{ HERMES_KAFKA_SASL: 'scram-sha-256', HERMES_KAFKA_USERNAME: 'hermes' },
    ...(env['HERMES_KAFKA_PASSWORD'] === undefined ? { HERMES_KAFKA_PASSWORD_FILE: passwordFile } : {}),
    ...env,
  });
}

/** A topic of somebody else's making, under a prefix of its own. */
async function topic(numPartitions: number, configEntries: { name: string; value: string }[] = []): Promise<string> {
  const prefix = `t-${crypto.randomUUID().slice(0, 8)}`;
  const admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: `${prefix}.journal`, numPartitions, configEntries }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  return prefix;
}

/** Of those that can be started; and then of one that finds its views there. */
const prefix = `tls-${crypto.randomUUID().slice(0, 8)}`;

test(
  'ingest and projector work over TLS, logged in by SCRAM and by PLAIN, with the password in a file',
  async () => {
    const remote = {
      ...{ HERMES_JOURNAL: 'eventstore', HERMES_VIEWS: 'mongo', HERMES_PREFIX: prefix, HERMES_PARTITIONS: '4' },
      ...{
        HERMES_EVENTSTORE_URL: laneServer('HERMES_TEST_EVENTSTORE'),
        HERMES_MONGO_URL: laneServer('HERMES_TEST_MONGO'),
      },
      HERMES_DATA_DIR: '',
    };
    const ingest = await Hermes.launch({ app: 'ingest', dataDir: '', env: secured(remote) });
    const plain = secured({ ...remote, HERMES_KAFKA_SASL: 'plain' });
    const projector = await Hermes.launch({ app: 'projector', dataDir: '', env: plain });
    running.push(ingest, projector);
    await Promise.all([ingest.answers('ready'), projector.answers('ready')]);
    await ingest.api.must('/event-types', { category: 'disk', state: 'full' });
    await ingest.api.must('/events', { type: 'disk-full', hosts: Array.from({ length: 20 }, (_, n) => `host-${n}`) });
    const shown = async (): Promise<boolean> => {
      const { body } = await projector.api.call('GET', '/admin/status');
      return [...body['partitions']!].every(({ position }) => BigInt(String(position)) >= ingest.api.position);
    };
    await until('what was published is in the views', shown, { limitMs: LIMIT_MS });
    expect(ingest.output + projector.output).not.toContain(PASSWORD);
  },
  LIMIT_MS,
);

test(
  'topic and views of another journal are one line each, which says what to do',
  async () => {
    const other = await startEventStoreDouble({ folder: join(folder.path, 'other-journal') });
    try {
      const env = {
        ...{ HERMES_JOURNAL: 'eventstore', HERMES_VIEWS: 'mongo', HERMES_PREFIX: prefix, HERMES_PARTITIONS: '4' },
        ...{ HERMES_EVENTSTORE_URL: other.url, HERMES_MONGO_URL: laneServer('HERMES_TEST_MONGO') },
        ...secured({}),
      };
      expect(await refusal('projector', env)).toMatch(/^the feed carries entries of journal \S+, this is journal /);
      const topic = await Topic.open(kafka.brokers.join(','), `${prefix}.journal`);
      await topic.remove();
      await topic.close();
      const line = await refusal('projector', env);
      expect(line).toMatch(/^the views are of journal \S+, this is journal .*--rebuild$/);
    } finally {
      await other.kill();
    }
  },
  LIMIT_MS,
);

test(
  'brokers that refuse the password, or whose certificate nobody trusts, are one line each',
  async () => {
    const [password, user, nobody, other] = await Promise.all([
      refusal('standalone', secured({ HERMES_KAFKA_PASSWORD: WRONG })),
      refusal('standalone', secured({ HERMES_KAFKA_SASL: 'plain', HERMES_KAFKA_USERNAME: 'ann' })),
      refusal('standalone', secured({ HERMES_KAFKA_CA_FILE: '' })),
      refusal('standalone', secured({ HERMES_KAFKA_CA_FILE: otherAuthority })),
    ]);
    const refused = 'HERMES_KAFKA_BROKERS: Kafka: topic hermes.journal: the brokers refuse the user or its password';
    expect(password).toMatch(refused);
    expect(user).toMatch(refused);
    const untrusted = "HERMES_KAFKA_BROKERS: Kafka: topic hermes.journal: a broker's certificate is not trusted";
    expect(nobody).toMatch(untrusted);
    expect(other).toMatch(untrusted);
  },
  LIMIT_MS,
);

test(
  'a topic that differs is one line with both figures',
  async () => {
    const [few, unsafe] = [await topic(5), await topic(4, [{ name: 'min.insync.replicas', value: '2' }])];
    const four = { HERMES_PARTITIONS: '4' };
    const [partitions, inSync, copies] = await Promise.all([
      refusal('standalone', overKafka({ HERMES_PREFIX: few, ...four })),
      refusal('standalone', overKafka({ HERMES_PREFIX: unsafe, ...four })),
      refusal('standalone', overKafka({ HERMES_PREFIX: 'copies', HERMES_KAFKA_REPLICATION: '3' })),
    ]);
    expect(partitions).toMatch(
      `HERMES_KAFKA_BROKERS: Kafka: topic ${few}.journal has 5 partitions, the settings say 4: set 5, or use another prefix`,
    );
    expect(inSync).toMatch(`topic ${unsafe}.journal has 1 copies and min.insync.replicas 2: nothing can be published`);
    expect(copies).toMatch(/topic copies\.journal: the cluster has fewer brokers than copies are asked for/);
  },
  LIMIT_MS,
);

test(
  'a database that refuses the password or the right, or is of another layout, is one line',
  async () => {
    const views = { HERMES_VIEWS: 'mongo' };
    const [password, right, none, layout] = await Promise.all([
      refusal('query', { ...views, HERMES_MONGO_URL: mongoAs('reader', WRONG) }),
      // which writes
      refusal('standalone', { ...views, HERMES_MONGO_URL: mongoAs('reader') }),
      refusal('query', { ...views, HERMES_MONGO_URL: mongo.url }),
      refusal('query', { ...views, HERMES_MONGO_URL: mongoAs('other'), HERMES_PREFIX: 'hermes-other' }),
    ]);
    const where = /^HERMES_MONGO_URL: the views' database \S+ at MongoDB 127\.0\.0\.1:\d+ cannot be opened: /;
    for (const line of [password, right, none, layout]) expect(line).toMatch(where);
    expect(password).toMatch(/the server refuses the credentials of the user reader$/);
    expect(right).toMatch(/the user reader may not write there; it needs the role readWrite on hermes$/);
    expect(none).toMatch(/clients without credentials may not read there/);
    expect(layout).toMatch(/it has layout 99 and this Hermes uses 1: name another database, or drop it/);
  },
  LIMIT_MS,
);

test(
  'an event store that is too old, refuses who logs in, or has no such host is one line',
  async () => {
    const doubles: EventStoreDouble[] = [];
    const double = async (name: string, version?: string): Promise<EventStoreDouble> => {
      const made = await startEventStoreDouble({ folder: join(folder.path, name), ...(version && { version }) });
      doubles.push(made);
      return made;
    };
    try {
      const [old, denying] = [await double('old', '21.10.9'), await double('denying')];
      denying.faults.deniesAccess = true;
      const withUser = (password: string): string => denying.url.replace('//', `//admin:${password}@`);
      const over = (url: string): Promise<string> =>
        refusal('standalone', { HERMES_JOURNAL: 'eventstore', HERMES_EVENTSTORE_URL: url });
      const [version, denied, unescaped, host] = await Promise.all([
        over(old.url),
        over(withUser(encodeURIComponent(PASSWORD))),
        over(withUser(PASSWORD)),
        over(`kurrentdb://admin:${encodeURIComponent(PASSWORD)}@no-such-host.invalid:2113?tls=false`),
      ]);
      const at = 'HERMES_EVENTSTORE_URL: EventStoreDB';
      expect(version).toBe(`${at} at 127.0.0.1:${old.port} has version 21.10.9: Hermes needs 22.10 or later`);
      expect(denied).toMatch(`${at} at 127.0.0.1:${denying.port}: the event store denies access: check user, password`);
      expect(unescaped).toMatch(/^HERMES_EVENTSTORE_URL: .* has an @ in its user or password: write it as %40$/);
      expect(host).toBe(`${at}: there is no host of the name no-such-host.invalid:2113`);
    } finally {
      await Promise.all(doubles.map((each) => each.kill()));
    }
  },
  LIMIT_MS,
);

test(
  'an address at which nobody listens is waited for, and health says which',
  async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    const reasonsOf = async (env: Env): Promise<string> => {
      const port = await freePort();
      const dataDir = join(folder.path, crypto.randomUUID());
      const hermes = await Hermes.launch({ dataDir, env: { HERMES_PORT: String(port), ...env } });
      running.push(hermes);
      let reasons: readonly string[] = [];
      const waits = async (): Promise<boolean> => {
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        if (answer?.status === 503) ({ reasons } = (await answer.json()) as { reasons: readonly string[] });
        return reasons.length > 0;
      };
      await until('health is answered', waits, { limitMs: LIMIT_MS, seen: () => hermes.output });
      expect(await hermes.stop('SIGTERM')).toBe(0);
      expect(hermes.output).not.toContain(PASSWORD);
      return reasons.join();
    };
    const [journal, feed, noTls] = await Promise.all([
      reasonsOf({
        HERMES_JOURNAL: 'eventstore',
        HERMES_EVENTSTORE_URL: `kurrentdb://ann:${encodeURIComponent(PASSWORD)}@${nobody}?tls=false`,
      }),
      reasonsOf(overKafka({ HERMES_KAFKA_BROKERS: nobody })),
      // may be one that is just starting
      reasonsOf(secured({ HERMES_KAFKA_BROKERS: kafka.brokers.join(',') })),
    ]);
    expect(journal).toMatch(
      /^the journal in EventStoreDB is away: no EventStoreDB at 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
    );
    expect(noTls).toMatch(/^the feed on Kafka is away: .*a broker has closed the connection/);
    expect(feed).toMatch(/^the feed on Kafka is away: .*no broker can be reached/);
  },
  LIMIT_MS,
);
