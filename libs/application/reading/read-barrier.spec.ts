/** Q: reads wait for a position that their caller has seen; one loop looks for all of them. */
import { jest } from '@jest/globals';
import { StoreUnavailable } from '#ports';
import { createReading } from './create-reading.js';
import type { FreshnessDemand } from './reading.js';
import { at, NOW, questId, questOf } from './testing-documents.js';
import { FakeViews } from './testing-views.js';
import { MAX_WAITING } from './read-barrier.js';

const PAGE = { sort: 'host', limit: 50, after: null, count: false } as const;
const QUESTS = { sort: '-id', limit: 50, after: null, count: false } as const;

function reading(views: FakeViews, maxWaitS = 10): ReturnType<typeof createReading> {
  return createReading({ views, clock: { nowMs: () => Date.parse(NOW) }, maxWaitS });
}

function hosts(views: FakeViews, demand: FreshnessDemand, maxWaitS?: number): Promise<unknown> {
  return reading(views, maxWaitS).hosts({}, PAGE, demand);
}

test('Q: without a position nothing waits, and freshness is read once', async () => {
  const views = new FakeViews(at(10));
  expect(await hosts(views, { waitS: 5 })).toMatchObject({ ok: true, value: { position: 10n } });
  expect(views.looks).toBe(1);
});

test('Q: what goes on in an earlier answer is of the same generation and as fresh, whatever the views are by then', async () => {
  const views = new FakeViews(at(10));
  const hosts = reading(views);
  const first = await hosts.hosts({}, PAGE, {});
  if (!first.ok) throw new Error(first.problem.detail);
  expect(first.value).toMatchObject({ position: 10n, generation: 7 });
  views.advance(at(20), 8);
  const next = await hosts.hosts({}, PAGE, { minPosition: at(99), sameAs: first.value });
  expect(next).toEqual(first);
  expect(views.argumentsOf('hosts').map(([generation]) => generation)).toEqual([7, 7]);
  expect(views.looks).toBe(1);
});

test('Q: a position that the views have is no wait', async () => {
  const views = new FakeViews(at(10));
  expect(await hosts(views, { minPosition: at(10) })).toMatchObject({ ok: true, value: { position: 10n } });
  expect(views.looks).toBe(1);
});

test('Q: a read waits until the views have the position, and says which one they had then', async () => {
  const views = new FakeViews(at(10));
  views.onLook = (look) => {
    if (look === 4) views.advance(at(12));
  };
  expect(await hosts(views, { minPosition: at(11) })).toMatchObject({ ok: true, value: { position: 12n } });
  expect(views.looks).toBe(4);
  // freshness before the data, and the data read once
  expect(views.asked.map(([method]) => method)).toEqual([
    ...Array<string>(4).fill('freshness'),
    // counted before the data are read, which may show a host that has caught up since
    ...['hostsBehind', 'hosts'],
  ]);
});

test('Q: after the wait the answer names both positions', async () => {
  const views = new FakeViews(at(10));
  const late = await hosts(views, { minPosition: at(2n ** 60n), waitS: 0.05 });
  expect(late).toEqual({
    ok: false,
    problem: {
      code: 'not-caught-up',
      detail:
        'the views are at position 10 and have not reached position 1152921504606846976 yet: try again, or wait longer',
      retryAfterS: 1,
    },
  });
  expect(views.argumentsOf('hosts')).toEqual([]);
});

test('Q: the place before every entry is named in words', async () => {
  const late = await hosts(new FakeViews(at(-1)), { minPosition: at(0), waitS: 0 });
  expect(late).toMatchObject({ problem: { detail: expect.stringContaining("at the journal's beginning") as string } });
});

test('Q: no wait is longer than the limit, and a wait of nothing is none', async () => {
  const views = new FakeViews(at(10));
  expect(await hosts(views, { minPosition: at(11), waitS: 3600 }, 0.03)).toMatchObject({ ok: false });
  views.looks = 0;
  expect(await hosts(views, { minPosition: at(11), waitS: 0 })).toMatchObject({ ok: false });
  expect(views.looks).toBe(1);
});

test('the limit holds also where the store does not answer', async () => {
  const views = new FakeViews(at(10));
  const silence = new Promise<undefined>(() => undefined);
  const first = hosts(views, { minPosition: at(11), waitS: 0.05 });
  views.freshness = () => silence;
  expect(await first).toMatchObject({ problem: { code: 'not-caught-up' } });
});

test('a thousand reads wait on one loop, each for its own position', async () => {
  const views = new FakeViews(at(10));
  const asked = reading(views);
  const waits = Array.from({ length: MAX_WAITING }, (_, index) =>
    asked.hosts({}, PAGE, { minPosition: at(11 + (index % 2)) }),
  );
  views.onLook = (look) => {
    if (look === MAX_WAITING + 2) views.advance(at(11));
    if (look === MAX_WAITING + 5) views.advance(at(12));
  };
  const positions = (await Promise.all(waits)).map((answer) => (answer.ok ? answer.value.position : answer.problem));
  expect(positions.filter((position) => position === 11n)).toHaveLength(MAX_WAITING / 2);
  expect(positions.filter((position) => position === 12n)).toHaveLength(MAX_WAITING / 2);
  // one look each as they came, and five of the loop
  expect(views.looks).toBe(MAX_WAITING + 5);
});

test('when too many wait, one more is overloaded; when they are gone, it may wait', async () => {
  const views = new FakeViews(at(10));
  const asked = reading(views);
  const waits = Array.from({ length: MAX_WAITING }, () => asked.hosts({}, PAGE, { minPosition: at(11) }));
  expect(await asked.hosts({}, PAGE, { minPosition: at(11) })).toMatchObject({
    problem: { code: 'overloaded', retryAfterS: 1 },
  });
  views.advance(at(11));
  await Promise.all(waits);
  // only its second look, the loop's, finds what it waits for
  const { looks } = views;
  views.onLook = (look) => {
    if (look === looks + 2) views.advance(at(12));
  };
  expect(await asked.hosts({}, PAGE, { minPosition: at(12) })).toMatchObject({ ok: true });
});

describe('in time', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  test('however many wait, the store is looked at every 10 ms at first and every 50 ms at last', async () => {
    const views = new FakeViews(at(10));
    const asked = reading(views);
    const waits = Array.from({ length: 100 }, () => asked.hosts({}, PAGE, { minPosition: at(11), waitS: 2 }));
    await jest.advanceTimersByTimeAsync(10);
    expect(views.looks).toBe(101);
    await jest.advanceTimersByTimeAsync(990);
    const inTheFirstSecond = views.looks - 100;
    expect(inTheFirstSecond).toBeGreaterThanOrEqual(20);
    expect(inTheFirstSecond).toBeLessThanOrEqual(25);
    // a newcomer is looked after sooner
    const newcomer = asked.hosts({}, PAGE, { minPosition: at(11), waitS: 1 });
    await jest.advanceTimersByTimeAsync(50);
    const { looks } = views;
    await jest.advanceTimersByTimeAsync(12);
    expect(views.looks).toBe(looks + 1);
    await jest.advanceTimersByTimeAsync(1000);
    expect((await Promise.all([...waits, newcomer])).some(({ ok }) => ok)).toBe(false);
  });

  test('nobody waits, nobody looks', async () => {
    const views = new FakeViews(at(10));
    const late = hosts(views, { minPosition: at(11), waitS: 0.03 });
    await jest.advanceTimersByTimeAsync(30);
    expect(await late).toMatchObject({ ok: false });
    const { looks } = views;
    await jest.advanceTimersByTimeAsync(60);
    expect([views.looks, jest.getTimerCount()]).toEqual([looks, 0]);
  });

  test('after the wait the answer names the position that the views have come to', async () => {
    const views = new FakeViews(at(10));
    const late = hosts(views, { minPosition: at(20), waitS: 1 });
    await jest.advanceTimersByTimeAsync(500);
    views.advance(at(15));
    await jest.advanceTimersByTimeAsync(500);
    expect(await late).toMatchObject({
      problem: { detail: expect.stringContaining('at position 15 and have not reached position 20') as string },
    });
  });

  test('a wait that the caller does not name is five seconds', async () => {
    const late = hosts(new FakeViews(at(10)), { minPosition: at(20) });
    let ended = false;
    void late.finally(() => (ended = true));
    await jest.advanceTimersByTimeAsync(4999);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(ended).toBe(true);
  });
});

test('reads that wait when a rebuild begins are answered with that reason', async () => {
  const views = new FakeViews(at(10));
  views.onLook = (look) => {
    if (look === 3) views.freshnessNow = undefined;
  };
  expect(await hosts(views, { minPosition: at(11) })).toMatchObject({
    problem: { code: 'not-caught-up', detail: expect.stringContaining('being rebuilt') as string, retryAfterS: 2 },
  });
});

test('a store that goes away ends every wait; later reads wait again', async () => {
  const views = new FakeViews(at(10));
  const asked = reading(views);
  views.onLook = (look) => {
    if (look === 3) throw new StoreUnavailable('views', 'pulled');
  };
  const waits = [1, 2].map(() => asked.hosts({}, PAGE, { minPosition: at(11) }));
  for (const end of await Promise.allSettled(waits)) {
    expect(end).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
  }
  views.onLook = (look) => {
    if (look === 5) views.advance(at(11));
  };
  expect(await asked.hosts({}, PAGE, { minPosition: at(11) })).toMatchObject({ ok: true });
});

test('Q: quests are waited for until none that the answer concerns is dirty below the position', async () => {
  const views = new FakeViews(at(10));
  views.questsNow = [questOf(4, 'open')];
  let rounds = 0;
  views.behind = () => (rounds += 1) < 3;
  const asked = reading(views);
  expect(await asked.quest(questId(4), { minPosition: at(9) })).toMatchObject({ ok: true });
  expect(views.argumentsOf('questsBehind')).toEqual([1, 2, 3].map(() => [7, 9n, [4]]));
  await asked.quests({ creator: ['ann'] }, QUESTS, { minPosition: at(9) });
  expect(views.argumentsOf('questsBehind').at(-1)).toEqual([7, 9n, null]);
  const before = views.behindAsked;
  await asked.quest(questId(4), {});
  await asked.questHosts(questId(4), {}, PAGE, { minPosition: at(9) });
  expect(views.behindAsked).toBe(before);
});

test('Q: quests that are not counted in time are named as pending', async () => {
  const views = new FakeViews(at(10));
  views.behind = () => true;
  const late = await reading(views).quests({}, QUESTS, { minPosition: at(9), waitS: 0.02 });
  expect(late).toMatchObject({
    problem: {
      code: 'not-caught-up',
      detail:
        'the views are at position 10, but the numbers of quests are not counted yet up to position 9: try again, or wait longer',
    },
  });
});

test('many that wait for quests ask once a round while none of them may pass', async () => {
  const views = new FakeViews(at(99));
  const asked = reading(views);
  let counted = 0n;
  views.behind = (position) => position > counted;
  const waits = Array.from({ length: 50 }, (_, index) =>
    asked.quests({}, QUESTS, { minPosition: at(90 - index) }).then(() => views.looks),
  );
  views.onLook = (look) => {
    if (look === 50 + 4) counted = 60n;
    if (look === 50 + 6) counted = 90n;
  };
  // first the reads that wait for 90…61, then those for 60…41
  expect(await Promise.all(waits)).toEqual([...Array<number>(30).fill(56), ...Array<number>(20).fill(54)]);
  // one as each came; one in each of three rounds; which 20 pass is found by halves; nothing new; so are the 30
  expect(views.behindAsked).toBe(50 + 3 + 6 + 1 + 6);
});
