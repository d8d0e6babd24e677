/** R5: the record of rebuilds: one at a time, of builds of one version, written by compare-and-set, and bounded. */
import { positionOf } from '#contracts';
import type { Instant } from '#domain';
import { createMemoryJournal } from '#testing';
import type { FoldingStatus } from './folding-status.js';
import {
  currentJob,
  isOver,
  NO_REBUILDS,
  withJob,
  withNewJob,
  type NewJob,
  type RebuildRecord,
} from './rebuild-job.js';
import { jobFoundBy, RebuildRecords, REBUILDS_STATE } from './rebuild-records.js';

const NOW = '2026-01-01T00:00:00.000Z' as Instant;

function newJob(foldVersion = 6): NewJob {
  return {
    ...{ kind: 'rebuild', generation: null, documentsVersion: 11, foldVersion, by: null, begunAt: NOW },
    ...{ request: crypto.randomUUID(), isActivationAsked: false },
  };
}

function ended(record: RebuildRecord): RebuildRecord {
  const job = currentJob(record);
  return job === undefined ? record : withJob(record, { ...job, state: 'activated', endedAt: NOW });
}

test('while one has not ended there is no other', () => {
  const first = withNewJob(NO_REBUILDS, newJob())!;
  expect(currentJob(first)?.id).toBe(1);
  for (const state of ['running', 'waiting', 'cancelling'] as const)
    expect(withNewJob(withJob(first, { ...currentJob(first)!, state }), newJob())).toBeUndefined();
  expect(withNewJob(ended(first), newJob())).toMatchObject({ lastId: 2, jobs: [{ id: 1 }, { id: 2 }] });
});

test('R15: the job of an earlier build is cancelled by a process of a later one; that of a later one is left alone', async () => {
  const build = { documentsVersion: 11, foldVersion: 6 };
  for (const [foldVersion, state] of [
    [5, 'cancelling'],
    [6, 'running'],
    [7, 'running'],
  ] as const) {
    const records = new RebuildRecords(createMemoryJournal());
    await records.change((record) => ({ record: withNewJob(record, newJob(foldVersion))!, answer: undefined }));
    expect(await jobFoundBy(records, build)).toMatchObject({ id: 1, state });
    expect((await records.read()).jobs).toMatchObject([{ state }]);
  }
  expect(await jobFoundBy(new RebuildRecords(createMemoryJournal()), build)).toBeUndefined();
});

test('the last twenty are kept, and numbers are not used again', () => {
  let record = NO_REBUILDS;
  for (let n = 0; n < 30; n += 1) record = ended(withNewJob(record, newJob())!);
  expect([record.lastId, record.jobs.length, record.jobs[0]?.id]).toEqual([30, 20, 11]);
  expect(record.jobs.every(({ state }) => isOver(state))).toBe(true);
});

test('what two processes change at once is both in it', async () => {
  const journal = createMemoryJournal();
  const [one, two] = [new RebuildRecords(journal), new RebuildRecords(journal)];
  await one.change((record) => ({ record: withNewJob(record, newJob())!, answer: undefined }));
  const end = positionOf(18446744073709551614n);
  const progress: FoldingStatus = {
    phase: 'judging',
    ...{ generation: 2, position: positionOf(7n), end, percent: 1, entries: 1, entriesPerS: 1 },
    ...{ read: 1, judged: 1, total: 1, secondsLeft: null, hosts: 1, bytes: 1 },
  };
  await Promise.all([
    one.update(1, (job) => ({ ...job, progress })),
    two.update(1, (job) => ({ ...job, isActivationAsked: true })),
    two.update(1, (job) => ({ ...job, differences: 4 })),
  ]);
  expect((await two.read()).jobs).toMatchObject([{ id: 1, progress, isActivationAsked: true, differences: 4 }]);
  expect(await two.update(2, (job) => job)).toBeUndefined();
});

test('a write of unknown outcome is looked for, and not done twice', async () => {
  const journal = createMemoryJournal();
  let writes = 0;
  const records = new RebuildRecords({
    readState: (name) => journal.readState(name),
    writeState: async (...call) => {
      await journal.writeState(...call);
      return (writes += 1) === 1 ? 'unknown' : 'written';
    },
  });
  const job = newJob();
  const id = await records.change((record) => {
    const own = record.jobs.find(({ request }) => request === job.request);
    if (own !== undefined) return { answer: own.id };
    const after = withNewJob(record, job)!;
    return { record: after, answer: after.lastId };
  });
  expect([id, (await records.read()).jobs.length]).toEqual([1, 1]);
});

test('a record of another format is not read as one of ours', async () => {
  const journal = createMemoryJournal();
  await journal.writeState(REBUILDS_STATE, JSON.stringify({ format: 99, lastId: 1, jobs: [] }), 0);
  await expect(new RebuildRecords(journal).read()).rejects.toThrow('format 99');
});
