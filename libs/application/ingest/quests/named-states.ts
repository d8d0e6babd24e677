/** Changing a small named state of Hermes' own (J7) by compare-and-set, until it went through. */
import { StoreUnavailable, type Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';

const MAX_TRIES = 12;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

/** Changes of one state that this process has begun: each waits for the one before, so that they don't defeat each other. */
const underway = new WeakMap<Journal, Map<string, Promise<void>>>();

/**
 * `change` gets the present value (undefined: not there yet) and answers the new one, or null to leave it as it is. It may
 * be called again, also where an earlier answer of its was stored without our knowing. Rejects with StoreUnavailable.
 */
export async function changeState(
  journal: Journal,
  name: string,
  change: (value: string | undefined) => string | null,
): Promise<void> {
  const changes = underway.get(journal) ?? new Map<string, Promise<void>>();
  underway.set(journal, changes);
  const before = changes.get(name) ?? Promise.resolve();
  const changed = before.then(() => compareAndSet(journal, name, change));
  const over = changed.catch(() => undefined);
  changes.set(name, over);
  try {
    await changed;
  } finally {
    if (changes.get(name) === over) changes.delete(name);
  }
}

async function compareAndSet(
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
