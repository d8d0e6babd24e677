/** Waits for a condition, with a limit. */
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 5;
const LIMIT_MS = 120_000;

/** Asks again until `condition` holds; throws an Error, naming `what`, after two minutes. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await pause(PAUSE_MS);
  }
}
