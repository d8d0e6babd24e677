/** What each event did, as the views answer it, is what judging it did: over random histories; and events that did nothing are counted once. */
import fc from 'fast-check';
import { CatalogueTimeline, createProjector, silentLog } from '#application';
import { START, type Position } from '#contracts';
import { eventId, type EventId, type HostEffect, type LaborId } from '#domain';
import { MAX_EFFECTS, type EventEffects, type Journal, type Views } from '#ports';
import { createMemoryJournal, Fold, histories, Play, until, type History } from '#testing';
import {
  allJudged,
  appendHistory,
  clock,
  follow,
  hearHead,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  stop,
  tidyUp,
} from './rig.js';

afterEach(tidyUp);

/** The effects of each event, as the fold has them. */
function judged({ steps }: History): ReadonlyMap<EventId, readonly HostEffect[]> {
  const fold = new Fold();
  const effects = new Map<EventId, readonly HostEffect[]>();
  for (const step of steps) {
    const judgement = fold.apply(step);
    if (step.kind !== 'host' || step.entry.kind !== 'EventLogged' || judgement === undefined) continue;
    effects.set(eventId(step.entry.host, judgement.state.revision), judgement.effects);
  }
  return effects;
}

async function effectsIn(views: Views, ids: readonly EventId[]): Promise<readonly EventEffects[]> {
  const generation = await served(views);
  const all: EventEffects[] = [];
  for (let first = 0; first < ids.length; first += MAX_EFFECTS)
    all.push(...(await views.reader.effects(generation, ids.slice(first, first + MAX_EFFECTS))));
  return all;
}

function idsOf(effects: readonly HostEffect[], kind: 'opened' | 'closed' | 'absorbed'): readonly LaborId[] {
  return effects.flatMap((effect) => (effect.kind === kind ? [effect.labor.id] : [])).sort();
}

test('rules 1–6 read backwards: the labors of each event are those that judging it opened, closed and counted it on', async () => {
  let [absorbed, forgotten] = [0, 0];
  await fc.assert(
    fc.asyncProperty(histories(40), async (history) => {
      const truth = judged(history);
      const journal = createMemoryJournal();
      await appendHistory(journal, history);
      const views = await newViews();
      const projector = projectorOver(journal, views);
      await projector.prepare({ rebuild: false });
      await follow(projector);
      await allJudged(views);
      for (const found of await effectsIn(views, [...truth.keys()])) {
        const effects = truth.get(found.event) ?? [];
        expect([...found.opened].sort()).toEqual(idsOf(effects, 'opened'));
        expect([...found.closed].sort()).toEqual(idsOf(effects, 'closed'));
        const [counting] = idsOf(effects, 'absorbed');
        if (counting === undefined) expect(found.absorbed).toEqual([]);
        else if (found.absorbed.length > 0) {
          absorbed += 1;
          expect([found.absorbed, found.perhapsAbsorbed]).toEqual([[counting], []]);
        } else {
          forgotten += 1;
          expect(found.perhapsAbsorbed).toContain(counting);
        }
      }
      await stop(projector);
      await views.close();
    }),
    { numRuns: 40, endOnFailure: true },
  );
  // in quick runs there may be few
  if (process.env['HERMES_TEST_QUICK'] === undefined) expect(absorbed).toBeGreaterThan(0);
  expect(forgotten).toBeGreaterThanOrEqual(0);
}, 120_000);

test('rule 6: of the events that a labor counted the newest 100 are named, and of earlier ones that it may have counted them', async () => {
  const play = new Play('[1] a-required => a-done absorb');
  for (let n = 0; n <= 102; n += 1) play.event('a-required');
  const journal = createMemoryJournal();
  await appendHistory(journal, play.history);
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await allJudged(views);
  const ids = [0, 1, 2, 3, 102].map((n) => `h~${n}` as EventId);
  const found = await effectsIn(views, ids);
  expect(found.map(({ opened, absorbed, perhapsAbsorbed }) => [opened, absorbed, perhapsAbsorbed])).toEqual([
    [['h~0'], [], []],
    [[], [], ['h~0']],
    [[], [], ['h~0']],
    [[], ['h~0'], []],
    [[], ['h~0'], []],
  ]);
});

/** A projector that counts events without effect, by type, and those that became visible. */
async function counting(journal: Journal, views: Views, isImported?: (position: Position) => boolean) {
  const counts: Record<string, number> = {};
  const shown: number[] = [];
  const withoutEffect = (type: string): void => {
    counts[type] = (counts[type] ?? 0) + 1;
  };
  const projector = createProjector({
    ...{ journal, views, clock, log: silentLog, owner: 'the only one', partitions: PARTITIONS },
    timeline: new CatalogueTimeline(journal),
    meters: { visible: (latencyMs) => shown.push(latencyMs), withoutEffect },
    ...(isImported && { isImported }),
  });
  return { projector, counts, shown };
}

test('rule 7: events that did nothing are counted by type, once; a repeat is none of them, and a rebuild counts nothing', async () => {
  const play = new Play('[1] a-required => a-done');
  play.event('a-done');
  const journal = createMemoryJournal();
  await appendHistory(journal, play.history);
  const views = await newViews();
  const first = await counting(journal, views);
  await first.projector.prepare({ rebuild: false });
  await follow(first.projector);
  // it was there before: the views were built from it
  expect(first.counts).toEqual({});
  const before = play.history.steps.length;
  play.event('a-required', { key: 'k' });
  play.event('a-required', { key: 'k' });
  play.event('a-done');
  play.event('a-done');
  play.event('b-unknown');
  await appendHistory(journal, { steps: play.history.steps.slice(before) });
  await hearHead(first.projector, journal);
  expect(first.counts).toEqual({ 'a-done': 1, 'b-unknown': 1 });
  await stop(first.projector);
  const again = await counting(journal, views);
  await again.projector.prepare({ rebuild: true });
  await follow(again.projector);
  await hearHead(again.projector, journal);
  expect(again.counts).toEqual({});
});

test('R14: a rebuild beside the served generation counts no live work', async () => {
  const play = new Play('[1] a-required => a-done');
  const journal = createMemoryJournal();
  await appendHistory(journal, play.history);
  const views = await newViews();
  const { projector, counts, shown } = await counting(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  const before = play.history.steps.length;
  play.event('a-required');
  play.event('b-unknown');
  await appendHistory(journal, { steps: play.history.steps.slice(before) });
  await hearHead(projector, journal);
  const live = shown.length;
  expect({ counts, live }).toEqual({ counts: { 'b-unknown': 1 }, live: 2 });
  await projector.rebuilds.begin();
  await until('it is level', async () => (await projector.rebuilds.list())[0]?.state === 'waiting');
  expect({ counts, live: shown.length }).toEqual({ counts: { 'b-unknown': 1 }, live });
});

test('R14: what came with an import is judged, and counts as no live work; what comes after it does', async () => {
  const play = new Play('[1] a-required => a-done');
  const journal = createMemoryJournal();
  await appendHistory(journal, play.history);
  let imported: Position = START;
  const { projector, counts, shown } = await counting(journal, await newViews(), (position) => position <= imported);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  for (const [isImported, type] of [
    [true, 'b-unknown'],
    [false, 'c-unknown'],
  ] as const) {
    const before = play.history.steps.length;
    play.event(type);
    await appendHistory(journal, { steps: play.history.steps.slice(before) });
    if (isImported) imported = (await journal.head()).position;
    await hearHead(projector, journal);
  }
  expect({ counts, shown: shown.length }).toEqual({ counts: { 'c-unknown': 1 }, shown: 1 });
});
