/** R12: views are folded from a journal and from its import to the same. */
import fc from 'fast-check';
import type { HostName, QuestId } from '#domain';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { createMemoryJournal, exportOf, histories, importOf, moverOver, temporaryFolder } from '#testing';
import { acceptQuest, appendHistory, cleanFold, tidyUp } from './rig.js';

const at = temporaryFolder();
afterEach(tidyUp);

test('R12: whatever happened, the views of a journal and of its import are equal', async () => {
  let nth = 0;
  await fc.assert(
    fc.asyncProperty(histories(80, 10), async (history) => {
      const journal = createMemoryJournal();
      for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, ['h' as HostName]);
      await appendHistory(journal, history);
      const copy = await openSqliteJournal({ file: at(`${(nth += 1)}.db`) });
      try {
        expect(await importOf(await moverOver(copy), await exportOf(journal))).toMatchObject({ ok: true });
        expect(await cleanFold(copy)).toEqual(await cleanFold(journal));
      } finally {
        await tidyUp();
        await copy.close();
      }
    }),
    { numRuns: 20, endOnFailure: true },
  );
}, 240_000);
