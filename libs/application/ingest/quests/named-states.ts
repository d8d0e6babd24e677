/** Changing a small named state of Hermes' own (J7) by compare-and-set, until it went through. */
import { StoreUnavailable, type Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';

const MAX_TRIES = 12;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

/**
 * `change` gets the present value (undefined: not there yet) and answers the new one, or null to leave it as it is. It may
 * be called again, also where an earlier answer of its was stored without our knowing. Rejects with StoreUnavailable.
 */
export async function changeState(
  journal: Journal,
  name: string,
  change: (value: string | undefined) => string | null,
): Promise<void> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const state = await journal.readState(name);
    const value = change(state?.value);
    if (value === null) return;
    if ((await journal.writeState(name, value, state?.version ?? 0)) === 'written') return;
    await sleep(pauseMs(tries, PAUSES));
  }
  throw new StoreUnavailable('journal', `the state "${name}" could not be changed in ${MAX_TRIES} tries`);
}
