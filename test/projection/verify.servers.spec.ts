/** R7, R8, R9 over MongoDB: defects in the views are found and repaired as in SQLite, and a loaded generation is equal to the followed one. */
import { join } from 'node:path';
import fc from 'fast-check';
import { openMongoViews } from '#adapters/views-mongo';
import { CatalogueTimeline, createVerifying, silentLog } from '#application';
import type { HostName, QuestId } from '#domain';
import type { Views } from '#ports';
import { createMemoryJournal, histories, laneServer } from '#testing';
import { acceptQuest, allJudged, appendHistory, clock, folded, newFolder, settle, stop, tidyUp } from './rig.js';
import { both, compared, watched } from './testing-generations.js';
import { campaign, plant, QUEST, verified } from './testing-verifying.js';

const LIMIT_MS = 120_000;

afterEach(tidyUp);

const folder = (name: string): string => join(newFolder(), name);

function opened(): Promise<Views> {
  return openMongoViews({
    url: laneServer('HERMES_TEST_MONGO'),
    prefix: `verify-${crypto.randomUUID().slice(0, 8)}`,
    access: 'write',
    operationMs: LIMIT_MS,
  });
}

test(
  'R8: what is loaded is stored as what was followed is, whatever happened',
  async () => {
    const views = await opened();
    try {
      for (const history of fc.sample(histories(60, 10), { numRuns: 3, seed: 5 })) {
        await views.control.reset();
        const journal = createMemoryJournal();
        await acceptQuest(journal, QUEST, ['h' as HostName]);
        await acceptQuest(journal, 2 as QuestId, ['h' as HostName]);
        await appendHistory(journal, history);
        const projector = await folded(journal, views);
        await allJudged(views);
        const generations = await both(journal, views);
        await stop(projector);
        const seen = watched(views);
        const found = await compared(journal, seen.views, generations);
        expect(found).toMatchObject({ leftOut: 0, findings: { examples: [] } });
        expect(found.hosts).toBeGreaterThan(0);
        expect(seen.reads()).toBe(0);
      }
    } finally {
      await views.close();
    }
  },
  LIMIT_MS,
);

test(
  'R7, R8, R9: planted defects are found by host, labor and field, and repaired; what is loaded is equal to what was followed',
  async () => {
    const journal = await campaign();
    const views = await opened();
    try {
      const projector = await folded(journal, views);
      await allJudged(views);
      await settle(views);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
      const parts = { journal, views, clock, timeline: new CatalogueTimeline(journal) };
      const generations = await both(journal, views);
      const level = await compared(journal, views, generations);
      expect(level).toMatchObject({ hosts: 3, quests: 1, leftOut: 0, findings: { examples: [] } });
      expect(level.hashes[0]).toBe(level.hashes[1]);

      await plant.labor(views, 'a~0');
      await plant.part(views, 'b');
      await plant.key(views, 'c');
      const expected = [
        { host: 'a', labor: 'a~0', quest: null, field: 'state' },
        { host: 'b', labor: null, quest: QUEST, field: 'tally' },
        { host: 'c', labor: null, quest: null, field: 'state.keys' },
      ];
      expect((await verified(journal, views)).findings.examples).toMatchObject(expected);
      const other = await compared(journal, views, generations);
      expect(other.findings.examples).toMatchObject(expected);
      expect(other.hashes[0]).not.toBe(other.hashes[1]);

      const verifying = createVerifying({ ...parts, log: silentLog, folder: folder('verify') });
      for (const host of ['a', 'b', 'c'])
        expect(await verifying.repair(host)).toMatchObject({ value: { host, differences: 1, repaired: true } });
      await verifying.close();
      await settle(views);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
      expect((await compared(journal, views, generations)).hashes).toEqual(level.hashes);
      await stop(projector);
    } finally {
      await views.close();
    }
  },
  LIMIT_MS,
);
