/** Times to close are those of the simple model's labors, by type and quest. */
import fc from 'fast-check';
import { MAX_TIMED, type TimesToClose } from '#contracts';
import { eventId, type HostName, type QuestId } from '#domain';
import { createMemoryJournal, histories, modelOf, timesOf, type History, type PlainLabor } from '#testing';
import { allJudged, appendHistory, folded, newViews, served, tidyUp } from './rig.js';

afterEach(tidyUp);

/** Longer times are shown by less than a thousandth too short. */
function expectTimes({ steps, ...found }: TimesToClose, { steps: expected, ...all }: TimesToClose): void {
  expect(steps.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
  for (const [at, time] of [all, ...expected].entries()) {
    const shown = [found, ...steps][at]!;
    expect(shown.labors).toBe(time.labors);
    for (const name of ['medianS', 'p90S'] as const) {
      if (time[name] === null) expect(shown[name]).toBeNull();
      else {
        expect(shown[name]).toBeLessThanOrEqual(time[name]);
        expect(shown[name]).toBeGreaterThan(time[name] * 0.999 - 1);
      }
    }
  }
}

/** Of each type those that were completed last. */
function newestOf({ steps }: History, labors: readonly PlainLabor[]): readonly PlainLabor[] {
  const entries = new Map<HostName, number>();
  const places = new Map<string, number>();
  for (const [place, step] of steps.entries()) {
    if (step.kind !== 'host') continue;
    const { host } = step.entry;
    const revision = entries.get(host) ?? 0;
    entries.set(host, revision + 1);
    places.set(eventId(host, revision), place);
  }
  const placeOf = ({ closed }: PlainLabor): number => places.get(closed?.event ?? '') ?? -1;
  const newest = labors
    .filter(({ state }) => state === 'completed')
    .sort((a, b) => placeOf(b) - placeOf(a) || (a.opened.at < b.opened.at ? 1 : -1));
  return newest.filter(({ type }, at) => newest.slice(0, at).filter((each) => each.type === type).length < MAX_TIMED);
}

async function expectSame(history: History): Promise<void> {
  const journal = createMemoryJournal();
  await appendHistory(journal, history);
  const { labors } = modelOf(history);
  const views = await newViews();
  await folded(journal, views);
  await allJudged(views);
  const generation = await served(views);
  expectTimes(await views.reader.timesToClose(generation, null), timesOf(newestOf(history, labors)));
  for (const quest of [1, 2, 3] as QuestId[]) {
    const own = labors.filter((labor) => labor.quest === quest);
    expectTimes(await views.reader.timesToClose(generation, quest), timesOf(own));
  }
  await views.close();
}

test('of random histories', async () => {
  await fc.assert(fc.asyncProperty(histories(60), expectSame), { numRuns: 30, endOnFailure: true });
}, 240_000);
