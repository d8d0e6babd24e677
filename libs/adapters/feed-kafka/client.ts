/** The driver, set up by our options: no retries where ours decide, TLS, SASL, its lines in our log. */
import kafkajs, {
  type Admin,
  type Consumer as DriverConsumer,
  type ConsumerConfig,
  type Kafka,
  type KafkaConfig,
  type Producer,
  type SASLOptions,
} from 'kafkajs';
import { createLogCreator } from './client-log.js';
import { unavailable } from './errors.js';
import {
  requireCount,
  silent,
  timersOf,
  type KafkaConnection,
  type KafkaLog,
  type KafkaSasl,
  type KafkaTimers,
} from './options.js';
import { within } from './waiting.js';

/** Tries of the driver inside one of our waits; more would only hide a failure that we could act on. */
const RETRIES = 3;
const LONGEST_RETRY_MS = 1000;
/** Most bytes of one partition that a fetch brings, and of all partitions where options do not say. A larger single message still comes. */
const FETCH_PARTITION_BYTES = 1_048_576;
const FETCH_BYTES = 10_485_760;

export class KafkaClient {
  readonly timers: KafkaTimers;
  readonly log: KafkaLog;
  private readonly config: KafkaConfig;
  private readonly fetchBytes: number;
  private readonly kafka: Kafka;
  private admin: Promise<Admin> | undefined;

  constructor(connection: KafkaConnection) {
    const {
      brokers,
      clientId = 'hermes',
      tls = false,
      sasl,
      fetchBytes = FETCH_BYTES,
      timers,
      log = silent,
    } = connection;
    requireCount('the number of brokers', brokers.length);
    requireCount('fetchBytes', fetchBytes);
    this.fetchBytes = fetchBytes;
    this.timers = timersOf(timers);
    this.log = log;
    this.config = {
      clientId,
      brokers: [...brokers],
      ssl: typeof tls === 'boolean' ? tls : { ca: [tls.ca] },
      ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
      connectionTimeout: this.timers.connectMs,
      authenticationTimeout: this.timers.requestMs,
      requestTimeout: this.timers.requestMs,
      retry: this.retry(),
      logLevel: kafkajs.logLevel.WARN,
      logCreator: createLogCreator(log),
    };
    this.kafka = new kafkajs.Kafka(this.config);
  }

  /**
   * Not idempotent: F1 allows repeats, order holds with one send in flight, and an idempotent producer of this driver may
   * acknowledge messages that it did not store after a failed send. Without the driver's retries: a retry ignores partitions
   * whose leader has moved.
   */
  producer(): Producer {
    return this.kafka.producer({
      allowAutoTopicCreation: false,
      retry: { retries: 0 },
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
  }

  /** With a separate driver: consumers of one driver share a cache of the group's offsets, and clear it for each other. */
  consumer(groupId: string): DriverConsumer {
    return new kafkajs.Kafka(this.config).consumer(this.consumerConfig(groupId));
  }

  consumerConfig(groupId: string): ConsumerConfig {
    const { sessionMs, heartbeatMs, fetchMs } = this.timers;
    return {
      groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
      maxWaitTimeInMs: fetchMs,
      maxBytesPerPartition: Math.min(FETCH_PARTITION_BYTES, this.fetchBytes),
      maxBytes: this.fetchBytes,
      allowAutoTopicCreation: false,
      retry: this.retry(),
    };
  }

  /** One question about topics or groups; a connection that failed is not used again. Throws StoreUnavailable. */
  async ask<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await this.askPlainly(doing, question);
    } catch (error) {
      throw unavailable(doing, error);
    }
  }

  /** The same, with the driver's errors. */
  async askPlainly<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const connected = (this.admin ??= this.connectAdmin());
    try {
      return await within(this.timers.requestMs, doing, connected.then(question));
    } catch (error) {
      if (this.admin === connected) this.admin = undefined;
      void connected.then((admin) => admin.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  /** Ends this object's connections; consumers and producers are ended by their makers. */
  async close(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    if (admin === undefined) return;
    await within(
      this.timers.requestMs,
      'disconnecting',
      admin.then((each) => each.disconnect()),
    ).catch(() => undefined);
  }

  private retry() {
    const { firstPauseMs } = this.timers;
    return {
      retries: RETRIES,
      initialRetryTime: firstPauseMs,
      maxRetryTime: Math.max(firstPauseMs, LONGEST_RETRY_MS),
      // a consumer that has crashed is replaced by ours
      restartOnFailure: () => Promise.resolve(false),
    };
  }

  private async connectAdmin(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }
}

/** The driver's types want each mechanism by itself. */
function saslOf({ mechanism, username, password }: KafkaSasl): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
