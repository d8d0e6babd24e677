/** F5: what a feed has kept is compared with the journal before anything is published or consumed. */
import { partitionOf, type NewEntry, type StoredEntry } from '#contracts';
import { StoreUnavailable, wrapJournal, type FeedMessage, type Journal } from '#ports';
import { createMemoryJournal, MemoryStore, until } from '#testing';
import { silentLog } from '../log.js';
import { CHANGES_STATE } from '../publishing/create-publisher.js';
import { StartRefused } from '../start-refused.js';
import { createRelay } from './create-relay.js';
import { MessageAccount } from './messages.js';
import { EMPTIED_BY_INGEST, requireOwnFeed } from './own-feed.js';
import { BEGINNING, RELAY_STATE } from './place.js';

const PARTITIONS = 4;
const FOREIGN =
  /^the feed carries entries of journal \S+, this is journal \S+: set a HERMES_PREFIX that no other Hermes has\. Only where this journal takes the place of that one, .* by hand with kafka-delete-records\.sh, and then start (?:an ingest )?once with --rebuild$/;

interface Kept {
  messages: readonly FeedMessage[];
  newest(): Promise<readonly FeedMessage[]>;
  empty(): Promise<void>;
}

/** A feed that holds these. */
function keeping(messages: readonly FeedMessage[]): Kept {
  return {
    messages,
    newest() {
      return Promise.resolve(this.messages);
    },
    async empty() {
      this.messages = [];
    },
  };
}

function entry(): NewEntry {
  const recordedAt = '2024-01-01T00:00:00.000Z' as NewEntry['recordedAt'];
  return { id: crypto.randomUUID(), type: 'Tested', version: 1, recordedAt, json: '{}' };
}

async function append(journal: Journal, count: number): Promise<void> {
  await journal.append([{ stream: 'host-a', expected: 'any', entries: Array.from({ length: count }, entry) }]);
}

async function wholeOf(journal: Journal): Promise<readonly StoredEntry[]> {
  return journal.readAll(BEGINNING.position, 100);
}

/** What a relay has published of this journal: the last entry of its partition, or ticks at the end to all. */
async function published(journal: Journal, as: 'entry' | 'ticks'): Promise<readonly FeedMessage[]> {
  const account = new MessageAccount(journal.identity, PARTITIONS, BEGINNING);
  const entries = account.messagesOf(await wholeOf(journal));
  return as === 'ticks' ? account.ticks('all') : entries.slice(-1);
}

/** A journal of yesterday, and what the feed has of today. */
async function setBack(as: 'entry' | 'ticks') {
  const store = new MemoryStore();
  const today = createMemoryJournal({ store });
  await append(today, 2);
  const journal = createMemoryJournal({ store: store.copy() });
  await append(today, 3);
  return { journal, today, feed: keeping(await published(today, as)) };
}

/** A relay over the feed; `calls` counts what it has published. */
function relayOver(journal: Journal, feed: Kept) {
  const whole = Object.assign(feed, {
    partitions: PARTITIONS,
    calls: 0,
    async publish() {
      whole.calls += 1;
    },
    consume: () => Promise.reject(new Error('nobody consumes here')),
    close: () => Promise.resolve(),
  });
  return { whole, relay: createRelay({ journal, feed: whole, owner: 'the only one', log: silentLog }) };
}

test('F5: a feed that holds nothing, or what this journal holds, is its own', async () => {
  const { today } = await setBack('entry');
  const own = [keeping([]), keeping(await published(today, 'entry')), keeping(await published(today, 'ticks'))];
  for (const feed of own) await requireOwnFeed({ journal: today, feed, log: silentLog }, EMPTIED_BY_INGEST);
  const ticks = new MessageAccount(today.identity, PARTITIONS, BEGINNING).ticks('all');
  await requireOwnFeed({ journal: today, feed: keeping(ticks), log: silentLog }, EMPTIED_BY_INGEST);
});

test.each(['entry', 'ticks'] as const)(
  'F5: the last %s of a time that the journal was set back behind stops the start and names the way out',
  async (as) => {
    const { journal, feed } = await setBack(as);
    const looking = requireOwnFeed({ journal, feed, log: silentLog }, EMPTIED_BY_INGEST);
    await expect(looking).rejects.toThrow(StartRefused);
    await expect(looking).rejects.toThrow(
      /^the feed has carried entries up to position \d+, and the journal holds no entry there: it was replaced or set back\. If it is the right one, start an ingest once with --rebuild, which empties it$/,
    );
  },
);

test('F5: so it is where the position was given again, to another entry', async () => {
  const { journal, feed } = await setBack('ticks');
  await append(journal, 3);
  const looking = requireOwnFeed({ journal, feed, log: silentLog }, EMPTIED_BY_INGEST);
  await expect(looking).rejects.toThrow('the journal holds another entry there');
});

test('F5: one partition of that time is enough, whichever it is', async () => {
  const { journal, today, feed } = await setBack('ticks');
  const whole = await published(journal, 'ticks');
  const partition = partitionOf('host-b', PARTITIONS);
  const mixed = whole.map((message) => (message.partition === partition ? feed.messages[partition]! : message));
  await expect(requireOwnFeed({ journal, feed: keeping(mixed), log: silentLog }, EMPTIED_BY_INGEST)).rejects.toThrow(
    StartRefused,
  );
  await requireOwnFeed({ journal: today, feed: keeping(mixed), log: silentLog }, EMPTIED_BY_INGEST);
});

test('F5, J6: the feed of another journal is known by its identity, and the line has both ways out', async () => {
  const { feed } = await setBack('ticks');
  const other = createMemoryJournal();
  const looking = requireOwnFeed({ journal: other, feed, log: silentLog }, EMPTIED_BY_INGEST);
  await expect(looking).rejects.toThrow(StartRefused);
  await expect(looking).rejects.toThrow(FOREIGN);
});

test("F5, J6: another journal's feed is not emptied, whatever is asked: that one may be at work; nor one that both share", async () => {
  const { journal, today, feed } = await setBack('ticks');
  const other = createMemoryJournal();
  await append(other, 9);
  const shared = keeping([...feed.messages, ...(await published(other, 'ticks'))]);
  for (const [own, kept] of [
    [other, feed],
    [journal, shared],
    [today, shared],
  ] as const) {
    const { relay, whole } = relayOver(own, kept);
    const { length } = whole.messages;
    await expect(relay.prepare({ forget: true })).rejects.toThrow(StartRefused);
    await expect(relay.prepare({ forget: true })).rejects.toThrow(FOREIGN);
    expect(whole.messages).toHaveLength(length);
    expect(await own.readState(CHANGES_STATE)).toBeUndefined();
  }
});

test('F5: a right that is missing is one line, too; a defect stays one', async () => {
  const { today } = await setBack('entry');
  const denied = { ...keeping([]), newest: () => Promise.reject(new Error('Kafka: no right to the topic')) };
  const looking = requireOwnFeed({ journal: today, feed: denied, log: silentLog }, EMPTIED_BY_INGEST);
  await expect(looking).rejects.toThrow(StartRefused);
  const broken = { ...keeping([]), newest: () => Promise.reject(new TypeError('a defect')) };
  await expect(requireOwnFeed({ journal: today, feed: broken, log: silentLog }, EMPTIED_BY_INGEST)).rejects.toThrow(
    TypeError,
  );
});

test('F5: a relay is refused by such a feed; with forget it empties it, and keeps a place that is sound', async () => {
  const { journal, feed } = await setBack('ticks');
  const entries = await wholeOf(journal);
  const last = entries.at(-1)!;
  const place = { position: String(last.position), entryId: last.id, number: entries.length, catalogueRevision: 0 };
  await journal.writeState(RELAY_STATE, JSON.stringify(place), 0);
  const followed = JSON.stringify({ place: `1.${last.position}` });
  await journal.writeState(CHANGES_STATE, followed, 0);
  const { relay, whole } = relayOver(journal, feed);
  await expect(relay.prepare({ forget: false })).rejects.toThrow(/If it is the right one, start once with --rebuild/);
  expect(whole.messages).toHaveLength(PARTITIONS);
  expect((await journal.readState(CHANGES_STATE))?.value).toBe(followed);
  await relay.prepare({ forget: true });
  expect(whole.messages).toEqual([]);
  // no place: who publishes next begins with a reset
  expect((await journal.readState(CHANGES_STATE))?.value).toBe('{"place":""}');
  await relay.prepare({ forget: false });
  relay.start();
  await relay.close();
  expect(await journal.readState(RELAY_STATE)).toMatchObject({ value: JSON.stringify(place), version: 1 });
});

test('F5: a feed that is its own is not emptied, whatever is asked', async () => {
  const { today, feed } = await setBack('ticks');
  const { relay, whole } = relayOver(today, feed);
  await relay.prepare({ forget: true });
  expect(whole.messages).toHaveLength(PARTITIONS);
});

test('F5: with forget the changes begin with a reset though the feed shows nothing: it was emptied by hand, or is lost', async () => {
  const { journal } = await setBack('ticks');
  const { relay } = relayOver(journal, keeping([]));
  await relay.prepare({ forget: false });
  expect(await journal.readState(CHANGES_STATE)).toBeUndefined();
  await relay.prepare({ forget: true });
  expect((await journal.readState(CHANGES_STATE))?.value).toBe('{"place":""}');
});

test('J6: of a journal that was set back under a relay at work nothing more is said, and readiness says why', async () => {
  const plain = createMemoryJournal();
  await append(plain, 3);
  let state: 'there' | 'away' | 'set back' = 'there';
  const whileThere =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (state === 'away') throw new StoreUnavailable('journal', 'by plan');
      return call(...args);
    };
  const journal = wrapJournal(plain, {
    readState: whileThere((name) => plain.readState(name)),
    writeState: whileThere((...call) => plain.writeState(...call)),
    entryAt: async (position) => (state === 'set back' ? undefined : plain.entryAt(position)),
  });
  const { relay, whole } = relayOver(journal, keeping([]));
  await relay.prepare({ forget: false });
  relay.start();
  await until('all is published', () => relay.place()?.number === 4);
  state = 'away';
  await until('it has heard of it', () => relay.notReady()?.includes('by plan') === true, { limitMs: 10_000 });
  state = 'set back';
  await until('it says why', () => relay.notReady()?.includes('set back') === true, { limitMs: 10_000 });
  const { calls } = whole;
  // a relay at work repeats its ticks every second
  await new Promise((wake) => setTimeout(wake, 1200));
  expect([whole.calls, relay.notReady()]).toEqual([
    calls,
    expect.stringMatching(/^the relay has published up to position \d+, and the journal holds no entry there/),
  ]);
  await relay.close();
}, 30_000);
