/** Jobs handed over one after another: what fails takes with it what came after it, in any stream, and nothing of others. */
import type { NewEntry } from '#contracts';
import type { Instant } from '#domain';
import { createMemoryJournal, faultyJournal } from '#testing';
import { Appender } from './appender.js';
import { APPENDER_LIMITS } from './limits.js';
import { AppendJob, NO_LOOK_BACK, type Sequence } from './job.js';

function job(stream: string, sequence?: Sequence): AppendJob {
  const made = new AppendJob(stream, NO_LOOK_BACK, sequence);
  const entry: NewEntry = {
    ...{ id: crypto.randomUUID(), type: 'EventLogged', version: 1, json: '{}' },
    recordedAt: '2024-05-01T08:00:00.000Z' as Instant,
  };
  made.add(entry);
  return made;
}

const limits = { ...APPENDER_LIMITS, maxTries: 2, pauses: { firstMs: 1, longestMs: 1 } };

test('jobs behind a failed job of their sequence fail with it; others in the same stream go on', async () => {
  let refusals = limits.maxTries;
  const plan = { write: () => (refusals-- > 0 ? ('failed' as const) : undefined) };
  const appender = new Appender(faultyJournal(createMemoryJournal(), plan), limits);
  const sequence: Sequence = { failure: undefined };
  const jobs = [job('s', sequence), job('s', sequence), job('s')] as const;
  const runs = [appender.run([jobs[0]], 'ann')];
  // the first try is in flight: the jobs behind it have one try fewer
  await Promise.resolve();
  runs.push(appender.run([jobs[1]], 'ann'), appender.run([jobs[2]], 'ann'));
  expect(await Promise.all(runs)).toEqual([true, true, true]);
  expect(jobs.map(({ settled }) => settled)).toEqual([0, 0, 1]);
  expect(jobs.map(({ failure }) => failure?.kind)).toEqual(['unavailable', 'unavailable', undefined]);
  expect(jobs[1].failure?.reason).toBe(jobs[0].failure?.reason);
});

test('nothing of a sequence is begun once a job of it has failed', async () => {
  const journal = createMemoryJournal();
  const appender = new Appender(
    faultyJournal(journal, { write: ({ stream }) => (stream === 's' ? 'failed' : undefined) }),
    limits,
  );
  const sequence: Sequence = { failure: undefined };
  await appender.run([job('s', sequence)], 'ann');
  const later = [job('t', sequence), job('u')];
  expect(await appender.run(later, 'ann')).toBe(true);
  expect(later.map(({ settled }) => settled)).toEqual([0, 1]);
  expect(later[0]?.failure?.kind).toBe('unavailable');
  expect(await journal.read([{ stream: 't', direction: 'forwards', limit: 1 }])).toEqual([[]]);
});
