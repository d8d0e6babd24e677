/** How long one call of the publisher may begin sends. */
import type { Producer } from 'kafkajs';
import { StoreUnavailable } from '#ports';
import { KafkaClient } from './client.js';
import type { Outgoing } from './message-codec.js';
import { silent, timersOf } from './options.js';
import { Publisher } from './publisher.js';

function clientOf(tookMs: number, sent: number[]): KafkaClient {
  const send = async ({ messages }: { readonly messages: readonly unknown[] }) => {
    sent.push(messages.length);
    await new Promise((resolve) => setTimeout(resolve, tookMs));
    return [{ topicName: 'new', partition: 0, errorCode: 0 }];
  };
  const producer = { connect: async () => undefined, disconnect: async () => undefined, send } as unknown as Producer;
  return Object.assign(Object.create(KafkaClient.prototype) as KafkaClient, {
    ...{ timers: timersOf({}), log: silent, producer: () => producer },
  });
}

const shape = { topic: 'new', partitions: 1, replication: 1 };
const messages = Array.from({ length: 600 }, (): Outgoing => ({ partition: 0, key: null, value: null, headers: {} }));

test('a call that has taken its time begins no further send, and the next call has its own', async () => {
  const sent: number[] = [];
  const publisher = new Publisher(clientOf(50, sent), shape, 1_000_000, 20);
  await expect(publisher.publish(messages)).rejects.toThrow(StoreUnavailable);
  expect(sent).toEqual([250]);
  await publisher.publish(messages.slice(0, 10));
  expect(sent).toEqual([250, 10]);
  await publisher.close();
});

test('without a limit all are sent', async () => {
  const sent: number[] = [];
  const publisher = new Publisher(clientOf(1, sent), shape, 1_000_000);
  await publisher.publish(messages);
  expect(sent).toEqual([250, 250, 100]);
  await publisher.close();
});
