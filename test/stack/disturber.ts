/**
 * What may happen to a feed behind its relay's back: messages that come again, in another order, or not at all. Copies are
 * byte for byte what the relay published, in their own partition, marked by a header that no reader asks for.
 */
import { until } from '../../libs/testing/until.js';
import type { Round } from './campaign.js';
import type { Lying, Offsets } from './topic.js';

const COPY = 'copy-of';
/** An original and at most this many copies of it. */
const MOST_COPIES = 4;
/** A copy comes at most this much later than its original. */
const LATEST_MS = 1500;
const FLUSH_MS = 50;
const PROJECTORS = ['projector-1', 'projector-2'] as const;
/** What a paused projector had asked for may still come to it; nothing after that. */
const FETCH_MS = 500;
const ENTRIES_MS = 30_000;
/** While the views are behind clients rest, and nothing is published. */
const COPIES_MS = 120_000;

export function isEntry({ key }: Pick<Lying, 'key'>): boolean {
  return key !== null;
}

function copyOf({ offset, headers, ...message }: Lying): Omit<Lying, 'offset'> {
  return { ...message, headers: { ...headers, [COPY]: String(offset) } };
}

export function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  const all = [...list];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}

/** How often an entry stands before the one of its partition that was published before it. */
export function inversions(messages: readonly Lying[]): number {
  const last = new Map<number, bigint>();
  return messages.filter(isEntry).filter(({ partition, offset }) => {
    const before = last.get(partition) ?? -1n;
    last.set(partition, offset);
    return offset < before;
  }).length;
}

/**
 * Copies every message up to four times while `during` runs, and until there are `least` copies of entries: late and out of
 * order. Answers how many of entries it made.
 */
export async function repeating({ feed, random }: Round, least: number, during: () => Promise<void>): Promise<number> {
  const due: { readonly atMs: number; readonly message: Lying }[] = [];
  let copies = 0;
  const flush = async (nowMs: number): Promise<void> => {
    const late = due.filter(({ atMs }) => atMs <= nowMs);
    due.splice(0, due.length, ...due.filter(({ atMs }) => atMs > nowMs));
    const messages = shuffled(late, random).map(({ message }) => message);
    copies += messages.filter(isEntry).length;
    await feed.publish(messages.map(copyOf));
  };
  const tap = await feed.tap(await feed.ends(), (message) => {
    if (message.headers[COPY] !== undefined) return;
    for (let left = Math.floor(random() * (MOST_COPIES + 1)); left > 0; left -= 1) {
      due.push({ atMs: Date.now() + random() * LATEST_MS, message });
    }
  });
  const over = new AbortController();
  const flushing = (async () => {
    while (!over.signal.aborted) {
      await flush(Date.now());
      await new Promise((wake) => setTimeout(wake, FLUSH_MS));
    }
  })();
  try {
    await during();
    await until(`${least} copies are made`, () => copies >= least, {
      ...{ limitMs: COPIES_MS, seen: () => `${copies} are` },
    });
    over.abort();
    await flushing;
    await flush(Infinity);
  } finally {
    over.abort();
    await tap.close();
  }
  return copies;
}

/** What lies in the feed and no projector has read. */
export interface Unread {
  readonly from: Offsets;
  readonly to: Offsets;
  /** By partition in their order. */
  readonly messages: readonly Lying[];
}

/**
 * Takes the projectors away until `entries` entries wait for them, lets `deed` be done to these, and gives them back. They are
 * paused, or stopped in order, as the round draws.
 */
export async function whileUnread(
  { stack, feed, random, press }: Round,
  entries: number,
  deed: (unread: Unread) => Promise<void>,
): Promise<void> {
  // a start takes much longer than all else here
  const paused = random() < 0.75;
  if (paused) {
    for (const name of PROJECTORS) stack.app(name).pause();
    await new Promise((wake) => setTimeout(wake, FETCH_MS));
  } else await Promise.all(PROJECTORS.map((name) => stack.app(name).stop('SIGTERM')));
  try {
    press();
    const messages: Lying[] = [];
    const from = await feed.ends();
    const tap = await feed.tap(from, (message) => void messages.push(message));
    try {
      await until(`${entries} entries wait`, () => messages.filter(isEntry).length >= entries, {
        ...{ limitMs: ENTRIES_MS, seen: () => `${messages.filter(isEntry).length} do` },
      });
      const to = await feed.ends();
      await tap.heardTo(to);
      const unread = messages.filter(({ partition, offset }) => offset < to[partition]!);
      await tap.close();
      await deed({ from, to, messages: unread });
    } finally {
      await tap.close();
    }
  } finally {
    for (const name of PROJECTORS) {
      if (paused) stack.app(name).resume();
      else await stack.launch(name);
    }
  }
}
