/** A wait ends once, whatever ends it: its time, its barrier, a store that is away. */
import { done } from '#contracts';
import { StoreUnavailable } from '#ports';
import { until } from '#testing';
import { WaitingReads, type ReadBarrier } from './read-barrier.js';
import { at } from './testing-documents.js';

const seen = { generation: 7, position: at(10), ageMs: 0 };

/** A barrier whose questions are answered by hand. */
function held(key: string) {
  const asked: { readonly answer: (behind: boolean) => void; readonly fail: (error: Error) => void }[] = [];
  const barrier: ReadBarrier = {
    key,
    behind: () => new Promise((answer, fail) => asked.push({ answer, fail })),
    pending: 'nothing is counted up to',
  };
  return { asked, barrier };
}

function waits() {
  const reads = new WaitingReads(() => Promise.resolve(done(seen)), { most: 4 });
  const join = (barrier: ReadBarrier, waitMs: number) =>
    reads.join({ minPosition: at(10), barrier, waitMs, holder: 'a', seen });
  return { reads, join };
}

test('a wait whose time is over while its barrier is asked gives its share back once', async () => {
  const { reads, join } = waits();
  const one = held('one');
  const first = join(one.barrier, 200);
  const second = join(one.barrier, 60_000);
  await until('the barrier is asked', () => one.asked.length === 1);
  expect(await first).toMatchObject({ problem: { code: 'not-caught-up' } });
  one.asked[0]!.answer(false);
  await until('the second is asked for', () => one.asked.length === 2);
  one.asked[1]!.answer(false);
  expect(await second).toEqual(done(seen));
  expect(reads.size).toBe(0);
  // three quarters of four places are one holder's, as at the beginning
  const others = [1, 2, 3].map(() => held('other'));
  const waiting = others.map(({ barrier }) => join(barrier, 50));
  expect(reads.size).toBe(3);
  expect(await join(held('more').barrier, 50)).toMatchObject({ problem: { code: 'overloaded' } });
  await Promise.all(waiting);
});

test('a barrier that cannot be asked ends its own waits, and no others', async () => {
  const { join } = waits();
  const broken = held('broken');
  const sound = held('sound');
  const first = join(broken.barrier, 60_000);
  const second = join(sound.barrier, 60_000);
  await until('both are asked', () => broken.asked.length === 1 && sound.asked.length === 1);
  broken.asked[0]!.fail(new StoreUnavailable('views', 'by plan'));
  await expect(first).rejects.toThrow('by plan');
  sound.asked[0]!.answer(false);
  expect(await second).toEqual(done(seen));
});
