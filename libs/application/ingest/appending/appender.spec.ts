/** The appender's bounds: its queue, the ids that it keeps, and that a defect or one bad stream stops no other stream. */
import { keyedEventUuid, START, type NewEntry, type Position } from '#contracts';
import type { HostName, Instant, TypeName } from '#domain';
import type { Journal, WriteOutcome } from '#ports';
import { countingJournal, createMemoryJournal, intercept } from '#testing';
import { Appender } from './appender.js';
import { APPENDER_LIMITS } from './limits.js';
import { AppendJob, KEYS_LOOK_BACK, lookBackTo, NO_LOOK_BACK } from './job.js';
import { RecentIds, type TailRange } from './recent-ids.js';

function entry(id: string = crypto.randomUUID(), json = '{}', type = 'EventLogged'): NewEntry {
  return { id, type, version: 1, recordedAt: '2024-05-01T08:00:00.000Z' as Instant, json };
}

/** The same for the same name. */
const id = (name: string) => keyedEventUuid('a' as HostName, 'disk-full' as TypeName, name);

function job(stream: string, lookBack: TailRange, ...entries: NewEntry[]): AppendJob {
  const made = new AppendJob(stream, lookBack);
  for (const each of entries) made.add(each);
  return made;
}

/** Appends wait until they are let go. */
function held(journal: Journal): { letGo: () => void } {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  intercept(journal, 'append', async (original, writes) => {
    await gate;
    return original(writes);
  });
  return { letGo };
}

test('more than may wait is refused at once; what was taken is stored', async () => {
  const journal = createMemoryJournal();
  const { letGo } = held(journal);
  const appender = new Appender(journal, { ...APPENDER_LIMITS, maxWaitingEntries: 3, maxWaitingBytes: 20 });
  const first = job('s', NO_LOOK_BACK, entry(), entry());
  const running = appender.run([first], 'ann');
  expect(await appender.run([job('t', NO_LOOK_BACK, entry(), entry())], 'ann')).toBe(false);
  expect(await appender.run([job('t', NO_LOOK_BACK, entry(undefined, `"${'x'.repeat(20)}"`))], 'ann')).toBe(false);
  const third = job('t', NO_LOOK_BACK, entry());
  // one place is left to others, whatever one has
  const other = appender.run([third], 'bob');
  letGo();
  expect([await running, await other, first.settled, third.settled]).toEqual([true, true, 2, 1]);
  expect(await appender.run([job('u', NO_LOOK_BACK, entry(), entry(), entry(), entry())], 'ann')).toBe(true);
});

test('J1: one append in flight per stream; what comes meanwhile goes together in the next', async () => {
  const journal = countingJournal(createMemoryJournal());
  const { letGo } = held(journal);
  const appender = new Appender(journal);
  const jobs = Array.from({ length: 20 }, () => job('s', NO_LOOK_BACK, entry()));
  const runs = jobs.map((each) => appender.run([each], 'ann'));
  letGo();
  await Promise.all(runs);
  expect(jobs.map(({ items }) => items[0]!.revision)).toEqual(Array.from({ length: 20 }, (_, nth) => nth));
  expect(journal.calls.append).toBe(2);
});

test('a defect rejects the jobs of its batch, and the stream goes on', async () => {
  const journal = createMemoryJournal();
  const restore = intercept(journal, 'append', () => Promise.reject(new TypeError('a defect')));
  const appender = new Appender(journal);
  await expect(
    appender.run([job('s', NO_LOOK_BACK, entry()), job('t', KEYS_LOOK_BACK, entry())], 'ann'),
  ).rejects.toThrow('a defect');
  restore();
  const next = job('s', NO_LOOK_BACK, entry());
  await appender.run([next], 'ann');
  expect(next).toMatchObject({ settled: 1, failure: undefined });
});

test('a stream whose writes fail waits by itself; others pass it by', async () => {
  const journal = createMemoryJournal();
  let tries = 0;
  intercept(journal, 'append', async (original, writes) => {
    const failing = writes.filter(({ stream }) => stream === 'bad');
    tries += failing.length;
    const outcomes = await original(writes.filter((write) => !failing.includes(write)));
    const left = [...outcomes];
    return writes.map((write): WriteOutcome =>
      failing.includes(write) ? { kind: 'failed', reason: 'full' } : left.shift()!,
    );
  });
  const appender = new Appender(journal, { ...APPENDER_LIMITS, maxTries: 4 });
  const bad = job('bad', NO_LOOK_BACK, entry());
  const run = appender.run([bad], 'ann');
  for (let nth = 0; nth < 50; nth += 1) await appender.run([job('good', NO_LOOK_BACK, entry())], 'ann');
  expect(tries).toBeLessThan(4);
  await run;
  expect([tries, bad.failure]).toEqual([4, { kind: 'unavailable', reason: 'full' }]);
});

/** Of a stream with one entry. */
function bytesOfOne(): number {
  const recent = new RecentIds(-1, START);
  recent.append([entry()], START);
  return recent.bytes;
}

test('what is kept of streams is bounded, and reading again gives the same answer', async () => {
  const journal = countingJournal(createMemoryJournal());
  const appender = new Appender(journal, { ...APPENDER_LIMITS, maxRecentBytes: 8 * bytesOfOne() });
  const key = (stream: string) => job(stream, KEYS_LOOK_BACK, entry(id(`key-of-${stream}`)));
  const streams = Array.from({ length: 9 }, (_, nth) => `s${nth}`);
  for (const stream of streams) await appender.run([key(stream)], 'ann');
  expect(journal.calls.read).toBe(9);
  const again = streams.reverse().map(key);
  for (const each of again) await appender.run([each], 'ann');
  // the two oldest had to go
  expect(journal.calls.read).toBe(11);
  for (const { items } of again) expect(items[0]).toMatchObject({ revision: 0, duplicate: true });
});

test('J1: what is kept of a stream that another process has written to is not believed', async () => {
  const journal = createMemoryJournal();
  const [one, other] = [new Appender(journal), new Appender(journal)];
  await one.run([job('s', KEYS_LOOK_BACK, entry(id('first')))], 'ann');
  await other.run([job('s', KEYS_LOOK_BACK, entry(id('second')))], 'ann');
  const repeat = job('s', KEYS_LOOK_BACK, entry(id('second')), entry(id('third')));
  await one.run([repeat], 'ann');
  expect(repeat.items.map(({ revision, duplicate }) => [revision, duplicate])).toEqual([
    [1, true],
    [2, false],
  ]);
});

test('a step of embarking looks back to its acceptance, and no further', async () => {
  const journal = countingJournal(createMemoryJournal());
  const appender = new Appender(journal);
  await appender.run([job('s', NO_LOOK_BACK, ...Array.from({ length: 500 }, () => entry()))], 'ann');
  const { position } = await journal.head();
  const step = (since: Position) => job('s', lookBackTo(since), entry(id('step')));
  journal.resetCalls();
  const first = step(position);
  await appender.run([first], 'ann');
  expect(journal.calls).toMatchObject({ read: 1, append: 1 });
  await appender.run([job('s', NO_LOOK_BACK, ...Array.from({ length: 500 }, () => entry()))], 'ann');
  const again = step(position);
  await appender.run([again], 'ann');
  expect(again.items[0]).toMatchObject({ revision: first.items[0]!.revision, duplicate: true });
});

test('an entry that no write can hold fails its job alone', async () => {
  const journal = createMemoryJournal();
  const appender = new Appender(journal);
  const huge = job('s', NO_LOOK_BACK, entry(), entry(undefined, `"${'x'.repeat(journal.maxAppendBytes)}"`));
  const small = job('s', NO_LOOK_BACK, entry());
  await Promise.all([appender.run([huge], 'ann'), appender.run([small], 'ann')]);
  expect(huge).toMatchObject({ settled: 1, failure: { kind: 'too-large' } });
  expect(small).toMatchObject({ settled: 1, failure: undefined });
});

test('J1: a command that stands after the given position is found, also where the stream’s end is remembered', async () => {
  const journal = createMemoryJournal();
  const { position } = await journal.head();
  const appender = new Appender(journal);
  // the end is kept, with all of the stream's events and none of its commands
  await appender.run([job('s', KEYS_LOOK_BACK, entry())], 'ann');
  const command = entry(undefined, '{}', 'LaborAcknowledged');
  await appender.run([job('s', lookBackTo(position), command)], 'ann');
  await appender.run([job('s', KEYS_LOOK_BACK, entry())], 'ann');
  const again = job('s', lookBackTo(position), command);
  await appender.run([again], 'ann');
  expect(again.items[0]).toMatchObject({ revision: 1, duplicate: true });
  const [stored] = await journal.read([{ stream: 's', direction: 'forwards', limit: 9 }]);
  expect(stored).toHaveLength(3);
});

test('J1: what others append meanwhile is read, and nothing else again, however far a repeat may lie back', async () => {
  const journal = countingJournal(createMemoryJournal());
  const [one, other] = [new Appender(journal), new Appender(journal)];
  const range: TailRange = { events: 10_000, entries: 0, after: null };
  const first = job('s', range, ...Array.from({ length: 5000 }, () => entry()));
  await one.run([first], 'ann');
  const theirs = job('s', range, entry(), entry());
  await other.run([theirs], 'ann');
  journal.resetCalls();
  const repeat = job('s', range, first.items[0]!.entry, theirs.items[1]!.entry, entry());
  await one.run([repeat], 'ann');
  expect(repeat.items.map(({ revision, duplicate }) => [revision, duplicate])).toEqual([
    [0, true],
    [5001, true],
    [5002, false],
  ]);
  // the conflict, then one page
  expect(journal.calls).toMatchObject({ append: 2, read: 1 });
});
