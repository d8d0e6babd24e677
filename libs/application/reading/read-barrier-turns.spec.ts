/** Barriers are asked in turns by holder: one that waits for many of them does not keep another's from being asked. */
import { done } from '#contracts';
import { until } from '#testing';
import { MAX_WAITING, WaitingReads, type ReadBarrier } from './read-barrier.js';
import { at } from './testing-documents.js';

const seen = { generation: 7, position: at(10_000), ageMs: 0 };

const stops: AbortController[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

/** Reads whose barriers' questions are noted, and answered by hand: one after the other, the oldest first. */
function watched() {
  const stop = new AbortController();
  stops.push(stop);
  const asked: string[] = [];
  const open: ((behind: boolean) => void)[] = [];
  const reads = new WaitingReads(() => Promise.resolve(done(seen)), { stopping: stop.signal });
  const join = (holder: string, key: string, minPosition = 10) => {
    const barrier: ReadBarrier = {
      key,
      behind: () => {
        asked.push(key);
        return new Promise((answer) => open.push(answer));
      },
      pending: 'nothing is counted up to',
    };
    return reads.join({ minPosition: at(minPosition), barrier, waitMs: 60_000, holder, seen });
  };
  return { asked, open, join };
}

/** Answers questions, as they come, until `over`. */
async function answerAll(
  { open }: { readonly open: ((behind: boolean) => void)[] },
  over: () => boolean,
  behind = true,
) {
  while (!over()) {
    open.shift()?.(behind);
    await new Promise(setImmediate);
  }
}

test('Q: a barrier of another holder is asked in its turn, however many one holder waits for', async () => {
  const all = watched();
  for (let index = 0; index < 500; index += 1) void all.join('script', `hosts ${index}`);
  const other = all.join('other', 'hosts of the other');
  await until('the first are asked', () => all.open.length > 0);
  await answerAll(all, () => all.asked.includes('hosts of the other'));
  expect(all.asked.indexOf('hosts of the other')).toBeLessThan(3);
  await answerAll(all, () => all.open.length === 0, false);
  expect(await other).toEqual(done(seen));
});

test('Q: who comes while barriers are asked does not wait until all of them have been', async () => {
  const all = watched();
  for (let index = 0; index < 500; index += 1) void all.join('script', `hosts ${index}`);
  await until('the first are asked', () => all.open.length > 0);
  void all.join('other', 'hosts of the other');
  await answerAll(all, () => all.asked.includes('hosts of the other'));
  expect(all.asked.length).toBeLessThan(100);
});

test('Q: each barrier of a holder is asked, also where it has more than are asked between two looks', async () => {
  const all = watched();
  for (let index = 0; index < 500; index += 1) void all.join('script', `hosts ${index}`);
  await answerAll(all, () => new Set(all.asked).size === 500);
  expect(all.asked).toHaveLength(500);
});

test('Q: reads that wait for the same thing take few questions, however many positions they wait for', async () => {
  const all = watched();
  const waits = Array.from({ length: (MAX_WAITING * 3) / 4 }, (_, index) => all.join('script', 'quests', index));
  await answerAll(all, () => all.asked.length > 0 && all.open.length === 0, false);
  expect(all.asked.length).toBeLessThanOrEqual(12);
  expect(await Promise.all(waits)).toHaveLength(750);
});
