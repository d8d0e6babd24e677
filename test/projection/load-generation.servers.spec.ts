/** R5, R7: a load over MongoDB, which has no transactions: whatever landed of an attempt, the next one makes it whole. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongoViews } from '#adapters/views-mongo';
import { CatalogueTimeline, loadGeneration, type LoadGenerationParts } from '#application';
import { atOnce } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Views } from '#ports';
import { createMemoryJournal, laneServer, Play } from '#testing';
import {
  acceptQuest,
  allJudged,
  appendHistory,
  clock,
  folded,
  never,
  PARTITIONS,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { comparedViews } from './testing-replays.js';

const LIMIT_MS = 120_000;
let folder: string;
let views: Views;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hermes-split-'));
  views = await openMongoViews({
    ...{ url: laneServer('HERMES_TEST_MONGO'), prefix: `loads-${crypto.randomUUID().slice(0, 8)}` },
    ...{ access: 'write', operationMs: LIMIT_MS },
  });
});

afterEach(async () => {
  await tidyUp();
  await views.close();
  await rm(folder, { recursive: true, force: true });
});

/** Of the documents of a unit the hosts and half of the labors land; then the process ends. */
function cutOff(whole: Views): Pick<Views, 'control' | 'loader'> {
  const load: Views['loader']['load'] = (generation, unit, fill) =>
    whole.loader.load(generation, unit, async (add) => {
      await fill((documents) => {
        if ('bytes' in documents) throw new TypeError('documents are loaded as they are here');
        const { labors = [], ...others } = documents;
        return add({ ...others, labors: labors.slice(0, labors.length / 2) });
      });
      if (unit.startsWith('hosts')) throw new Error('ended');
    });
  const { loader, control } = whole;
  return {
    control,
    loader: {
      ...{ load, create: (of) => loader.create(of), loaded: (generation) => loader.loaded(generation) },
      finish: (generation, progress, moved) => loader.finish(generation, progress, moved),
    },
  };
}

test(
  'cut off in the middle of a unit, with more hosts to be set apart at the next attempt, it is what a rebuild entry by entry makes',
  async () => {
    const journal = createMemoryJournal();
    await acceptQuest(journal, 1 as QuestId, ['h1' as HostName]);
    const play = new Play('x-required => x-done');
    for (let n = 0; n < 60; n += 1)
      play.event(n % 5 === 4 ? 'x-done' : 'x-required', { host: `h${n % 7}` as HostName });
    await appendHistory(journal, play.history);
    const projector = await folded(journal, views);
    await allJudged(views);
    await settle(views);
    await stop(projector);
    const before = await comparedViews(views);
    const parts: LoadGenerationParts = {
      ...{ journal, views, clock, partitions: PARTITIONS, run: atOnce, hold: async () => true },
      ...{ timeline: new CatalogueTimeline(journal), folder: join(folder, 'split') },
    };
    await expect(loadGeneration({ ...parts, views: cutOff(views) }, never)).rejects.toThrow('ended');
    const apart = new Set(Array.from({ length: 7 }, (_, n) => `h${n}` as HostName));
    const generation = (await loadGeneration({ ...parts, apart }, never))!;
    expect(await views.reader.hostsBehind(generation.number)).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    await views.control.activate(generation.number);
    expect(await comparedViews(views)).toEqual(before);
  },
  LIMIT_MS,
);
