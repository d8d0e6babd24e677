/** R8: what two generations have beside their hosts' own documents and records of quests is compared, too. */
import { canonicalText } from '#application';
import {
  expectedPart,
  NO_TALLY,
  positionOf,
  viewsPosition,
  type CatalogueEntryDocument,
  type NamesEntryDocument,
  type Position,
} from '#contracts';
import type { HostName, Instant, LaborId, QuestId } from '#domain';
import type { Views } from '#ports';
import { acceptAdoption, acceptQuest, folded, newViews, settle, stop, tidyUp } from './rig.js';
import { both, compared, counted, questOf, watched } from './testing-generations.js';
import { campaign, QUEST } from './testing-verifying.js';

const NOW = '2026-01-01T00:00:00.000Z' as Instant;

afterEach(tidyUp);

test('R8: an expected part that one side lacks is a difference, once that side has the entry that expects it', async () => {
  const journal = await campaign();
  const [adopting, last] = [2, 3] as QuestId[];
  for (const quest of [adopting!, last!]) await acceptQuest(journal, quest, []);
  // its host has no entry of it yet
  await acceptAdoption(journal, adopting!, ['b~1' as LaborId], 'accepted');
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const [live, loaded] = generations;
  const seen = watched(views);
  expect(await compared(journal, seen.views, generations)).toMatchObject({ leftOut: 0, findings: { differences: 0 } });
  expect(seen.reads()).toBe(0);
  const { position } = (await questOf(views, loaded, adopting!)).record!;
  const plantAt = async (generation: number, host: string, quest: QuestId, since: Position): Promise<void> => {
    await views.writer.apply(generation, { parts: [expectedPart(quest, host as HostName, since)] });
  };
  await plantAt(live, 'a', adopting!, position);
  await plantAt(loaded, 'c', adopting!, position);
  const found = await compared(journal, views, generations);
  expect(found.findings.examples).toMatchObject([
    { host: 'a', labor: null, quest: adopting, field: null, folded: null },
    { host: 'c', labor: null, quest: adopting, field: null, live: null },
  ]);
  expect([found.findings.differences, found.leftOut]).toEqual([2, 0]);
  // both expect it, of another entry
  await plantAt(loaded, 'a', adopting!, positionOf(position - 1n));
  await plantAt(live, 'c', adopting!, position);
  const { findings } = await compared(journal, views, generations);
  expect(findings.examples).toMatchObject([{ host: 'a', quest: adopting, field: 'past' }]);
  expect(findings.differences).toBe(1);
  // of an entry that the other side does not have yet
  await plantAt(live, 'b', last!, positionOf((await questOf(views, loaded, last!)).record!.position + 1n));
  expect(await compared(journal, views, generations)).toMatchObject({ leftOut: 1, findings: { differences: 1 } });
}, 60_000);

test('R8: entries of the catalogue and of the names that one side lacks or has otherwise are differences', async () => {
  const journal = await campaign();
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const [live, loaded] = generations;
  const before = await compared(journal, views, generations);
  expect(before.findings.differences).toBe(0);
  const end = viewsPosition(await views.writer.progress(live))!;
  const [first] = await views.reader.catalogue(live, 0, 1);
  const revision = (await views.reader.catalogue(live, 0, 1000)).length;
  const catalogue: CatalogueEntryDocument[] = [{ ...first!, revision, position: end }];
  const entry = {
    kind: 'HostAliased',
    host: 'a' as HostName,
    names: ['z' as HostName],
    by: null,
    recordedAt: NOW,
  };
  const names = [0, 1].map(
    (n) => ({ revision: n, position: positionOf(end + BigInt(n)), entry }) as NamesEntryDocument,
  );
  await views.writer.apply(live, { catalogue });
  // the second comes after all that both have reached
  await views.writer.apply(loaded, { names });
  const found = await compared(journal, views, generations);
  expect(found.findings.examples).toMatchObject([
    { host: null, field: 'catalogue', folded: null, entry: revision },
    { host: null, field: 'names', live: null, entry: 0 },
  ]);
  expect([found.findings.differences, found.leftOut]).toEqual([2, 0]);
  expect(found.hashes[0]).not.toBe(found.hashes[1]);
  const reader = Object.create(views.reader) as Views['reader'];
  reader.catalogue = async (generation, ...rest) => {
    const page = await views.reader.catalogue(generation, ...rest);
    if (generation === live) return page;
    return page.map((document) => (document.revision === 0 ? { ...document, position: end } : document));
  };
  const moved = await compared(journal, { ...views, reader }, generations);
  expect(moved.findings.examples[0]).toMatchObject({ field: 'catalogue', entry: 0 });
});

test('R8: numbers of a quest that differ are a difference, where both have counted the same', async () => {
  const journal = await campaign();
  const views = await newViews();
  const projector = await folded(journal, views);
  await settle(views);
  const generations = await both(journal, views);
  await stop(projector);
  // the loaded one has not counted yet
  expect(await compared(journal, views, generations)).toMatchObject({ quests: 1, counted: 0, leftOut: 0 });
  await counted(journal, views, generations);
  expect(await compared(journal, views, generations)).toMatchObject({ counted: 1, findings: { differences: 0 } });
  const [, loaded] = generations;
  const { recount } = await questOf(views, loaded, QUEST);
  const { version, ...rest } = recount!;
  expect(await views.writer.storeRecount(loaded, QUEST, { ...rest, tally: NO_TALLY }, version)).toBe(true);
  const found = await compared(journal, views, generations);
  const textOfNone = canonicalText(NO_TALLY);
  expect(found.findings.examples).toMatchObject([{ quest: QUEST, field: 'recount.tally', folded: textOfNone }]);
  expect(found.hashes[0]).not.toBe(found.hashes[1]);
  // touched since: its numbers are counted again soon
  await views.writer.apply(loaded, { touches: [QUEST] });
  const dirty = await compared(journal, views, generations);
  expect(dirty).toMatchObject({ quests: 1, counted: 0, leftOut: 0, findings: { differences: 0 } });
}, 60_000);
