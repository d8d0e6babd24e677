/** How long one call of the publisher may begin sends, and when nothing of one that failed is on its way any more. */
import type { Producer } from 'kafkajs';
import { CallSettled, StoreUnavailable } from '#ports';
import { KafkaClient } from './client.js';
import type { Outgoing } from './message-codec.js';
import { silent, timersOf } from './options.js';
import { Publisher } from './publisher.js';

interface Driver {
  readonly tookMs?: number;
  readonly connect?: () => Promise<void>;
  readonly fails?: Error;
}

function clientOf({ tookMs = 1, connect, fails }: Driver, sent: number[]): KafkaClient {
  const send = async ({ messages }: { readonly messages: readonly unknown[] }) => {
    sent.push(messages.length);
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    if (fails !== undefined) throw fails;
    return [{ topicName: 'new', partition: 0, errorCode: 0 }];
  };
  const producer = {
    connect: connect ?? (async () => undefined),
    disconnect: async () => undefined,
    send,
  } as unknown as Producer;
  return Object.assign(Object.create(KafkaClient.prototype) as KafkaClient, {
    ...{ timers: timersOf({}), log: silent, producer: () => producer },
  });
}

const shape = { topic: 'new', partitions: 1, replication: 1 };
const messages = Array.from({ length: 600 }, (): Outgoing => ({ partition: 0, key: null, value: null, headers: {} }));

test('a call that has taken its time begins no further send, and the next call has its own', async () => {
  const sent: number[] = [];
  const publisher = new Publisher(clientOf({ tookMs: 50 }, sent), shape, 1_000_000, 20);
  await expect(publisher.publish(messages)).rejects.toThrow(StoreUnavailable);
  expect(sent).toEqual([250]);
  await publisher.publish(messages.slice(0, 10));
  expect(sent).toEqual([250, 10]);
  await publisher.close();
});

test('without a limit all are sent', async () => {
  const sent: number[] = [];
  const publisher = new Publisher(clientOf({}, sent), shape, 1_000_000);
  await publisher.publish(messages);
  expect(sent).toEqual([250, 250, 100]);
  await publisher.close();
});

test.each<readonly [string, Driver]>([
  ['there was no connection', { connect: () => Promise.reject(new Error('connect ECONNREFUSED')) }],
  ['it took its time, and each send was answered', { tookMs: 50 }],
])('nothing is on its way where %s', async (_, driver) => {
  const publisher = new Publisher(clientOf(driver, []), shape, 1_000_000, 20);
  await expect(publisher.publish(messages)).rejects.toThrow(CallSettled);
  await publisher.close();
});

test.each<readonly [string, Driver]>([
  ['the connection was lost', { fails: new Error('read ECONNRESET') }],
  // another broker's answer may be missing still
  ['a broker has refused', { fails: Object.assign(new Error('no'), { type: 'NOT_ENOUGH_REPLICAS' }) }],
])('something may be on its way where %s', async (_, driver) => {
  const publisher = new Publisher(clientOf(driver, []), shape, 1_000_000);
  const failure = await publisher.publish(messages).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreUnavailable);
  expect(failure).not.toBeInstanceOf(CallSettled);
  await publisher.close();
});
