/** Long work of all requests shares the turns of the loop: however many there are, others wait for one piece of it. */
import { jest } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { mostInATurn } from '../testing/turns.js';
import type { Steps } from './steps.js';
import { eachInTurns, inTurns, mapInTurns, filterInTurns, turn as turnOfWork } from './turns.js';

/** The clock moves by what the steps take, and by nothing else. */
let nowMs = 0;

beforeEach(() => {
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Works of `steps` steps of `stepMs` each, all begun at once; the works whose steps were done in each turn of the loop. */
async function played(works: number, steps: number, stepMs: number): Promise<string[]> {
  const turns: string[] = [];
  let now = '';
  function* work(name: number): Steps<number> {
    for (let step = 0; step < steps; step += 1) {
      nowMs += stepMs;
      now += ` ${name}`;
      if (step < steps - 1) yield;
    }
    return name;
  }
  // what was before has its turn
  await turn();
  await turn();
  const state = { ended: false };
  const watching = (async () => {
    while (!state.ended) {
      await turn();
      if (now !== '') turns.push(now.trim());
      now = '';
    }
  })();
  const all = Promise.all(Array.from({ length: works }, (_, nth) => inTurns(work(nth)))).finally(() => {
    state.ended = true;
  });
  expect(await all).toEqual(Array.from({ length: works }, (_, nth) => nth));
  await watching;
  return turns;
}

/** Most items of a long list, of `itemMs` each, in one turn of the loop. */
async function turnsOfList(items: number, itemMs: number): Promise<number> {
  let done = 0;
  return mostInATurn(
    () => done,
    () =>
      eachInTurns(Array<null>(items).fill(null), () => {
        nowMs += itemMs;
        done += 1;
      }),
  );
}

test('of twenty works at once, one has a piece in each turn of the loop, and none is passed over', async () => {
  const turns = await played(20, 3, 10);
  expect(turns.filter((pieces) => pieces.includes(' '))).toEqual([]);
  const names = Array.from({ length: 20 }, (_, nth) => String(nth));
  expect(turns.toSorted()).toEqual(names.flatMap((name) => [name, name, name]).toSorted());
  // a work that has come and one that goes on have a piece each in two turns
  const firsts = names.map((name) => turns.indexOf(name));
  firsts.forEach((first, nth) => {
    expect(first).toBeLessThanOrEqual(2 * nth + 1);
  });
});

test('short work that comes beside long works is done with the next two pieces, and they go on beside it', async () => {
  let pieces = 0;
  function* work(steps: number): Steps<number> {
    for (let step = 0; step < steps; step += 1) {
      nowMs += 10;
      pieces += 1;
      if (step < steps - 1) yield;
    }
    return pieces;
  }
  const long = Array.from({ length: 20 }, () => inTurns(work(10)));
  // the long ones have begun
  while (pieces < 60) await turn();
  const waits: number[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    const before = pieces;
    waits.push((await inTurns(work(1))) - before);
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(2);
  await Promise.all(long);
  expect(pieces).toBe(20 * 10 + 20);
});

test('works that keep coming do not keep a long one from going on', async () => {
  function* work(steps: number): Steps<void> {
    for (let step = 1; step <= steps; step += 1) {
      nowMs += 10;
      if (step < steps) yield;
    }
  }
  const state = { isDone: false };
  const long = inTurns(work(10)).then(() => {
    state.isDone = true;
  });
  let come = 0;
  while (!state.isDone && come < 100) {
    // two at a time wait: there is always one that has just come
    come += 2;
    await Promise.all([inTurns(work(1)), inTurns(work(1))]);
  }
  expect(come).toBeLessThan(30);
  await long;
});

test('short pieces share a turn', async () => {
  const turns = await played(3, 3, 3);
  expect(turns.map((pieces) => pieces.split(' ').length)).toEqual([4, 4, 1]);
});

test('however small the steps of works are, each has as many as begin in its piece, and no turn has more than its pieces', async () => {
  const turns = await played(2, 40, 0.5);
  const pieces = turns.map((done) => done.replaceAll(/(\d)(?: \1)*/g, '$1').split(' ').length);
  const steps = turns.map((done) => done.split(' ').length);
  expect(Math.max(...pieces)).toBe(5);
  expect([Math.max(...steps), steps.reduce((sum, one) => sum + one, 0)]).toEqual([20, 80]);
});

test('the items of a long list whose work takes long do not share a piece', async () => {
  const turns = await turnsOfList(200, 15);
  expect(turns).toBe(1);
});

test('work that fails, fails for itself', async () => {
  const failing = inTurns(
    (function* (): Steps<never> {
      yield;
      throw new Error('no');
    })(),
  );
  const other = inTurns(
    (function* (): Steps<string> {
      yield;
      return 'yes';
    })(),
  );
  await expect(failing).rejects.toThrow('no');
  expect(await other).toBe('yes');
});

test('pieces that wait for something have a turn of the loop each, one work after the other', async () => {
  const turns: string[] = [];
  let now = '';
  await turn();
  await turn();
  const state = { ended: false };
  const watching = (async () => {
    while (!state.ended) {
      await turn();
      if (now !== '') turns.push(now.trim());
      now = '';
    }
  })();
  const work = async (name: string): Promise<void> => {
    for (let piece = 0; piece < 3; piece += 1) {
      await turnOfWork();
      now += ` ${name}`;
    }
  };
  await Promise.all(['a', 'b', 'c'].map(work));
  state.ended = true;
  await watching;
  expect(turns.join(' ').split(' ')).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  expect(turns.filter((pieces) => pieces.includes(' '))).toEqual([]);
});

test('a long list is worked on in order and in turns; a short one at once, also where others stand in the line', async () => {
  const seen: number[] = [];
  const items = Array.from({ length: 1000 }, (_, nth) => nth);
  const long = eachInTurns(items, (item, index) => {
    expect(index).toBe(item);
    nowMs += 1;
    seen.push(item);
  });
  const begun = seen.length;
  expect(begun).toBeLessThan(items.length);
  const short: number[] = [];
  const other = eachInTurns([1, 2, 3], (item) => short.push(item));
  expect([short, seen.length]).toEqual([[1, 2, 3], begun]);
  await Promise.all([long, other]);
  expect(seen).toEqual(items);
  expect(await mapInTurns(items, (item, index) => item + index)).toEqual(items.map((item) => 2 * item));
  expect(await filterInTurns(items, (item) => item % 2 === 1)).toEqual(items.filter((item) => item % 2 === 1));
  const failing = eachInTurns(items, (item) => {
    if (item === 999) throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
});
