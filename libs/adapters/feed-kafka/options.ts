/** How Kafka is reached and how long anything there may take. Named limits for every wait. */

/** Log lines for operators; the shape of the application's log. Fields never hold secrets. */
export interface KafkaLog {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** In milliseconds. */
export interface KafkaTimers {
  /** Longest wait for one answer: of a send, a commit, a question about topics or groups. 10,000 where absent. */
  readonly requestMs: number;
  /** Longest wait for a connection. 3,000 where absent. */
  readonly connectMs: number;
  /** A consumer that sends no heartbeat for this long loses its partitions. 10,000 where absent; the broker sets a least value. */
  readonly sessionMs: number;
  /** Between two heartbeats; a rebalance is noticed by them. 1,000 where absent. */
  readonly heartbeatMs: number;
  /** Longest wait of a fetch for messages; heartbeats and resumed partitions wait for it. 250 where absent. */
  readonly fetchMs: number;
  /** Longest wait for the first assignment of a consumer that joins. 30,000 where absent. */
  readonly joinMs: number;
  /** The pause after a failure, doubled from one to the next up to the longest. 50 and 5,000 where absent. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How long batches in flight may take to end when a consumer is closed. 30,000 where absent. */
  readonly closeMs: number;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

export interface KafkaConnection {
  /** `host:port` of brokers to begin with; the others are learnt from them. */
  readonly brokers: readonly string[];
  /** Named in the brokers' logs and quotas. `hermes` where absent. */
  readonly clientId?: string;
  /** `true`: certificates of authorities that Node knows; `ca`: content of the PEM file of one's own authority. Without TLS where absent. */
  readonly tls?: boolean | { readonly ca: string };
  readonly sasl?: KafkaSasl;
  /** Bytes that a fetch of a consumer brings from a broker, at least one message. 10 MiB where absent. */
  readonly fetchBytes?: number;
  readonly timers?: Partial<KafkaTimers>;
  readonly log?: KafkaLog;
}

export interface KafkaFeedOptions extends KafkaConnection {
  /** The topic is `<prefix>.journal`, groups are `<prefix>.<group>`. Letters, digits, `.`, `_` and `-`. */
  readonly prefix: string;
  /** Fixed for the topic's life; at least MIN_PARTITIONS. */
  readonly partitions: number;
  /** Copies of each partition, where the topic is created here. 1 where absent; 3 for a cluster. */
  readonly replication?: number;
  /** Most messages of one batch for a handler. 500 where absent. */
  readonly batchMessages?: number;
}

const DEFAULT_TIMERS: KafkaTimers = {
  requestMs: 10_000,
  connectMs: 3000,
  sessionMs: 10_000,
  heartbeatMs: 1000,
  fetchMs: 250,
  joinMs: 30_000,
  firstPauseMs: 50,
  longestPauseMs: 5000,
  closeMs: 30_000,
};

/** Throws a RangeError that names a timer that is no whole number from 1, or a heartbeat that does not fit its session. */
export function timersOf(given: Partial<KafkaTimers> = {}): KafkaTimers {
  const timers = { ...DEFAULT_TIMERS, ...given };
  for (const [name, ms] of Object.entries(timers)) requireCount(name, ms);
  if (timers.heartbeatMs * 3 > timers.sessionMs) {
    throw new RangeError(`heartbeatMs is ${timers.heartbeatMs}; at most a third of sessionMs (${timers.sessionMs})`);
  }
  return timers;
}

/** Throws a RangeError for a limit that is no whole number from `least` on. */
export function requireCount(name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} is ${value}; a whole number from ${least} is needed`);
}

const NAME = /^[A-Za-z0-9._-]{1,200}$/;

/** Names of topics and groups as Kafka takes them. Throws a RangeError for others. */
export function requireName(what: string, name: string): string {
  if (NAME.test(name)) return name;
  throw new RangeError(`${what} is "${name}"; letters, digits, ".", "_" and "-" are needed, at most 200`);
}

export const silent: KafkaLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
