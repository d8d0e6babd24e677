/** One reading of what has changed, page by page, while places change. */
import { LAST_POSITION, type Position } from '#contracts';
import { emptyCatalogue, type LaborId } from '#domain';
import { at, laborOf, NOW, questOf } from '../testing-documents.js';
import { FakeViews } from '../testing-views.js';
import { changedPages } from './changed-pages.js';

test('what had no place yet, and gets one behind what was read meanwhile, is found; it says nothing of how far reading has come', async () => {
  const views = new FakeViews(at(700));
  const ids = Array.from({ length: 700 }, (_, n) => `web-1~${n}` as LaborId);
  views.laborsNow = [...ids, 'late~0'].map((id) => ({ labor: laborOf(id), parked: false }));
  const place = (late: Position): void => {
    const others = ids.map((id, n) => ({ id, position: at(n), seenAt: at(n) }));
    views.changedNow = [...others, { id: 'late~0' as LaborId, position: at(5), seenAt: late }];
  };
  place(LAST_POSITION);
  views.changedQuestsNow = [{ quest: questOf(4, 'open'), seenAt: LAST_POSITION }];
  const parts = { views, generation: 7, from: at(2), isKnown: () => false, catalogue: emptyCatalogue, now: NOW };
  const found: string[] = [];
  const places: (Position | null)[] = [];
  for await (const { changes, seenAt } of changedPages(parts)) {
    for (const change of changes) found.push(change.kind === 'labor' ? change.labor.labor.id : 'quest');
    places.push(seenAt);
    // its writer had read the progress before this reading began
    if (seenAt !== null) place(at(100));
  }
  expect(found.filter((id) => id === 'quest' || id === 'late~0')).toEqual(['quest', 'late~0']);
  expect(places).toEqual([null, null, at(501), at(699)]);
});
