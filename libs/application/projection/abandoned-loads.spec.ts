/** What a load leaves that nobody continues, over a fake of the views: a generation goes after an hour, files without one at once. */
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOCUMENTS_VERSION, type Generation } from '#contracts';
import { FOLD_VERSION } from '#domain';
import type { Views } from '#ports';
import { NEW_GENERATION, temporaryFolder } from '#testing';
import { silentLog } from '../log.js';
import { AbandonedLoads } from './abandoned-loads.js';

const path = temporaryFolder();
const HOUR_MS = 3_600_000;

let generations: Generation[];
beforeEach(() => {
  generations = [];
});

const control = {
  generations: async () => [...generations],
  dropGeneration: async (number: number) => {
    generations = generations.filter((each) => each.number !== number);
  },
} as unknown as Views['control'];

function load(number: number, foldVersion = FOLD_VERSION): void {
  generations.push({ ...NEW_GENERATION, documentsVersion: DOCUMENTS_VERSION, foldVersion, number, state: 'loading' });
}

async function left(): Promise<string> {
  const replayFolder = path('replay');
  await mkdir(replayFolder, { recursive: true });
  await writeFile(join(replayFolder, 'hosts-0-of-1'), 'left');
  return replayFolder;
}

function isThere(folder: string): Promise<boolean> {
  return access(folder).then(
    () => true,
    () => false,
  );
}

function over(replayFolder: string, lease = { isFree: true, released: 0 }) {
  const time = { nowMs: 0 };
  const loads = new AbandonedLoads({
    ...{ views: { control }, replayFolder, log: silentLog, monotonicMs: () => time.nowMs },
    lease: {
      hold: async () => lease.isFree,
      isIdle: async () => lease.isFree,
      release: async () => {
        lease.released += 1;
      },
    },
  });
  return { loads, time, lease };
}

test('files without a load are removed at once, unless somebody holds the lease', async () => {
  const folder = await left();
  const { loads, lease } = over(folder, { isFree: false, released: 0 });
  await loads.look();
  expect(await isThere(folder)).toBe(true);
  lease.isFree = true;
  await loads.look();
  expect(await isThere(folder)).toBe(false);
  expect(lease.released).toBe(1);
  // nothing is left: the lease is not asked for
  await loads.look();
  expect(lease.released).toBe(1);
});

test('a load is kept for an hour with its files, then dropped unless somebody continues with it', async () => {
  const folder = await left();
  load(3);
  load(4, FOLD_VERSION + 1);
  const { loads, time, lease } = over(folder);
  await loads.look();
  time.nowMs = HOUR_MS - 1;
  await loads.look();
  expect(generations).toHaveLength(2);
  expect(await isThere(folder)).toBe(true);
  time.nowMs = HOUR_MS;
  lease.isFree = false;
  await loads.look();
  expect(generations).toHaveLength(2);
  lease.isFree = true;
  await loads.look();
  // an hour is counted from where the work has ended
  expect(generations).toHaveLength(2);
  time.nowMs = 2 * HOUR_MS;
  await loads.look();
  // a later version's is its own
  expect(generations.map(({ number }) => number)).toEqual([4]);
  expect(await isThere(folder)).toBe(false);
});
