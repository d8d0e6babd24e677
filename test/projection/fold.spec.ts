/** The views that a clean fold writes are what semantics.md says: compared with the simple model over random histories. */
import fc from 'fast-check';
import { isDirty, START, type QuestDocument } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { canonicalViews, createMemoryJournal, histories, modelOf, Play, type Derived, type History } from '#testing';
import { allJudged, appendHistory, follow, newViews, projectorOver, served, settle, tidyUp } from './rig.js';

afterEach(tidyUp);

async function foldInto(history: History) {
  const journal = createMemoryJournal();
  await appendHistory(journal, history);
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await allJudged(views);
  await settle(views);
  return { journal, views, generation: await served(views) };
}

function byId(items: readonly unknown[]): readonly unknown[] {
  const idOf = (item: unknown): string => (item as { readonly id: string }).id;
  return [...items].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

test('rules 1–15, 22–24 through the whole projection: events, labors and hosts are the model’s', async () => {
  await fc.assert(
    fc.asyncProperty(histories(40), async (history) => {
      const model = modelOf(history);
      const { views, generation } = await foldInto(history);
      const { events, labors } = await canonicalViews(views.reader, generation);
      expect(byId(events)).toEqual(byId(model.events));
      expect(byId(labors)).toEqual(byId(model.labors.map((labor) => ({ ...labor, parked: false }))));
      for (const host of model.hosts) {
        const document = await views.reader.host(generation, host.host);
        expect(document?.state).toMatchObject({
          revision: host.revision,
          events: host.events,
          greatestAt: host.greatestAt,
          open: host.open.map((id) => ({ id })),
          attributes: host.attributes,
          retired: host.retired,
          inventories: host.inventories,
        });
        expect(Object.keys(document?.state.attributes ?? {})).toHaveLength(Object.keys(host.attributes).length);
        expect(document?.lastEvent?.event ?? null).toBe(host.lastEvent);
      }
      await views.close();
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);

test('rule 23: the last event of a host is its newest that is no duplicate', async () => {
  const play = new Play('[1] a-required => host-done');
  play.event('a-required', { key: 'k' });
  play.attributes({ role: 'web' });
  play.event('a-required', { key: 'k' });
  const { views, generation } = await foldInto(play.history);
  expect(await views.reader.host(generation, 'h' as HostName)).toMatchObject({
    state: { revision: 2, attributes: { role: 'web' } },
    lastEvent: { event: 'h~0', type: 'a-required' },
  });
  await views.close();
});

/** The sum of all hosts' parts of one quest. */
function numbersOf(model: Derived, quest: QuestId) {
  const parts = model.parts.filter((part) => part.quest === quest).map(({ tally }) => tally);
  const sum = (pick: (tally: (typeof parts)[number]) => number): number =>
    parts.reduce((total, tally) => total + pick(tally), 0);
  return {
    named: sum((tally) => tally.named),
    chains: sum((tally) => tally.chains),
    unstarted: sum((tally) => tally.unstarted),
    inProgress: sum((tally) => tally.inProgress),
    completed: sum((tally) => tally.completed),
    waived: sum((tally) => tally.waived),
    labors: sum((tally) => tally.labors),
    open: sum((tally) => tally.open),
  };
}

test('rule 21, P6: a quest’s numbers are the model’s, steps included, and each host’s part too', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60), async (history) => {
      const model = modelOf(history);
      const { journal, views, generation } = await foldInto(history);
      const stored = await journal.readAll(START, journal.maxReadEntries);
      for (const quest of new Set(model.parts.map((part) => part.quest))) {
        const {
          quests: [document],
        } = await views.writer.load(generation, { quests: [quest] });
        expect(document?.recount?.tally).toMatchObject(numbersOf(model, quest));
        expect(isDirty(document as QuestDocument)).toBe(false);
      }
      const keys = model.parts.map(({ quest, host }) => ({ quest, host }));
      const { parts } = await views.writer.load(generation, { parts: keys });
      expect(parts.length).toBe(keys.length);
      for (const part of parts) {
        const expected = model.parts.find(({ quest, host }) => quest === part.quest && host === part.host);
        expect(part.tally).toEqual(expected?.tally);
        const emptiedBy = expected?.emptiedBy ?? null;
        // the journal's identity stands before the history
        expect(part.emptied?.position ?? null).toBe(emptiedBy === null ? null : stored[emptiedBy + 1]?.position);
      }
      await views.close();
    }),
    { numRuns: 40, endOnFailure: true },
  );
}, 120_000);
