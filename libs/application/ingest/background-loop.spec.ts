/** The loop of work in the background: what cannot go on keeps nothing else waiting, and one process works at a time. */
import { StoreUnavailable } from '#ports';
import { until } from '#testing';
import { NoRoom } from './appending/no-room.js';
import { BackgroundLoop, type NextTurn, type Turned } from './background-loop.js';

const away = new StoreUnavailable('journal', 'by plan');
const WORDS = { waits: 'it waits', failed: 'it failed', lease: 'the lease' };

/** Each of `works` has turns, one after the other, while it is not held up and has more. */
function rig(works: Readonly<Record<string, () => Turned | Error>>, hasMore: (id: string) => boolean = () => true) {
  const turns: string[] = [];
  const said: string[] = [];
  const state = { isHeld: true, holds: 0, releases: 0, left: 0 };
  let queue: string[] = [];
  const task = {
    begin: () => {
      turns.push('round');
      queue = Object.keys(works).filter(hasMore);
      return Promise.resolve();
    },
    next: (isHeldUp: (id: string) => boolean): Promise<NextTurn<string> | undefined> => {
      const id = queue.shift();
      if (id === undefined || isHeldUp(id)) return Promise.resolve(undefined);
      const work = (): Promise<Turned> => {
        turns.push(id);
        const turned = works[id]!();
        if (turned instanceof Error) return Promise.reject(turned);
        if (hasMore(id)) queue.push(id);
        return Promise.resolve(turned);
      };
      return Promise.resolve({ id, work });
    },
    hasMore: () => queue.length > 0,
    leave: () => {
      state.left += 1;
    },
  };
  const lease = {
    hold: () => Promise.resolve(((state.holds += 1), state.isHeld)),
    release: () => Promise.resolve(void (state.releases += 1)),
  };
  const say = (level: string) => (message: string, fields?: object) => {
    said.push([level, message, ...Object.values(fields ?? {}).map(String)].join(': '));
  };
  const log = { info: say('info'), warn: say('warn'), error: say('error') };
  return { loop: new BackgroundLoop(task, { lease, log, words: WORDS }), turns, said, state };
}

test('what is held up is tried once in a round, keeps nothing else waiting, and is reported once', async () => {
  let [isAway, left] = [true, 0];
  const { loop, turns, said } = rig(
    { well: () => ((left -= 1), 'advanced'), broken: () => (isAway ? away : 'advanced') },
    (id) => id === 'broken' || left > 0,
  );
  loop.start();
  for (const round of [1, 2, 3]) {
    left = 3;
    loop.wake();
    await until(`round ${round}`, () => left === 0);
    expect(loop.problem).toContain('by plan');
  }
  const rounds = turns.join(' ').split('round').slice(1);
  expect(rounds.filter((round) => round.split('broken').length > 2)).toEqual([]);
  expect(turns.filter((id) => id === 'well')).toHaveLength(9);
  expect(said).toEqual([expect.stringMatching(/^warn: it waits: .*by plan/)]);
  isAway = false;
  await until('it goes on', () => loop.problem === null);
  await loop.close();
});

test('what failed for another reason than a store is an error; one that waits for something says nothing', async () => {
  const { loop, said } = rig({ waiting: () => 'held up', broken: () => new TypeError('a defect') });
  loop.start();
  await until('it is reported', () => said.length > 0);
  await loop.close();
  expect(said).toEqual(['error: it failed: TypeError: a defect']);
});

test('without the lease nothing is done; where there is no room the round is over, and nothing is reported', async () => {
  let isFull = false;
  const { loop, turns, said, state } = rig({
    first: () => (isFull ? new NoRoom('journal', 'full') : 'begun'),
    second: () => 'advanced',
  });
  state.isHeld = false;
  loop.start();
  await until('it asked twice', () => state.holds >= 2);
  expect([turns.filter((id) => id !== 'round'), state.left >= 1]).toEqual([[], true]);
  isFull = true;
  state.isHeld = true;
  await until('it tried twice', () => turns.filter((id) => id === 'first').length >= 2);
  expect([turns.includes('second'), loop.problem, said]).toEqual([false, null, []]);
  isFull = false;
  await until('both have turns', () => turns.includes('second'));
  await loop.close();
  expect(state.releases).toBe(1);
});

test('where nothing is left it lets the lease go and rests, until it is woken', async () => {
  let left = 1;
  const { loop, turns, state } = rig({ one: () => ((left -= 1), 'advanced') }, () => left > 0);
  loop.start();
  await until('it is done', () => state.releases === 1);
  left = 1;
  loop.wake();
  await until('it is done again', () => state.releases === 2, { limitMs: 2000 });
  await loop.close();
  expect(turns.filter((id) => id === 'one')).toHaveLength(2);
});
