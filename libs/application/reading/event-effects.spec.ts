/** What events did, in bounded pieces and in the labors' order. */
import { jest } from '@jest/globals';
import { MAX_EFFECTS, type EventEffects } from '#ports';
import { mostInATurn } from '../../testing/turns.js';
import { laborIdOf, eventIdOf } from './testing-documents.js';
import { effectsOf, MAX_LABORS_NAMED } from './event-effects.js';
import { FakeViews, readingOf, viewsOfHost } from './testing-views.js';

const NOTHING = { applied: 9, parked: false, opened: [], closed: [], absorbed: [], perhapsAbsorbed: [] };

test('GET /events/{id}: an event with what it did; what its generation has not judged is pending, or parked', async () => {
  const views = viewsOfHost();
  const reading = readingOf(views);
  const closed = ['web-1~10', 'web-1~9.2', 'web-1~9'].map(laborIdOf);
  views.effectsNow = [{ ...NOTHING, event: eventIdOf('web-1~2'), closed }];
  const known = {
    state: 'known',
    opened: [],
    closed: ['web-1~9', 'web-1~9.2', 'web-1~10'],
    absorbed: [],
    perhapsAbsorbed: [],
  };
  const bodyOf = async (id: string) => {
    const answer = await reading.event(id, {});
    return answer.ok ? answer.value.body : answer;
  };
  expect(await bodyOf('web-1~2')).toEqual({ event: views.eventsNow[0], effects: known });
  views.effectsNow = [{ ...NOTHING, event: eventIdOf('web-1~2'), applied: 1 }];
  expect(await bodyOf('web-1~2')).toMatchObject({ effects: { state: 'pending' } });
  views.effectsNow = [{ ...NOTHING, event: eventIdOf('web-1~2'), applied: 1, parked: true }];
  expect(await bodyOf('web-1~2')).toMatchObject({ effects: { state: 'parked' } });
});

test('many events are asked for in pieces, and beyond a bound of labors the others are omitted', async () => {
  const views = new FakeViews();
  const ids = Array.from({ length: 3 * MAX_EFFECTS }, (_, n) => eventIdOf(`web-1~${n}`));
  const much = Array.from({ length: MAX_LABORS_NAMED }, (_, n) => laborIdOf(`web-1~0.${n + 1}`));
  views.effectsNow = ids.map((event, n) => ({
    ...NOTHING,
    event,
    applied: 1000,
    closed: n === MAX_EFFECTS ? much : [],
  }));
  views.effectsNow = views.effectsNow.map((each, n) => (n === 0 ? { ...each, opened: [laborIdOf('web-1~0')] } : each));
  const effects = await effectsOf(
    views,
    7,
    ids.map((id, revision) => ({ id, revision })),
  );
  expect(views.argumentsOf('effects').map(([, asked]) => (asked as readonly unknown[]).length)).toEqual([
    MAX_EFFECTS,
    MAX_EFFECTS,
  ]);
  const states = ids.map((id) => effects.get(id)?.state);
  expect(states.slice(0, MAX_EFFECTS).every((state) => state === 'known')).toBe(true);
  expect(states.slice(MAX_EFFECTS).every((state) => state === 'omitted')).toBe(true);
});

test('what events of many labors did is put in order in turns, an event each', async () => {
  let nowMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const views = new FakeViews();
  const ids = Array.from({ length: MAX_EFFECTS }, (_, n) => eventIdOf(`web-${n}~0`));
  let read = 0;
  views.effectsNow = ids.map((event): EventEffects => ({
    ...{ ...NOTHING, event },
    get opened() {
      read += 1;
      nowMs += 5;
      return [];
    },
  }));
  const asked = ids.map((id) => ({ id, revision: 0 }));
  const most = await mostInATurn(
    () => read,
    () => effectsOf(views, 7, asked),
  );
  jest.restoreAllMocks();
  expect(read).toBeGreaterThanOrEqual(MAX_EFFECTS);
  expect(most).toBeLessThan(6);
});
