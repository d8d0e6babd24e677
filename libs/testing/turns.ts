/** How long others wait for their turn while something is worked on. */
import { setImmediate as turn } from 'node:timers/promises';

/** The law is 100 ms; a busy machine makes more of the same work. */
const LIMIT_MS = 250;
/** The least of some tries counts: what else the machine does only adds to one. */
const TRIES = 5;

/** `in turns` where no turn takes long, else the longest, of the best of some tries. */
export async function turnsOf(work: () => Promise<unknown>): Promise<string> {
  let longestMs = Infinity;
  for (let tries = 0; tries < TRIES && longestMs >= LIMIT_MS; tries += 1)
    longestMs = Math.min(longestMs, await longestOf(work));
  return longestMs < LIMIT_MS ? 'in turns' : `${Math.round(longestMs)} ms`;
}

/** The most by which `count` grows in one turn of the loop, until the work is over. */
export async function mostInATurn(count: () => number, work: () => Promise<unknown>): Promise<number> {
  const state = { ended: false };
  let [before, most] = [count(), 0];
  const working = work().finally(() => {
    state.ended = true;
  });
  while (!state.ended) {
    await turn();
    const now = count();
    [before, most] = [now, Math.max(most, now - before)];
  }
  await working;
  return most;
}

/** The most work, as time of the processor in milliseconds, between two turns. */
async function longestOf(work: () => Promise<unknown>): Promise<number> {
  const state = { ended: false };
  const working = work().finally(() => {
    state.ended = true;
  });
  let longest = 0;
  while (!state.ended) {
    const before = process.cpuUsage();
    await turn();
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
  }
  await working;
  return longest;
}
