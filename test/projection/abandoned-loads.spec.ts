/** R5, R7: what a load that was given up has left on the disk goes once nobody has worked on it for an hour; until then it is resumed. */
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AbandonedLoads, Lease, silentLog } from '#application';
import { DOCUMENTS_VERSION, PARTITION_HASH_VERSION } from '#contracts';
import { FOLD_VERSION, type Instant } from '#domain';
import { createMemoryJournal } from '#testing';
import { newViews, PARTITIONS, tidyUp } from './rig.js';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'hermes-abandoned-')), 'replay');
  await mkdir(folder);
  await writeFile(join(folder, 'hosts-0-of-1'), 'x');
});
afterEach(async () => {
  await tidyUp();
  await rm(folder, { recursive: true, force: true });
});

const generationOf = (foldVersion: number) => ({
  ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion, hashVersion: PARTITION_HASH_VERSION },
  ...{ partitions: PARTITIONS, createdAt: '2026-01-01T00:00:00.000Z' as Instant },
});

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

test('one of this version goes after an hour without work, and the files with it; those of other versions stay', async () => {
  const views = await newViews();
  const journal = createMemoryJournal();
  let nowMs = 0;
  const parts = { journal, name: 'rebuild', nowMs: () => nowMs } as const;
  const other = new Lease({ ...parts, owner: '00000000-0000-4000-8000-000000000001' });
  const lease = new Lease({ ...parts, owner: '00000000-0000-4000-8000-000000000002' });
  for (const version of [FOLD_VERSION - 1, FOLD_VERSION, FOLD_VERSION + 1])
    await views.loader.create(generationOf(version));
  await views.control.createGeneration(generationOf(FOLD_VERSION));
  const abandoned = new AbandonedLoads({
    ...{ views, lease, log: silentLog, replayFolder: folder, monotonicMs: () => nowMs },
  });
  const left = async () => [(await views.control.generations()).length, await isThere(folder)];

  // another works on one of them
  for (let looks = 0; looks < 100; looks += 1) {
    expect(await other.hold()).toBe(true);
    await abandoned.look();
    nowMs += 60_000;
  }
  expect(await left()).toEqual([4, true]);

  // it is killed; an hour is counted from where that shows
  for (let looks = 0; looks < 60; looks += 1) {
    await abandoned.look();
    nowMs += 60_000;
  }
  expect(await left()).toEqual([4, true]);
  await abandoned.look();
  expect(await left()).toEqual([3, false]);
  expect((await views.control.generations()).map(({ foldVersion, state }) => [foldVersion, state])).toEqual([
    [FOLD_VERSION - 1, 'loading'],
    [FOLD_VERSION + 1, 'loading'],
    [FOLD_VERSION, 'folding'],
  ]);
});

test('a load of this process counts as work; files of which no generation is left go at once', async () => {
  const views = await newViews();
  const lease = new Lease({
    journal: createMemoryJournal(),
    name: 'rebuild',
    owner: '00000000-0000-4000-8000-000000000001',
  });
  const abandoned = new AbandonedLoads({ views, lease, log: silentLog, replayFolder: folder });
  await lease.hold();
  await abandoned.look();
  expect(await isThere(folder)).toBe(true);
  await lease.release();
  await abandoned.look();
  expect(await isThere(folder)).toBe(false);
});
