/** R7, R8, R9 over MongoDB: defects in the views are found and repaired as in SQLite, and a loaded generation is equal to the followed one. */
import { join } from 'node:path';
import { openMongoViews } from '#adapters/views-mongo';
import { CatalogueTimeline, compareGenerations, createVerifying, loadGeneration, silentLog } from '#application';
import { atOnce } from '#contracts';
import { laneServer } from '#testing';
import { allJudged, clock, folded, never, newFolder, PARTITIONS, served, settle, stop, tidyUp } from './rig.js';
import { campaign, plant, QUEST, verified } from './testing-verifying.js';

const LIMIT_MS = 120_000;

afterEach(tidyUp);

test(
  'R7, R8, R9: planted defects are found by host, labor and field, and repaired; what is loaded is equal to what was followed',
  async () => {
    const journal = await campaign();
    const views = await openMongoViews({
      url: laneServer('HERMES_TEST_MONGO'),
      prefix: `verify-${crypto.randomUUID().slice(0, 8)}`,
      access: 'write',
      operationMs: LIMIT_MS,
    });
    const folder = (name: string): string => join(newFolder(), name);
    try {
      const projector = await folded(journal, views);
      await allJudged(views);
      await settle(views);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
      const parts = { journal, views, clock, timeline: new CatalogueTimeline(journal) };
      const loading = {
        ...parts,
        partitions: PARTITIONS,
        run: atOnce,
        hold: async () => true,
        folder: folder('split'),
      };
      const loaded = await loadGeneration(loading, never);
      const generations = [await served(views), loaded!.number] as const;
      const level = await compareGenerations({ journal, views, generations }, never);
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
      const other = await compareGenerations({ journal, views, generations }, never);
      expect(other.findings.examples).toMatchObject(expected);
      expect(other.hashes[0]).not.toBe(other.hashes[1]);

      const verifying = createVerifying({ ...parts, log: silentLog, folder: folder('verify') });
      for (const host of ['a', 'b', 'c'])
        expect(await verifying.repair(host)).toMatchObject({ value: { host, differences: 1, repaired: true } });
      await verifying.close();
      await settle(views);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
      expect((await compareGenerations({ journal, views, generations }, never)).hashes).toEqual(level.hashes);
      await stop(projector);
    } finally {
      await views.close();
    }
  },
  LIMIT_MS,
);
