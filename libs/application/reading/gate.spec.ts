/** Q: who waits for a position holds no place meanwhile, does not wait in vain, and is answered when Hermes stops. */
import { createReading, type ReadingParts } from './create-reading.js';
import type { Place } from './reading.js';
import { at, NOW } from './testing-documents.js';
import { FakeViews } from './testing-views.js';

const PAGE = { sort: 'host', limit: 50, after: null, count: false } as const;

function reading(views: FakeViews, parts: Partial<ReadingParts> = {}): ReturnType<typeof createReading> {
  return createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS: 30, ...parts });
}

/** Notes in the views' list of questions when it is left and come back to. */
function placeIn(views: FakeViews, holder = 'a'): Place {
  return {
    holder,
    leave: () => views.asked.push(['left']),
    comeBack: async () => void views.asked.push(['back']),
  };
}

test('Q: a read gives its place back while it waits, and has one again before it reads', async () => {
  const views = new FakeViews(at(10));
  views.onLook = (look) => {
    if (look === 3) views.advance(at(11));
  };
  await reading(views).hosts({}, PAGE, { minPosition: at(11), place: placeIn(views) });
  const order = views.asked.map(([what]) => what);
  expect(order).toEqual(['freshness', 'left', 'freshness', 'freshness', 'back', 'hostsBehind', 'hosts']);
});

test('Q: a read that need not wait keeps its place', async () => {
  const views = new FakeViews(at(10));
  await reading(views).hosts({}, PAGE, { minPosition: at(10), place: placeIn(views) });
  expect(views.asked.map(([what]) => what)).toEqual(['freshness', 'hostsBehind', 'hosts']);
});

test('Q: what is beyond the journal is not waited for', async () => {
  const views = new FakeViews(at(10));
  const asked = reading(views, { head: async () => at(12) });
  expect(await asked.hosts({}, PAGE, { minPosition: at(13), waitS: 30 })).toMatchObject({
    problem: {
      code: 'not-caught-up',
      detail: expect.stringMatching(/the journal ends at position 12 and has nothing at position 13/) as string,
    },
  });
  expect(views.looks).toBe(1);
  views.onLook = () => {
    views.advance(at(12));
  };
  expect(await asked.hosts({}, PAGE, { minPosition: at(12), waitS: 30 })).toMatchObject({ ok: true });
});

test('Q: when Hermes stops, who waits is answered at once, and nobody begins to', async () => {
  const views = new FakeViews(at(10));
  const stopping = new AbortController();
  const asked = reading(views, { stopping: stopping.signal });
  const waits = [11, 12].map((position) => asked.hosts({}, PAGE, { minPosition: at(position), waitS: 30 }));
  views.onLook = () => {
    stopping.abort();
  };
  const stopped = { problem: { code: 'not-caught-up', detail: expect.stringContaining('stopping') as string } };
  for (const answer of await Promise.all(waits)) expect(answer).toMatchObject(stopped);
  expect(await asked.hosts({}, PAGE, { minPosition: at(11), waitS: 30 })).toMatchObject(stopped);
});

test('one holder has at most three quarters of the waits', async () => {
  const views = new FakeViews(at(10));
  const asked = reading(views, { maxWaiting: 4 });
  const wait = (holder: string): Promise<unknown> =>
    asked.hosts({}, PAGE, { minPosition: at(11), waitS: 30, place: placeIn(views, holder) });
  const waits = ['a', 'a', 'a'].map(wait);
  const overloaded = { problem: { code: 'overloaded' } };
  expect(await Promise.race([wait('a'), ...waits])).toMatchObject(overloaded);
  waits.push(wait('b'));
  expect(await Promise.race([wait('c'), ...waits])).toMatchObject(overloaded);
  views.advance(at(11));
  for (const answer of await Promise.all(waits)) expect(answer).toMatchObject({ ok: true });
});
