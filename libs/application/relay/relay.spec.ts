/** The relay's laws (F3, F4, J6), over a journal in memory and a feed that only collects. */
import { CATALOGUE_STREAM, partitionOf, START, type NewEntry, type Position } from '#contracts';
import {
  StoreUnavailable,
  type EntryMessage,
  type Feed,
  type FeedMessage,
  type Journal,
  type TickMessage,
  wrapJournal,
} from '#ports';
import { createMemoryJournal, faultyJournal, intercept, MemoryStore, scriptedFaults, until } from '#testing';
import { silentLog } from '../log.js';
import { StartRefused } from '../start-refused.js';
import { createRelay } from './create-relay.js';
import { readPlace, RELAY_STATE } from './place.js';
import type { Relay } from './relay.js';

const PARTITIONS = 4;

/** Keeps what was published; the first `refusals` calls fail. */
function collectingFeed(refusals = 0): Feed & { readonly messages: FeedMessage[] } {
  const messages: FeedMessage[] = [];
  let left = refusals;
  return {
    partitions: PARTITIONS,
    messages,
    publish: async (published) => {
      if (left > 0) {
        left -= 1;
        throw new StoreUnavailable('feed', 'by plan');
      }
      messages.push(...published);
    },
    consume: () => Promise.reject(new Error('nobody consumes here')),
    newest: async () => [...new Map(messages.map((message) => [message.partition, message])).values()],
    empty: async () => void messages.splice(0),
    close: () => Promise.resolve(),
  };
}

const relays: Relay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

async function relayOf(journal: Journal, feed: Feed, forget = false, owner = 'the only one'): Promise<Relay> {
  const relay = createRelay({ journal, feed, owner, log: silentLog });
  relays.push(relay);
  await relay.prepare({ forget });
  relay.start();
  return relay;
}

function entry(): NewEntry {
  return {
    id: crypto.randomUUID(),
    type: 'Tested',
    version: 1,
    recordedAt: '2024-01-01T00:00:00.000Z' as NewEntry['recordedAt'],
    json: '{}',
  };
}

async function append(journal: Journal, stream: string, count = 1): Promise<void> {
  await journal.append([{ stream, expected: 'any', entries: Array.from({ length: count }, entry) }]);
}

function entriesOf(messages: readonly FeedMessage[]): readonly EntryMessage[] {
  return messages.filter((message): message is EntryMessage => message.kind === 'entry');
}

function ticksOf(messages: readonly FeedMessage[]): readonly TickMessage[] {
  return messages.filter((message): message is TickMessage => message.kind === 'tick');
}

test('R12: one that forgets its place publishes nothing until what the journal has may be published', async () => {
  const journal = createMemoryJournal();
  await journal.writeState(RELAY_STATE, 'damaged', 0);
  const feed = collectingFeed();
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let waits = 0;
  const whenOpen = () => {
    waits += 1;
    return opened;
  };
  const relay = createRelay({ journal, feed, whenOpen, owner: 'the only one', log: silentLog });
  relays.push(relay);
  await relay.prepare({ forget: true });
  relay.start();
  await until('it waits', () => waits > 0);
  await journal.append([{ stream: 'host-h', expected: 'any', entries: [entry()] }]);
  expect(feed.messages).toEqual([]);
  open();
  const { position } = await journal.head();
  await until('it has counted', () => relay.place()?.position === position);
  await until('it ticks', () => feed.messages.length > 0);
});

test('F4: its first act is a tick to every partition at the place it starts from', async () => {
  const feed = collectingFeed();
  await relayOf(createMemoryJournal(), feed);
  await until('each partition has had a tick', () => feed.messages.length > PARTITIONS);
  const first = feed.messages.slice(0, PARTITIONS);
  expect(first.map(({ kind, partition }) => `${kind} ${partition}`)).toEqual(['tick 0', 'tick 1', 'tick 2', 'tick 3']);
  for (const tick of ticksOf(first))
    expect(tick).toMatchObject({ position: START, previous: START, number: 0, entryId: null });
});

test('F1, F3: every entry once, in order, in its partition, with the one before it there, its number and the catalogue’s revision', async () => {
  const journal = createMemoryJournal();
  const feed = collectingFeed();
  await relayOf(journal, feed);
  for (let round = 0; round < 30; round += 1) {
    await append(journal, `host-h${round % 9}`, 1 + (round % 3));
    if (round % 10 === 0) await append(journal, CATALOGUE_STREAM);
  }
  const stored = await journal.readAll(START, 1000);
  await until('all is published', () => entriesOf(feed.messages).length === stored.length);
  const messages = entriesOf(feed.messages);
  expect(messages.map((message) => message.entry)).toEqual(stored);
  expect(messages.map(({ number }) => number)).toEqual(stored.map((_, index) => index + 1));
  messages.forEach((message, index) => {
    expect(message.partition).toBe(partitionOf(message.entry.stream, PARTITIONS));
    const before = stored.slice(0, index).filter(({ stream }) => partitionOf(stream, PARTITIONS) === message.partition);
    expect(message.previous).toBe(before.at(-1)?.position ?? START);
    expect(message.catalogueRevision).toBe(
      stored.slice(0, index).filter(({ stream }) => stream === CATALOGUE_STREAM).length,
    );
    expect(message.journal).toBe(journal.identity);
  });
});

test('F4: a quiet partition gets a tick when others move on, and all get one again while nothing moves', async () => {
  const journal = createMemoryJournal();
  const feed = collectingFeed();
  await relayOf(journal, feed);
  await append(journal, 'host-busy', 3);
  const head = await journal.head();
  const at = (position: Position): readonly TickMessage[] =>
    ticksOf(feed.messages).filter((tick) => tick.position === position);
  await until(
    'the others have a tick at the head',
    () => new Set(at(head.position).map(({ partition }) => partition)).size >= PARTITIONS - 1,
  );
  for (const tick of at(head.position)) {
    expect(tick).toMatchObject({ number: 4, entryId: head.id });
    expect(tick.previous <= tick.position).toBe(true);
  }
  const busy = partitionOf('host-busy', PARTITIONS);
  // the busy partition's turn comes with the repetition: so a lost last message shows
  await until('the busy one has, too', () => at(head.position).some(({ partition }) => partition === busy));
  expect(at(head.position).find(({ partition }) => partition === busy)?.previous).toBe(head.position);
});

test('F4, J6: it goes on at its stored place with the same numbers, and publishes nothing that was acknowledged before it', async () => {
  const store = new MemoryStore();
  const journal = createMemoryJournal({ store });
  const feed = collectingFeed();
  const relay = await relayOf(journal, feed);
  await append(journal, 'host-a', 5);
  await until('all is published', () => entriesOf(feed.messages).length === 6);
  await relay.close();
  const place = (await readPlace(journal))?.place;
  expect(place).toMatchObject({
    position: (await journal.head()).position,
    number: 6,
    entryId: (await journal.head()).id,
  });
  await append(journal, 'host-a', 1);
  const second = collectingFeed();
  await relayOf(journal, second);
  await until('the new entry is published', () => entriesOf(second.messages).length === 1);
  expect(second.messages[0]).toMatchObject({ kind: 'tick', position: place?.position, number: 6 });
  expect(entriesOf(second.messages)[0]).toMatchObject({ number: 7, previous: place?.position });
});

test('J6: a place that another journal does not hold stops the start and names the way out; forgetting begins at the head', async () => {
  const store = new MemoryStore();
  const journal = createMemoryJournal({ store });
  await append(journal, 'host-a', 2);
  const backup = store.copy();
  const feed = collectingFeed();
  const relay = await relayOf(journal, feed);
  await append(journal, 'host-a', 3);
  await until('all is published', () => entriesOf(feed.messages).length === 6);
  await relay.close();
  for (const [name, state] of store.states) backup.states.set(name, state);
  const restored = createMemoryJournal({ store: backup });
  const refused = createRelay({ journal: restored, feed, owner: 'the only one', log: silentLog });
  await expect(refused.prepare({ forget: false })).rejects.toThrow(StartRefused);
  await expect(refused.prepare({ forget: false })).rejects.toThrow('--rebuild');
  const second = collectingFeed();
  await relayOf(restored, second, true);
  await until('each partition has had a tick', () => second.messages.length >= PARTITIONS);
  expect(second.messages[0]).toMatchObject({ kind: 'tick', number: 3, position: (await restored.head()).position });
});

test('a feed or journal that goes away delays, and loses nothing', async () => {
  const store = new MemoryStore();
  const plain = createMemoryJournal({ store });
  const journal = faultyJournal(plain, scriptedFaults({ reads: [null, 'unavailable', null, null, 'unavailable'] }));
  const feed = collectingFeed(2);
  const relay = await relayOf(journal, feed);
  await append(plain, 'host-a', 4);
  await until('all five are published', () => new Set(entriesOf(feed.messages).map(({ number }) => number)).size === 5);
  await until('the relay is ready', () => relay.notReady() === null);
  expect(journal.suffered.unavailable).toBeGreaterThan(0);
});

test('a feed that takes nothing is reported apart from a relay that cannot work, until it takes something again', async () => {
  const feed = collectingFeed();
  const { publish } = feed;
  feed.publish = () => Promise.reject(new StoreUnavailable('feed', 'no broker can be reached'));
  const relay = await relayOf(createMemoryJournal(), feed);
  await until('publishing is withheld', () => relay.withheld() !== null);
  expect([relay.notReady(), relay.withheld()]).toEqual([null, expect.stringContaining('no broker can be reached')]);
  feed.publish = publish;
  await until('it publishes again', () => feed.messages.length > 0);
  await until('nothing is withheld', () => relay.withheld() === null);
  expect(relay.notReady()).toBeNull();
});

test('a journal that goes away while the feed takes nothing is reported: the feed does not hide it', async () => {
  const feed = collectingFeed();
  feed.publish = () => Promise.reject(new StoreUnavailable('feed', 'no broker can be reached'));
  const journal = createMemoryJournal();
  const relay = await relayOf(journal, feed);
  await until('publishing is withheld', () => relay.withheld() !== null);
  const away = (): Promise<never> => Promise.reject(new StoreUnavailable('journal', 'it is away'));
  intercept(journal, 'readState', away);
  intercept(journal, 'writeState', away);
  await until('the relay is not ready', () => relay.notReady() !== null);
  expect(relay.notReady()).toContain('it is away');
});

test('closing does not wait for a feed that has no room, and what it did not take is published by the next start', async () => {
  const store = new MemoryStore();
  const journal = createMemoryJournal({ store });
  const full = collectingFeed();
  let asked = 0;
  full.publish = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const relay = await relayOf(journal, full);
  await until('it has asked', () => asked > 0);
  await relay.close();
  const feed = collectingFeed();
  await relayOf(journal, feed);
  await until('the entry is published', () => entriesOf(feed.messages).length === 1);
});

test.each([
  ['before it has begun', false],
  ['while it counts', true],
])('closing ends it %s', async (_when, forget) => {
  const journal = createMemoryJournal();
  await append(journal, 'host-a', 2000);
  // it counts what it cannot read
  if (forget) await journal.writeState(RELAY_STATE, 'damaged', 0);
  const feed = collectingFeed();
  const plain = feed.publish.bind(feed);
  const begun: Promise<void>[] = [];
  feed.publish = (messages) => {
    const published = new Promise((wake) => setTimeout(wake, 20)).then(() => plain(messages));
    begun.push(published);
    return published;
  };
  const relay = await relayOf(journal, feed, forget);
  await Promise.resolve();
  await relay.close();
  // closing does not wait for the feed: what it has by then, it may keep
  const published = begun.length;
  await Promise.all(begun);
  const { length } = feed.messages;
  await append(journal, 'host-a', 1);
  await new Promise((wake) => setImmediate(wake));
  expect([begun.length, feed.messages.length]).toEqual([published, length]);
});

/** A journal through which nothing gets any more once `cut` was called: what a killed process leaves behind. */
function severed(journal: Journal): { readonly journal: Journal; cut(): void } {
  let isCut = false;
  const through =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (isCut) throw new StoreUnavailable('journal', 'by plan');
      return call(...args);
    };
  return {
    journal: wrapJournal(journal, {
      readState: through((name) => journal.readState(name)),
      writeState: through((...call) => journal.writeState(...call)),
      readAll: through((after, limit) => journal.readAll(after, limit)),
    }),
    cut: () => {
      isCut = true;
    },
  };
}

test('P5: of two relays one works; the other takes over from the place stored within 10 s when it falls silent', async () => {
  const plain = createMemoryJournal();
  const first = severed(plain);
  const [one, other] = [collectingFeed(), collectingFeed()];
  await relayOf(first.journal, one, false, 'one');
  await until('the first publishes', () => one.messages.length > 0);
  const standby = await relayOf(plain, other, false, 'other');
  await append(plain, 'host-a', 5);
  // identity and five entries, all by the first
  await until('its place is stored', async () => (await readPlace(plain))?.place.number === 6);
  expect(entriesOf(one.messages)).toHaveLength(6);
  expect([other.messages, standby.notReady(), standby.place()]).toEqual([[], null, null]);

  first.cut();
  await append(plain, 'host-b', 2);
  await until('the other took over', () => entriesOf(other.messages).length >= 2, { limitMs: 10_000 });
  expect(entriesOf(other.messages).map(({ number }) => number)).toEqual([7, 8]);
  expect(ticksOf(other.messages)[0]).toMatchObject({ number: 6 });
  await until('the other stores its place', () => standby.place()?.number === 8);
}, 20_000);
