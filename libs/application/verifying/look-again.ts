/** R8: keys of two generations that projectors follow, looked at until both generations are at the same entry of each. */
import { MAX_STORED_HOSTS } from '#ports';
import { sleep } from '../pauses.js';

export interface Looks<K> {
  /** At most {@link MAX_STORED_HOSTS} of them. Answers those that must be looked at again. */
  readonly look: (keys: readonly K[]) => Promise<readonly K[]>;
  /** Asked before each look after {@link LOOKS}: false where what is left by then is left out. */
  readonly goesOn: () => boolean;
  /** Gets after each of those looks how many keys hold it up; 0 once none does. */
  readonly left: (keys: number) => void;
}

/** So often each key is looked at in any case, if need be: within some four seconds. */
const LOOKS = 7;
/** The first pause, which doubles, and the longest, unless a look takes longer: then the pause after it is as long as it was. */
const FIRST_PAUSE_MS = 60;
const LONGEST_PAUSE_MS = 2_000;
/** Keys that are looked at again. While there are more no further ones are read. */
const MOST_PENDING = 20_000;

/** Answers how many keys are left out. Memory is bounded by {@link MOST_PENDING} keys. Rejects with what `signal` gives where it aborts. */
export async function lookAtAll<K>(
  pages: AsyncIterable<readonly K[]>,
  looks: Looks<K>,
  signal: AbortSignal,
): Promise<number> {
  let pending: K[] = [];
  let leftOut = 0;
  for await (const keys of pages) {
    pending.push(...(await looks.look(keys)));
    if (pending.length <= MOST_PENDING) continue;
    const room = MOST_PENDING / 2;
    pending = await lookAgain(pending, room, looks, signal);
    if (pending.length <= room) continue;
    leftOut += pending.length;
    pending = [];
  }
  return leftOut + (await lookAgain(pending, 0, looks, signal)).length;
}

/** Looks until no more than `room` are left, or no more looks are wanted; answers these. */
async function lookAgain<K>(keys: K[], room: number, looks: Looks<K>, signal: AbortSignal): Promise<K[]> {
  let left = keys;
  let pauseMs = FIRST_PAUSE_MS;
  for (let nth = 2; left.length > room && (nth <= LOOKS || looks.goesOn()); nth += 1) {
    await sleep(pauseMs, signal);
    signal.throwIfAborted();
    const beganAtMs = performance.now();
    const again: K[] = [];
    for (const some of pagesOf(left)) again.push(...(await looks.look(some)));
    left = again;
    pauseMs = Math.max(Math.min(2 * pauseMs, LONGEST_PAUSE_MS), performance.now() - beganAtMs);
    if (nth >= LOOKS) looks.left(left.length > room ? left.length : 0);
  }
  return left;
}

function* pagesOf<K>(keys: readonly K[]): Generator<readonly K[]> {
  for (let begin = 0; begin < keys.length; begin += MAX_STORED_HOSTS) yield keys.slice(begin, begin + MAX_STORED_HOSTS);
}
