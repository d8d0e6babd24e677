/** R13: an entry that is not allowed yet is refused before anything of its write is stored, and nothing else is refused with it. */
import { encodeEntry, ENTRIES_VERSION, hostStream, type NewEntry } from '#contracts';
import type { EventTypeId, HostName, Instant } from '#domain';
import { wrapJournal, type Journal } from '#ports';
import { countingJournal, createMemoryJournal } from '#testing';
import { allowedEntriesJournal } from './allowed-entries.js';
import { Appender } from './appending/appender.js';
import { AppendJob, NO_LOOK_BACK, type Sequence } from './appending/job.js';
import { writeExactly } from './deciding/exact-write.js';

const entry: NewEntry = encodeEntry(
  { kind: 'EventTypeRetired', id: 1 as EventTypeId, by: null, recordedAt: '2026-01-31T10:00:00.000Z' as Instant },
  '00000000-0000-8000-8000-000000000001',
);

test('what is not allowed yet is not stored, nor what is to stand behind it in its stream; the rest is', async () => {
  const journal = createMemoryJournal();
  // this build's version is asked for first
  let asked = 0;
  const allows = (version: number) => Promise.resolve(asked++ > 0 && version <= ENTRIES_VERSION);
  const gated = allowedEntriesJournal(journal, { allows });
  const known = { ...entry, id: '00000000-0000-8000-8000-000000000002' };
  const unknown = { ...entry, version: 99 };
  const [a, b] = [hostStream('a' as HostName), hostStream('b' as HostName)];
  const write = (stream: string, each: NewEntry) => ({ stream, expected: 'any' as const, entries: [each] });
  const outcomes = await gated.append([write(b, known), write(a, unknown), write(a, known)]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'refused', 'failed']);
  const [inA = [], inB = []] = await journal.read([
    { stream: a, direction: 'forwards', limit: 9 },
    { stream: b, direction: 'forwards', limit: 9 },
  ]);
  expect([inA.length, inB.length]).toEqual([0, 1]);
});

const known = (n: number): NewEntry => ({ ...entry, id: `00000000-0000-8000-8000-00000000001${n}` });
const unknown = (n: number): NewEntry => ({ ...known(n), version: 99 });
/** This build's own version, which each append asks for first, is not allowed: so each entry is looked at. */
function gateOf(journal: Journal): Journal {
  let isFirst = true;
  const gated = allowedEntriesJournal(journal, {
    allows: (version) => {
      const isAllowed = !isFirst && Number.isFinite(version);
      isFirst = false;
      return Promise.resolve(isAllowed);
    },
  });
  const append: Journal['append'] = (writes) => {
    isFirst = true;
    return gated.append(writes);
  };
  return wrapJournal(gated, { append });
}

function jobOf(stream: string, entries: readonly NewEntry[], sequence?: Sequence): AppendJob {
  const job = new AppendJob(stream, NO_LOOK_BACK, sequence);
  for (const each of entries) job.add(each);
  return job;
}

test('of the requests that share a write only that of the refused entry is refused, at once', async () => {
  const counting = countingJournal(createMemoryJournal());
  const appender = new Appender(gateOf(counting));
  const stream = hostStream('a' as HostName);
  // the first is on its way while the others come together
  const first = jobOf(stream, [known(0)]);
  const jobs = [jobOf(stream, [known(1)]), jobOf(stream, [known(2), unknown(3)]), jobOf(stream, [known(4), known(5)])];
  await Promise.all([first, ...jobs].map((job) => appender.run([job], 'ann')));
  expect(first).toMatchObject({ settled: 1, failure: undefined });
  expect(jobs.map(({ settled, failure }) => [settled, failure?.kind])).toEqual([
    [1, undefined],
    [0, 'unavailable'],
    [2, undefined],
  ]);
  // the first, and the others without the refused one: the write that held it never came here
  expect(counting.calls.append).toBe(2);
});

test('what follows the refused entry in one sequence is not stored before it', async () => {
  const journal = createMemoryJournal();
  const appender = new Appender(gateOf(journal));
  const stream = hostStream('a' as HostName);
  const sequence: Sequence = { failure: undefined };
  const jobs = [jobOf(stream, [unknown(1)], sequence), jobOf(stream, [known(2)], sequence), jobOf(stream, [known(3)])];
  await Promise.all(jobs.map((job) => appender.run([job], 'ann')));
  expect(jobs.map(({ settled }) => settled)).toEqual([0, 0, 1]);
});

test('a command is refused at once, too', async () => {
  let asked = 0;
  const gated = allowedEntriesJournal(createMemoryJournal(), { allows: () => Promise.resolve(asked++ < 0) });
  expect(await writeExactly(gated, 'catalogue', -1, [entry])).toMatchObject({ kind: 'unavailable' });
  // the version of this build, and the entry's
  expect(asked).toBe(2);
});
