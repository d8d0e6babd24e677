/** The small rules of the feed on Kafka: changes of an assignment, answers that lack a partition, places to read from, batches. */
import kafkajs from 'kafkajs';
import { StoreUnavailable } from '#ports';
import { unanswered } from './answers.js';
import { changeOf } from './assignment.js';
import { KafkaClient } from './client.js';
import { createLogCreator } from './client-log.js';
import { KafkaMisconfigured, startError, explain, unavailable } from './errors.js';
import type { Outgoing } from './message-codec.js';
import { requireName, timersOf } from './options.js';
import { PartitionWorker } from './partition-worker.js';
import { choosePlace } from './places.js';
import { batchesOf, sizeOf } from './publisher.js';
import { pauseAfter, TimedOut, within } from './waiting.js';
import { until } from '../../testing/until.js';

describe('a change of the assignment', () => {
  const member = (memberId: string, ...partitions: number[]) => ({ memberId, partitions });

  test.each([
    ['the first', undefined, member('a', 0, 1), { lost: [], won: [0, 1], kept: [] }],
    ['some go, some come, some stay', member('a', 0, 1, 2), member('a', 2, 3), { lost: [0, 1], won: [3], kept: [2] }],
    ['all go', member('a', 0), member('a'), { lost: [0], won: [], kept: [] }],
    ['nothing changes', member('a', 1, 0), member('a', 0, 1), { lost: [], won: [], kept: [0, 1] }],
    ['under a new name, all were lost', member('a', 0, 1), member('b', 1, 2), { lost: [0, 1], won: [1, 2], kept: [] }],
  ])('%s', (_, last, now, change) => {
    expect(changeOf(last, now)).toEqual(change);
  });
});

describe('answers to a send', () => {
  const answer = (partition: number, errorCode = 0, topicName = 'topic') => ({ topicName, partition, errorCode });

  test('a partition that is left out, refused, or of another topic is not acknowledged', () => {
    expect(unanswered('topic', [0, 1, 1, 2], [answer(0), answer(1), answer(2)])).toEqual([]);
    expect(unanswered('topic', [0, 1, 2], [answer(0), answer(2)])).toEqual([1]);
    expect(unanswered('topic', [0, 1], [])).toEqual([0, 1]);
    expect(unanswered('topic', [0, 1], [answer(0), answer(1, 6)])).toEqual([1]);
    expect(unanswered('topic', [0], [answer(0), answer(0, 6)])).toEqual([0]);
    expect(unanswered('topic', [0], [answer(0, 0, 'other')])).toEqual([0]);
  });
});

describe('the place to read from', () => {
  const place = { low: 10n, high: 20n };

  test('what was committed, or what is at hand, where the log has it', () => {
    expect(choosePlace({ ...place, committed: 15n }, undefined)).toEqual({ offset: 15n });
    expect(choosePlace({ ...place, committed: 15n }, 18n)).toEqual({ offset: 18n });
    expect(choosePlace({ ...place, committed: 20n }, undefined)).toEqual({ offset: 20n });
    expect(choosePlace({ ...place, committed: 10n }, undefined)).toEqual({ offset: 10n });
  });

  test('otherwise the oldest that is kept, and why', () => {
    for (const [committed, own] of [[21n], [9n], [undefined], [15n, 25n]] as const) {
      expect(choosePlace({ ...place, committed }, own)).toEqual({ offset: 10n, reset: expect.any(String) as string });
    }
  });
});

describe('batches of a send', () => {
  const message = (partition: number, size = 100): Outgoing => ({
    partition,
    key: null,
    value: Buffer.alloc(size),
    headers: {},
  });

  test('keep the order, and hold what a partition may be brought at once', () => {
    const messages = [message(0, 400), message(0, 400), message(1, 900), message(0, 400), message(1, 10)];
    const batches = [...batchesOf(messages, 1200)];
    expect(batches.flat()).toEqual(messages);
    expect(batches.map((batch) => batch.length)).toEqual([3, 2]);
    expect([...batchesOf([], 1200)]).toEqual([]);
  });

  test('are bounded in messages and in bytes', () => {
    const many = [
      ...batchesOf(
        Array.from({ length: 600 }, () => message(0)),
        10_000_000,
      ),
    ];
    expect(many.map((batch) => batch.length)).toEqual([250, 250, 100]);
    const large = [
      ...batchesOf(
        Array.from({ length: 10 }, (_, index) => message(index, 1_000_000)),
        2_000_000,
      ),
    ];
    expect(large.map((batch) => batch.length)).toEqual([4, 4, 2]);
  });

  test('a message that fits in none is refused before it is sent, with both sizes', () => {
    expect(() => [...batchesOf([message(0, 2000)], 1500)]).toThrow(StoreUnavailable);
    expect(() => [...batchesOf([message(0, 2000)], 1500)]).toThrow(/2192 bytes.*1500/);
    expect(sizeOf({ ...message(0, 5), key: Buffer.from('ab'), headers: { é: 'x' } })).toBe(64 + 2 + 5 + 10 + 2 + 1);
  });
});

describe('errors', () => {
  const driver = (name: string, more: object = {}, cause?: unknown) =>
    Object.assign(new Error(`words of ${name}`, { cause }), { name, ...more });

  test('the table finds what it knows anywhere in the chain', () => {
    const refused = driver('KafkaJSConnectionError', { code: 'ECONNREFUSED' });
    expect(explain(driver('KafkaJSNonRetriableError', {}, refused)).reason).toBe('no broker can be reached');
    expect(explain(driver('KafkaJSProtocolError', { type: 'NOT_ENOUGH_REPLICAS' })).reason).toContain('min.insync');
    expect(
      explain(driver('KafkaJSAggregateError', { errors: [driver('x', { type: 'CLUSTER_AUTHORIZATION_FAILED' })] })),
    ).toMatchObject({ misconfigured: true });
    const partitions = [{ error: driver('y', { type: 'TOPIC_AUTHORIZATION_FAILED' }) }];
    expect(explain(driver('KafkaJSDeleteTopicRecordsError', { partitions })).reason).toContain('no right to the topic');
    expect(explain(new TimedOut('late')).reason).toBe('a broker does not answer');
    expect(explain(driver('KafkaJSError')).reason).toBe('words of KafkaJSError');
    expect(explain('nothing').reason).toBe('for an unknown reason');
  });

  test('at the start, what someone must mend is no StoreUnavailable', () => {
    expect(startError('x', driver('KafkaJSSASLAuthenticationError'))).toBeInstanceOf(KafkaMisconfigured);
    expect(startError('x', driver('KafkaJSConnectionError'))).toBeInstanceOf(StoreUnavailable);
    expect(unavailable('x', driver('KafkaJSSASLAuthenticationError'))).toBeInstanceOf(StoreUnavailable);
  });
});

test('the driver repeats itself: the same text is logged once in a while, what belongs to a rebalance never', () => {
  let nowMs = 0;
  const lines: [string, object | undefined][] = [];
  const warn = (message: string, fields?: object) => lines.push([message, fields]);
  const say = createLogCreator({ info: warn, warn, error: warn }, () => nowMs)();
  const entry = (message: string, more: object = {}) => ({
    namespace: 'Connection',
    level: kafkajs.logLevel.ERROR,
    label: 'ERROR',
    log: { timestamp: '', message, ...more },
  });
  say(entry('Connection error', { broker: 'a:1', stack: 'secret', password: 'secret' }));
  say(entry('Connection error', { broker: 'a:1' }));
  say(entry('Response Heartbeat', { error: 'The group is rebalancing, so a rejoin is needed' }));
  nowMs = 10_000;
  say(entry('Connection error', { broker: 'a:1' }));
  expect(lines).toEqual([
    ['kafkajs: Connection error', { broker: 'a:1', part: 'Connection' }],
    ['kafkajs: Connection error', { broker: 'a:1', part: 'Connection', repeated: 1 }],
  ]);
});

test('invalid options are refused by name', () => {
  expect(() => timersOf({ sessionMs: 0 })).toThrow('sessionMs is 0');
  expect(() => timersOf({ sessionMs: 1000, heartbeatMs: 400 })).toThrow('heartbeatMs is 400');
  expect(timersOf({ sessionMs: 3000 }).heartbeatMs).toBe(1000);
  expect(() => requireName('prefix', 'a b')).toThrow('prefix is "a b"');
});

test('pauses double up to the longest, and are never less than half of it', () => {
  const limits = { firstPauseMs: 100, longestPauseMs: 1000 };
  for (const [nth, full] of [
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1000],
    [5000, 1000],
  ] as const) {
    const pause = pauseAfter(nth, limits);
    expect(pause).toBeGreaterThanOrEqual(full / 2);
    expect(pause).toBeLessThanOrEqual(full);
  }
});

test('a wait ends by its own limit', async () => {
  await expect(within(1, 'nothing', new Promise(() => undefined))).rejects.toThrow(TimedOut);
  await expect(within(1000, 'something', Promise.resolve(7))).resolves.toBe(7);
});

test('F2: a handler that fails gets fewer messages at once, until it can do with them, and then more again', async () => {
  const sizes: number[] = [];
  const handled: string[] = [];
  const committed: bigint[] = [];
  const worker = new PartitionWorker({
    partition: 0,
    handler: ({ messages }) => {
      sizes.push(messages.length);
      if (messages.length > 3) return Promise.reject(new Error('too slow for a batch of this size'));
      handled.push(...messages.map(({ offset }) => offset));
      return Promise.resolve();
    },
    limits: { batchMessages: 8, queueMessages: 100, queueBytes: 1000, firstPauseMs: 1, longestPauseMs: 1 },
    commit: (offset) => Promise.resolve(void committed.push(offset)),
    onRoom: () => undefined,
    onFailure: () => undefined,
  });
  worker.begin(0n);
  const messages = Array.from({ length: 10 }, (_, offset) => ({
    ...{ offset: String(offset), timestamp: '0', key: null, value: null },
  }));
  worker.take(messages, 10n);
  await until('all is committed', () => committed.at(-1) === 10n, { seen: () => committed.join(' ') });
  worker.stop();
  await worker.ended;
  expect(handled).toEqual(messages.map(({ offset }) => offset));
  expect(sizes).toEqual([8, 4, 2, 4, 2, 4, 2, 4, 2, 2]);
  expect(committed).toEqual([2n, 4n, 6n, 8n, 10n]);
});

test.each([
  [undefined, 10_485_760, 1_048_576],
  [4_000_000, 4_000_000, 1_048_576],
  [500_000, 500_000, 500_000],
])('a fetch of %p bytes brings at most %i, and %i of a partition', (fetchBytes, all, ofOne) => {
  const client = new KafkaClient({ brokers: ['127.0.0.1:1'], ...(fetchBytes !== undefined && { fetchBytes }) });
  expect(client.consumerConfig('a')).toMatchObject({ maxBytes: all, maxBytesPerPartition: ofOne });
});
