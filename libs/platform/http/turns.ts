/** Long work in turns with other requests: no request holds the event loop for long. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Steps } from '#contracts';

/** After so long others have their turn; a step of ours takes a few milliseconds more. */
const TURN_MS = 10;

export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  let endMs = performance.now() + TURN_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < endMs) continue;
    await turn();
    endMs = performance.now() + TURN_MS;
  }
}
