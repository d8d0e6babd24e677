/** Every variable that Hermes takes from its environment, each once: its place in the settings, its legal values, and its default. */
import { isIP } from 'node:net';
import { brokers } from './brokers.js';
import { isPrincipal, MAX_PRINCIPAL_LENGTH } from './principal.js';
import { LEAST_MEMORY_MIB, MIB } from './memory.js';
import { STORES } from './store-choices.js';
import {
  filePath,
  folderPath,
  oneOf,
  optionalNumber,
  optionalOneOf,
  secretText,
  text,
  trueOrFalse,
  wholeNumber,
  type Variable,
} from './variable.js';

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const { journal, feed, views } = STORES;
const SOME_TEXT = /^[^\0\r\n]{1,4096}$/;

/** Settings have the shape of this tree: each variable stands in the place of its value. */
export const schema = {
  host: {
    name: 'HERMES_HOST',
    about: 'address to listen on; anything but loopback needs HERMES_TOKENS_FILE',
    expects: 'an IP address or a host name, without a port',
    fallback: '127.0.0.1',
    parse: (given: string) => (isIP(given) !== 0 || HOST_NAME.test(given) ? given : undefined),
  } satisfies Variable<string>,
  port: optionalNumber(['HERMES_PORT', 'port to listen on; 0 takes a free one'], [0, 65_535], {
    otherwise: '4400; ingest 4401, projector 4402, query 4403',
  }),
  /** Absolute. */
  dataDir: folderPath(['HERMES_DATA_DIR', 'folder of the embedded stores'], 'data', {
    readBy: ['sqlite'],
    ignorable: true,
  }),
  replay: {
    /** Absolute; null: see `replayPlace`. */
    dir: {
      ...filePath(['HERMES_REPLAY_DIR', 'folder on a local disk in which a rebuild keeps the journal cut by hosts']),
      expects: 'the path of a folder',
      otherwise: 'in the data folder; none where no store is embedded',
    } satisfies Variable<string | null>,
    mib: optionalNumber(['HERMES_REPLAY_MIB', 'most that these files may take, in MiB'], [16, 1_073_741_824], {
      otherwise: 'what the disk has',
    }),
  },
  journal: oneOf(['HERMES_JOURNAL', 'store of the journal'], journal.embedded, [journal.embedded, journal.remote]),
  feed: oneOf(['HERMES_FEED', 'transport of entries from the journal to the views'], feed.embedded, [
    feed.embedded,
    feed.remote,
  ]),
  views: oneOf(['HERMES_VIEWS', 'store of the views'], views.embedded, [views.embedded, views.remote]),
  prefix: text(['HERMES_PREFIX', 'names of topics, groups, streams and the database begin with it'], 'hermes', {
    pattern: /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
    expects: '1 to 32 characters of a-z, 0-9 and "-", beginning and ending with a letter or digit',
    readBy: ['eventstore', 'kafka', 'mongo'],
    ignorable: true,
  }),
  /** Null: chosen to suit the feed; see {@link Settings}. */
  partitions: optionalNumber(['HERMES_PARTITIONS', 'partitions of the feed'], [4, 256], {
    otherwise: '8 in process, 12 on Kafka',
    readBy: ['inprocess', 'kafka'],
    ignorable: true,
  }),
  eventstore: {
    url: secretText(['HERMES_EVENTSTORE_URL', 'connection string of EventStoreDB or KurrentDB'], {
      pattern: /^(?:esdb|kurrentdb|kurrent|kdb)(?:\+discover)?:\/\/[^\s/?]\S*$/,
      expects: 'a connection string: kurrentdb://host:2113?tls=true, or esdb://…',
      readBy: ['eventstore'],
      needed: true,
    }),
  },
  kafka: {
    /** Each host:port; empty where not given. */
    brokers: brokers(['HERMES_KAFKA_BROKERS', 'brokers to begin with']),
    tls: trueOrFalse(['HERMES_KAFKA_TLS', 'whether connections to brokers use TLS'], { readBy: ['kafka'] }),
    /** Absolute. */
    caFile: filePath(['HERMES_KAFKA_CA_FILE', 'certificates (PEM) that sign those of the brokers'], {
      readBy: ['kafka'],
      otherwise: "the system's",
    }),
    sasl: optionalOneOf(
      ['HERMES_KAFKA_SASL', 'how to log in at the brokers'],
      ['plain', 'scram-sha-256', 'scram-sha-512'],
      {
        readBy: ['kafka'],
      },
    ),
    username: text(['HERMES_KAFKA_USERNAME', 'user at the brokers'], null, {
      pattern: SOME_TEXT,
      expects: 'a name of one line',
      readBy: ['kafka'],
    }),
    password: secretText(['HERMES_KAFKA_PASSWORD', 'its password'], {
      pattern: SOME_TEXT,
      expects: 'a password of one line',
      readBy: ['kafka'],
    }),
    inbound: trueOrFalse(['HERMES_INBOUND', 'whether events are taken from the topic <prefix>.inbound'], {
      readBy: ['kafka'],
    }),
    inboundPrincipal: {
      name: 'HERMES_INBOUND_PRINCIPAL',
      about: 'principal of the events of that topic, and their by where they say none',
      expects: `a name of 1 to ${MAX_PRINCIPAL_LENGTH} characters, none of them a control character`,
      fallback: null,
      parse: (given: string) => (isPrincipal(given) ? given : undefined),
      readBy: ['kafka'],
    } satisfies Variable<string | null>,
    changes: trueOrFalse(
      ['HERMES_CHANGES', 'whether labors and quests that change are published to the topic <prefix>.changes'],
      { readBy: ['kafka'] },
    ),
    replication: wholeNumber(['HERMES_KAFKA_REPLICATION', 'replicas of each topic that Hermes makes'], 1, [1, 15], {
      readBy: ['kafka'],
    }),
  },
  mongo: {
    url: secretText(['HERMES_MONGO_URL', 'connection string of MongoDB'], {
      pattern: /^mongodb(?:\+srv)?:\/\/[^\s/?]\S*$/,
      expects: 'a connection string: mongodb://host:27017, or mongodb+srv://…',
      readBy: ['mongo'],
      needed: true,
    }),
  },
  /** Absolute; null: no tokens, loopback only. */
  tokensFile: filePath(['HERMES_TOKENS_FILE', 'JSON file of tokens: [{"name", "sha256", "roles"}]']),
  /** Absolute; null: the lines of writes are in the log only. */
  auditFile: filePath(['HERMES_AUDIT_FILE', 'file to which the line of each write is appended, beside the log']),
  readOnly: trueOrFalse([
    'HERMES_READ_ONLY',
    'whether ingest refuses every command, for moving to another Hermes; reads, export and what is projected go on',
  ]),
  /** Of hosts that projectors judge again and compare with the views. */
  audit: {
    perMinute: wholeNumber(
      ['HERMES_AUDIT_HOSTS_PER_MINUTE', 'hosts that a projector judges again and compares with the views; 0: none'],
      6,
      [0, 6000],
    ),
    action: oneOf(['HERMES_AUDIT_ACTION', 'what becomes of a host whose views differ from its entries'], 'report', [
      'report',
      'park',
      'repair',
    ]),
  },
  logLevel: oneOf(['HERMES_LOG_LEVEL', 'least grave line that is logged'], 'info', LOG_LEVELS),
  /** Null: all that is there. */
  memoryMib: optionalNumber(
    ['HERMES_MEMORY_MIB', 'memory to live in, in MiB, from which other limits follow'],
    [LEAST_MEMORY_MIB, 1_048_576],
    { otherwise: "what its control groups allow, or the machine's" },
  ),
  /** A limit that is null follows from the memory: see {@link Settings}. */
  limits: {
    bodyBytes: wholeNumber(['HERMES_MAX_BODY_BYTES', 'largest body of a request'], 8 * MIB, [1024, 256 * MIB]),
    /** Of the bodies of all requests in flight. */
    heldBytes: optionalNumber(
      ['HERMES_MAX_HELD_BYTES', 'bytes of the bodies of all requests at once; requests beyond it are answered 503'],
      [1024, 65_536 * MIB],
      { otherwise: 'a 12th of the memory, 16 MiB to 256 MiB' },
    ),
    headerBytes: wholeNumber(['HERMES_MAX_HEADER_BYTES', 'largest head of a request'], 16_384, [4096, 131_072]),
    /** Of reads, and of writes. */
    concurrentRequests: wholeNumber(
      ['HERMES_MAX_REQUESTS', 'reads worked on at once, and as many writes; more are answered 503'],
      512,
      [1, 65_536],
    ),
    connections: wholeNumber(
      ['HERMES_MAX_CONNECTIONS', 'open connections; more are closed unanswered'],
      8192,
      [1, 65_536],
    ),
    headS: wholeNumber(
      ['HERMES_MAX_HEAD_SECONDS', 'longest that the head of a request may take to come'],
      20,
      [1, 120],
    ),
    requestS: wholeNumber(
      ['HERMES_MAX_REQUEST_SECONDS', 'longest that a whole request may take to come'],
      120,
      [1, 3600],
    ),
    /** Of entries that wait for the journal. */
    queuedEntries: optionalNumber(
      ['HERMES_MAX_QUEUED_ENTRIES', 'entries that wait for the journal; requests beyond it are answered 503'],
      [100, 10_000_000],
      { otherwise: 'one for each 10 KiB of the heap, 10,000 to 100,000' },
    ),
    queuedBytes: optionalNumber(
      ['HERMES_MAX_QUEUED_BYTES', 'bytes of entries that wait for the journal; requests beyond it are answered 503'],
      [MIB, 2048 * MIB],
      { otherwise: 'an 8th of the heap, 16 MiB to 128 MiB' },
    ),
    /** Per partition of the in-process feed. */
    bufferedMessages: wholeNumber(
      [
        'HERMES_MAX_BUFFERED_MESSAGES',
        'messages that wait in one partition of the in-process feed; beyond it the relay waits',
      ],
      2000,
      [100, 100_000],
      { readBy: ['inprocess'], ignorable: true },
    ),
    waitS: wholeNumber(['HERMES_MAX_WAIT_SECONDS', 'longest that a read may wait for a position'], 30, [0, 30]),
    waitingReads: wholeNumber(
      ['HERMES_MAX_WAITING_READS', 'reads that wait for a position at once; more are answered 503'],
      1000,
      [1, 65_536],
    ),
    /** Null: half of the connections that the limits of requests leave. */
    followers: optionalNumber(
      ['HERMES_MAX_FOLLOWERS', 'clients that follow changes at once; more are answered 503'],
      [1, 65_536],
      { otherwise: 'half of the connections that the limits of requests leave' },
    ),
    lagS: wholeNumber(
      [
        'HERMES_MAX_LAG_SECONDS',
        'for how long the same entry may be missing from the views before readiness turns red, if nothing moves',
      ],
      60,
      [1, 86_400],
    ),
  },
} as const;

export interface VariableTree {
  readonly [key: string]: Variable<unknown> | VariableTree;
}

/** The values read from a tree of variables. */
export type Read<T> = { readonly [K in keyof T]: T[K] extends Variable<infer V> ? V : Read<T[K]> };

export function isVariable(node: Variable<unknown> | VariableTree): node is Variable<unknown> {
  return typeof node['parse'] === 'function';
}

/** All of them by name, in the order of the schema; variables that may stand in a file under both names. */
export const variables: Readonly<Record<string, Variable<unknown>>> = Object.fromEntries(
  leavesOf(schema)
    .flatMap((variable) => (variable.secret === true ? [variable, fileOf(variable)] : [variable]))
    .map((variable) => [variable.name, variable]),
);

function leavesOf(tree: VariableTree): readonly Variable<unknown>[] {
  return Object.values(tree).flatMap((node) => (isVariable(node) ? [node] : leavesOf(node)));
}

/** The variable that names the file of a secret. */
export function fileOf({ name, readBy = [] }: Variable<unknown>): Variable<string | null> {
  return filePath([`${name}_FILE`, `file that holds ${name}`], { readBy });
}
