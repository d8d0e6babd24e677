/** Batches of the inbound topic over a journal: nothing twice, nothing blocked, nothing dropped, each host in its order. */
import { silentLog } from '#application';
import { StoreUnavailable, type InboundMessage, type Journal, type RejectedMessage, type StreamWrite } from '#ports';
import { createMemoryJournal, faultyJournal, ingestRig, wrapJournal, type IngestRig } from '#testing';
import { createInbound, type RunningInbound } from './create-inbound.js';

interface Rig extends IngestRig {
  readonly inbound: RunningInbound;
  readonly rejected: RejectedMessage[];
  readonly counted: (readonly number[])[];
  /** Whether the topic of rejected messages is away. */
  away: boolean;
  take(messages: readonly InboundMessage[], signal?: AbortSignal): Promise<void>;
  /** Keys of the host's events, in their order. */
  keys(host: string): Promise<readonly unknown[]>;
}

async function rigOf(journal: Journal = createMemoryJournal(), principal: string | null = null): Promise<Rig> {
  const rig = ingestRig(journal);
  await rig.define();
  const rejected: RejectedMessage[] = [];
  const counted: (readonly number[])[] = [];
  const inbound = createInbound({
    inbound: {
      topic: 'hermes.inbound',
      reject: async (messages) => {
        if (made.away) throw new StoreUnavailable('feed', 'by plan');
        rejected.push(...messages);
      },
    },
    ...{ ingest: rig.ingest, principal, clock: rig.clock, log: silentLog },
    meters: { received: (...counts) => counted.push(counts) },
  });
  const made: Rig = {
    ...{ ...rig, inbound, rejected, counted, away: false },
    take: (messages, signal = new AbortController().signal) => inbound.take({ partition: 3, messages }, signal),
    keys: async (host) => (await rig.host(host)).map(({ json }) => (JSON.parse(json) as { key: unknown }).key),
  };
  return made;
}

function message(offset: number, value: object): InboundMessage {
  const bytes = Buffer.from(JSON.stringify(value));
  return { partition: 3, offset: BigInt(offset), timestampMs: 1, key: null, value: bytes, headers: {} };
}

const full = (offset: number, more: object = {}): InboundMessage =>
  message(offset, { host: 'web-1', type: 'disk-full', ...more });
const keyOf = (offset: number): string => `hermes.inbound/3/${offset}/1`;
const range = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, nth) => from + nth);

test('events of a batch are logged in their order, and counted', async () => {
  const rig = await rigOf();
  await rig.take([full(0), full(1, { key: 'own' }), message(2, { host: 'web-2', type: 'disk-cleaned' }), full(3)]);
  expect(await rig.keys('web-1')).toEqual([keyOf(0), 'own', keyOf(3)]);
  expect(await rig.keys('web-2')).toEqual([keyOf(2)]);
  expect(rig.counted).toEqual([[4, 0, 0]]);
});

test('events have the principal of the topic, which their by defaults to, and its rights are those of the role report', async () => {
  const rig = await rigOf(createMemoryJournal(), 'topic');
  await rig.take([full(0), full(1, { by: 'agent' }), full(2, { type: 'power-cut' })]);
  const written = (await rig.host('web-1')).map(({ principal, json }) => {
    return [principal, (JSON.parse(json) as { readonly by?: string }).by];
  });
  expect(written).toEqual([
    ['topic', 'topic'],
    ['topic', 'agent'],
  ]);
  expect(rig.rejected.map(({ code }) => code)).toEqual(['event-type-restricted']);
  const nameless = await rigOf();
  await nameless.take([full(0)]);
  expect((await nameless.host('web-1')).map((entry) => 'principal' in entry)).toEqual([false]);
});

test('what comes again is no second event, also in smaller batches than before', async () => {
  const rig = await rigOf();
  const all = range(500).map((offset) => full(offset));
  await rig.take(all);
  await rig.take(all.slice(0, 10));
  await rig.take(all.slice(10));
  expect(await rig.keys('web-1')).toEqual(range(500).map(keyOf));
  expect(rig.counted).toEqual([
    [500, 0, 0],
    [0, 10, 0],
    [0, 490, 0],
  ]);
});

test('refused messages are rejected with their reasons, in their order, and the others are logged', async () => {
  const rig = await rigOf();
  await rig.take([
    full(0),
    message(1, { host: 'web-1' }),
    full(2, { type: 'disk-lost' }),
    full(3, { type: 'power-cut' }),
    full(4),
  ]);
  expect(await rig.keys('web-1')).toEqual([keyOf(0), keyOf(4)]);
  expect(rig.rejected.map(({ message: { offset }, code }) => [Number(offset), code])).toEqual([
    [1, 'validation-failed'],
    [2, 'event-type-unknown'],
    [3, 'event-type-restricted'],
  ]);
  expect(rig.rejected[2]?.reason).toMatch(/over Kafka nobody has it/);
  expect(rig.counted).toEqual([[2, 0, 3]]);
});

test('however many of a batch are refused, each is rejected', async () => {
  const rig = await rigOf();
  await rig.take([...range(300).map((offset) => full(offset, { type: 'disk-lost' })), full(300)]);
  expect(rig.rejected.map(({ message: { offset } }) => Number(offset))).toEqual(range(300));
  expect(await rig.keys('web-1')).toEqual([keyOf(300)]);
});

test('an event that the journal can never hold is rejected by itself', async () => {
  const journal = createMemoryJournal();
  const isLarge = ({ entries }: StreamWrite): boolean => entries.some(({ json }) => json.length > 4000);
  const append: Journal['append'] = async (writes) =>
    Promise.all(
      writes.map(async (write) => {
        if (isLarge(write)) return { kind: 'too-large', reason: 'by plan' };
        const [outcome] = await journal.append([write]);
        return outcome!;
      }),
    );
  const rig = await rigOf(wrapJournal(journal, { append }));
  await rig.take([full(0), full(1, { note: 'x'.repeat(4000) }), full(2)]);
  expect(rig.rejected.map(({ message: { offset }, code }) => [offset, code])).toEqual([[1n, 'payload-too-large']]);
  expect(await rig.keys('web-1')).toEqual([keyOf(0), keyOf(2)]);
});

test('while the journal is away the batch is not taken, and readiness says so; then it is, once', async () => {
  let away = false;
  const rig = await rigOf(faultyJournal(createMemoryJournal(), { write: () => (away ? 'failed' : undefined) }));
  rig.inbound.start(async () => ({ close: async () => undefined }));
  away = true;
  const batch = [full(0), message(1, {}), full(2)];
  await expect(rig.take(batch)).rejects.toThrow(StoreUnavailable);
  expect(rig.inbound.notReady()).toMatch(/^the messages of partition 3 wait: .*by plan/);
  expect(rig.rejected).toEqual([]);
  expect(rig.counted).toEqual([]);
  away = false;
  await rig.take(batch);
  expect(rig.inbound.notReady()).toBeNull();
  expect(await rig.keys('web-1')).toEqual([keyOf(0), keyOf(2)]);
  expect(rig.rejected).toHaveLength(1);
});

test('while rejected messages cannot be published the batch is not taken; events are not doubled by it', async () => {
  const rig = await rigOf();
  rig.away = true;
  const batch = [full(0), message(1, {})];
  await expect(rig.take(batch)).rejects.toThrow(StoreUnavailable);
  rig.away = false;
  await rig.take(batch);
  expect(await rig.keys('web-1')).toEqual([keyOf(0)]);
  expect(rig.rejected).toHaveLength(1);
  expect(rig.counted).toEqual([[0, 1, 1]]);
});

test('where the partition is lost meanwhile nothing is rejected here', async () => {
  const rig = await rigOf();
  await expect(rig.take([message(0, {})], AbortSignal.abort(new Error('lost')))).rejects.toThrow('lost');
  expect(rig.rejected).toEqual([]);
  expect(rig.inbound.notReady()).not.toMatch(/partition/);
});

test('it joins again until it is a member, says why it is none, and leaves when it is closed', async () => {
  const rig = await rigOf();
  const said: (string | null)[] = [rig.inbound.notReady()];
  let left = false;
  let joined: () => void = () => undefined;
  const member = new Promise<void>((resolve) => (joined = resolve));
  let tries = 0;
  rig.inbound.start(async () => {
    tries += 1;
    if (tries === 1) throw new StoreUnavailable('feed', 'no broker');
    said.push(rig.inbound.notReady());
    joined();
    return { close: async () => void (left = true) };
  });
  await member;
  await rig.inbound.close();
  expect(said).toEqual(['the consumer group is not joined yet', 'the consumer group cannot be joined: no broker']);
  expect([tries, left]).toEqual([2, true]);
});
