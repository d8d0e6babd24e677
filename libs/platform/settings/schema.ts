/** Every variable that Hermes takes from its environment: what it may be, and what it is when it is not given. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** One variable: how its text is read (undefined: not acceptable), and in words what is. */
export interface Variable<T> {
  readonly about: string;
  readonly expects: string;
  readonly fallback: T;
  parse(text: string): T | undefined;
}

export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const MIB = 1024 * 1024;

function wholeNumber(about: string, fallback: number, least: number, most: number): Variable<number> {
  return {
    about,
    fallback,
    expects: `a whole number from ${least} to ${most}`,
    parse(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

function oneOf<const T extends string>(about: string, fallback: T, values: readonly T[]): Variable<T> {
  return {
    about,
    fallback,
    expects: values.length === 1 ? `"${values[0]}", the only one there is` : `one of ${values.join(', ')}`,
    parse: (text) => values.find((value) => value === text),
  };
}

const HOST_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** All of them, by name. */
export const variables = {
  HERMES_HOST: {
    about: 'address to listen on; anything but loopback needs HERMES_TOKENS_FILE',
    expects: 'an IP address or a host name, without a port',
    fallback: '127.0.0.1',
    parse: (text: string) => (isIP(text) !== 0 || HOST_NAME.test(text) ? text : undefined),
  } satisfies Variable<string>,
  HERMES_PORT: wholeNumber('port to listen on; 0 takes a free one', 4400, 0, 65_535),
  HERMES_DATA_DIR: {
    about: 'folder of the embedded stores',
    expects: 'the path of a folder',
    fallback: resolve('data'),
    parse: (text: string) => (text.includes('\0') ? undefined : resolve(text)),
  } satisfies Variable<string>,
  HERMES_JOURNAL: oneOf('store of the journal', 'sqlite', ['sqlite']),
  HERMES_FEED: oneOf('what carries entries from the journal to the views', 'inprocess', ['inprocess']),
  HERMES_VIEWS: oneOf('store of the views', 'sqlite', ['sqlite']),
  HERMES_PARTITIONS: wholeNumber('partitions of the in-process feed', 8, 4, 256),
  HERMES_TOKENS_FILE: {
    about: 'JSON file of tokens: [{"name", "sha256", "roles"}]',
    expects: 'the path of a file',
    fallback: null,
    parse: (text: string) => (text.includes('\0') ? undefined : resolve(text)),
  } satisfies Variable<string | null>,
  HERMES_LOG_LEVEL: oneOf<LogLevel>('least grave line that is logged', 'info', LOG_LEVELS),
  HERMES_MAX_BODY_BYTES: wholeNumber('largest body of a request', 32 * MIB, 1024, 256 * MIB),
  HERMES_MAX_HELD_BYTES: wholeNumber(
    'bytes of the bodies of all requests at once; requests beyond it are answered 503',
    256 * MIB,
    1024,
    65_536 * MIB,
  ),
  HERMES_MAX_HEADER_BYTES: wholeNumber('largest head of a request', 16_384, 4096, 131_072),
  HERMES_MAX_REQUESTS: wholeNumber('requests worked on at once; more are answered 503', 512, 1, 65_536),
  HERMES_MAX_CONNECTIONS: wholeNumber('open connections; more are closed unanswered', 8192, 1, 65_536),
  HERMES_MAX_HEAD_SECONDS: wholeNumber('longest that the head of a request may take to come', 20, 1, 120),
  HERMES_MAX_REQUEST_SECONDS: wholeNumber('longest that a whole request may take to come', 120, 1, 3600),
  HERMES_MAX_QUEUED_ENTRIES: wholeNumber(
    'entries that wait for the journal; requests beyond it are answered 503',
    100_000,
    100,
    10_000_000,
  ),
  HERMES_MAX_QUEUED_BYTES: wholeNumber(
    'bytes of entries that wait for the journal; requests beyond it are answered 503',
    128 * MIB,
    MIB,
    2048 * MIB,
  ),
  HERMES_MAX_BUFFERED_MESSAGES: wholeNumber(
    'messages that wait in one partition of the in-process feed; beyond it the relay waits',
    2000,
    100,
    100_000,
  ),
  HERMES_MAX_WAIT_SECONDS: wholeNumber('longest that a read may wait for a position', 30, 0, 30),
  HERMES_MAX_WAITING_READS: wholeNumber(
    'reads that wait for a position at once; more are answered 503',
    1000,
    1,
    65_536,
  ),
  HERMES_MAX_LAG_SECONDS: wholeNumber(
    'age of an entry that the views lack at which readiness turns red, if nothing moves',
    60,
    1,
    86_400,
  ),
} as const;

export type VariableName = keyof typeof variables;
