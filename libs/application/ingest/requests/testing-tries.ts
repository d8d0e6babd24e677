/** Tries of a request with an Idempotency-Key that end at one of their writes, and what a journal has of them afterwards. */
import type { StoredEntry } from '#contracts';
import { createMemoryJournal, ingestRig, type IngestRig, MemoryStore, mortalJournal, report, until } from '#testing';
import type { Journal } from '#ports';
import type { Caller } from '../ingest.js';

export const caller: Caller = { principal: 'ann', mayReportRestricted: true, idempotencyKey: 'run-17' };
export const FIRST_MS = Date.parse('2024-05-01T08:00:00.000Z');
export const MINUTE_MS = 60_000;
export type Answer = { readonly ok: boolean; readonly value?: unknown } | undefined;
export type Act = (rig: IngestRig) => Promise<unknown>;

/** How a try ends at one of its writes: the write is not done; it is done, without an answer; it is done long after. */
export const ENDINGS = ['before', 'after', 'late'] as const;

interface Ended {
  /** Undefined where it ended before it had one. */
  readonly answer: Answer;
  readonly ended: boolean;
  /** Lets go on what is late; answers what it answers then. */
  goOn(): Promise<Answer>;
}

/** A try that ends at its nth write, or comes to its end. */
export async function tryOnce(
  store: MemoryStore,
  nth: number,
  how: (typeof ENDINGS)[number],
  act: Act,
): Promise<Ended> {
  const base = createMemoryJournal({ store });
  const dying = mortalJournal(base);
  let writes = 0;
  let ended = false;
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  async function write<T>(call: () => Promise<T>): Promise<T> {
    writes += 1;
    if (writes !== nth) return call();
    ended = true;
    if (how === 'late') await held;
    else if (how === 'after') await call();
    if (how !== 'late') dying.kill();
    return call();
  }
  const journal: Journal = {
    ...dying.journal,
    append: (all) => write(() => dying.journal.append(all)),
    writeState: (...call) => write(() => dying.journal.writeState(...call)),
  };
  let answer: Answer;
  const acting = act(ingestRig(journal)).then((value) => (answer = value as Answer));
  await until('it ended', () => ended || answer !== undefined);
  const wait = async () => {
    goOn();
    await acting;
    return answer;
  };
  return { answer, ended, goOn: wait };
}

export function again(store: MemoryStore, act: Act, afterMs = MINUTE_MS): Promise<Answer> {
  return act(ingestRig(createMemoryJournal({ store }), FIRST_MS + afterMs)) as Promise<Answer>;
}

export async function prepared(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const rig = ingestRig(createMemoryJournal({ store }));
  await rig.define();
  await rig.ingest.logEvents(
    ['a', 'b', 'c'].map((host) => report(host)),
    rig.operator,
  );
  return store;
}

export function entries(store: MemoryStore, prefix: string, type?: string): StoredEntry[] {
  return [...store.streams]
    .filter(([stream]) => stream.startsWith(prefix))
    .flatMap(([, all]) => all.filter((entry) => type === undefined || entry.type === type));
}

/** Ends the act at each of its writes in each way; sends it again elsewhere, twice; then lets go on what was late. */
export async function everywhere(act: Act, begin: () => Promise<MemoryStore>, check: (store: MemoryStore) => void) {
  for (const how of ENDINGS) {
    let ends = 0;
    for (let nth = 1; ; nth += 1) {
      const store = await begin();
      const first = await tryOnce(store, nth, how, act);
      const second = await again(store, act);
      expect([how, nth, second]).toMatchObject([how, nth, { ok: true }]);
      check(store);
      expect(await again(store, act, 2 * MINUTE_MS)).toEqual(second);
      if (first.ended && how === 'late') expect(await first.goOn()).toEqual(second);
      if (!first.ended) expect(first.answer).toEqual(second);
      expect(await again(store, act, 3 * MINUTE_MS)).toEqual(second);
      check(store);
      if (!first.ended) break;
      ends += 1;
    }
    expect(ends).toBeGreaterThanOrEqual(3);
  }
}
