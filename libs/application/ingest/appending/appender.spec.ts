/** The appender's bounds: what waits, what is kept, and that a defect or one bad stream stops nobody else. */
import type { NewEntry, Position } from '#contracts';
import type { Instant } from '#domain';
import type { Journal, WriteOutcome } from '#ports';
import { countingJournal, createMemoryJournal, intercept } from '#testing';
import { Appender, APPENDER_LIMITS } from './appender.js';
import { AppendJob, type LookBack } from './job.js';

function entry(id: string = crypto.randomUUID(), json = '{}', type = 'EventLogged'): NewEntry {
  return { id, type, version: 1, recordedAt: '2024-05-01T08:00:00.000Z' as Instant, json };
}

function job(stream: string, lookBack: LookBack, ...entries: NewEntry[]): AppendJob {
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
  const first = job('s', 'own', entry(), entry());
  const running = appender.run([first]);
  expect(await appender.run([job('t', 'own', entry(), entry())])).toBe(false);
  expect(await appender.run([job('t', 'own', entry(undefined, `"${'x'.repeat(20)}"`))])).toBe(false);
  const third = job('t', 'own', entry());
  const other = appender.run([third]);
  letGo();
  expect([await running, await other, first.settled, third.settled]).toEqual([true, true, 2, 1]);
  expect(await appender.run([job('u', 'own', entry(), entry(), entry(), entry())])).toBe(true);
});

test('J1: one append in flight per stream; what comes meanwhile goes together in the next', async () => {
  const journal = countingJournal(createMemoryJournal());
  const { letGo } = held(journal);
  const appender = new Appender(journal);
  const jobs = Array.from({ length: 20 }, () => job('s', 'own', entry()));
  const runs = jobs.map((each) => appender.run([each]));
  letGo();
  await Promise.all(runs);
  expect(jobs.map(({ items }) => items[0]!.revision)).toEqual(Array.from({ length: 20 }, (_, nth) => nth));
  expect(journal.calls.append).toBe(2);
});

test('a defect rejects the jobs of its wave, and the stream goes on', async () => {
  const journal = createMemoryJournal();
  const restore = intercept(journal, 'append', () => Promise.reject(new TypeError('a defect')));
  const appender = new Appender(journal);
  await expect(appender.run([job('s', 'own', entry()), job('t', 'keys', entry())])).rejects.toThrow('a defect');
  restore();
  const next = job('s', 'own', entry());
  await appender.run([next]);
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
  const bad = job('bad', 'own', entry());
  const run = appender.run([bad]);
  for (let nth = 0; nth < 50; nth += 1) await appender.run([job('good', 'own', entry())]);
  expect(tries).toBeLessThan(4);
  await run;
  expect([tries, bad.failure]).toEqual([4, { kind: 'unavailable', reason: 'full' }]);
});

test('what is kept of streams is bounded, and reading again gives the same answer', async () => {
  const journal = countingJournal(createMemoryJournal());
  const appender = new Appender(journal, { ...APPENDER_LIMITS, maxKnownStreams: 8 });
  const key = (stream: string) => job(stream, 'keys', entry(`key-of-${stream}`));
  const streams = Array.from({ length: 9 }, (_, nth) => `s${nth}`);
  for (const stream of streams) await appender.run([key(stream)]);
  expect(journal.calls.read).toBe(9);
  const again = streams.reverse().map(key);
  for (const each of again) await appender.run([each]);
  // the two oldest had to go
  expect(journal.calls.read).toBe(11);
  for (const { items } of again) expect(items[0]).toMatchObject({ revision: 0, duplicate: true });
});

test('J1: what is kept of a stream that another process has written to is not believed', async () => {
  const journal = createMemoryJournal();
  const [one, other] = [new Appender(journal), new Appender(journal)];
  await one.run([job('s', 'keys', entry('first'))]);
  await other.run([job('s', 'keys', entry('second'))]);
  const repeat = job('s', 'keys', entry('second'), entry('third'));
  await one.run([repeat]);
  expect(repeat.items.map(({ revision, duplicate }) => [revision, duplicate])).toEqual([
    [1, true],
    [2, false],
  ]);
});

test('a step of embarking looks back to its acceptance, and no further', async () => {
  const journal = countingJournal(createMemoryJournal());
  const appender = new Appender(journal);
  await appender.run([job('s', 'own', ...Array.from({ length: 500 }, () => entry()))]);
  const { position } = await journal.head();
  const step = (since: Position) => job('s', since, entry('step'));
  journal.resetCalls();
  const first = step(position);
  await appender.run([first]);
  expect(journal.calls).toMatchObject({ read: 1, append: 1 });
  await appender.run([job('s', 'own', ...Array.from({ length: 500 }, () => entry()))]);
  const again = step(position);
  await appender.run([again]);
  expect(again.items[0]).toMatchObject({ revision: first.items[0]!.revision, duplicate: true });
});

test('an entry that no write can hold fails its job alone', async () => {
  const journal = createMemoryJournal();
  const appender = new Appender(journal);
  const huge = job('s', 'own', entry(), entry(undefined, `"${'x'.repeat(journal.maxAppendBytes)}"`));
  const small = job('s', 'own', entry());
  await Promise.all([appender.run([huge]), appender.run([small])]);
  expect(huge).toMatchObject({ settled: 1, failure: { kind: 'too-large' } });
  expect(small).toMatchObject({ settled: 1, failure: undefined });
});

test('J1: a command that stands after the given position is found, also where the stream’s end is remembered', async () => {
  const journal = createMemoryJournal();
  const { position } = await journal.head();
  const appender = new Appender(journal);
  // the end is kept, with all of the stream's events and none of its commands
  await appender.run([job('s', 'keys', entry())]);
  const command = entry(undefined, '{}', 'LaborAcknowledged');
  await appender.run([job('s', position, command)]);
  await appender.run([job('s', 'keys', entry())]);
  const again = job('s', position, command);
  await appender.run([again]);
  expect(again.items[0]).toMatchObject({ revision: 1, duplicate: true });
  const [stored] = await journal.read([{ stream: 's', direction: 'forwards', limit: 9 }]);
  expect(stored).toHaveLength(3);
});
