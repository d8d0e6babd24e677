/** Changing a small named state of Hermes' own (J7) by compare-and-set, until it went through. A state holds JSON. */
import { StoreUnavailable, type Journal, type StateOptions } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';

const MAX_TRIES = 12;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

/** A state as it was seen. */
export interface StateSeen<T> {
  /** Undefined where there was none. */
  readonly value: T | undefined;
  /** 0 where there was none. After the write of one whose predecessor had expired it may be too low: then the next write looks again. */
  readonly version: number;
}

/**
 * `change` gets the present value and answers the new one, or undefined to leave it as it is. It may be called again, also
 * where an earlier answer of its was stored without our knowing. Answers what stands then. `seen` saves the first read: a
 * state that is another by now is read. Rejects with StoreUnavailable.
 */
export async function changeState<T>(
  journal: Pick<Journal, 'readState' | 'writeState'>,
  name: string,
  change: (present: T | undefined) => T | undefined,
  { seen, ...options }: StateOptions & { readonly seen?: StateSeen<T> } = {},
): Promise<StateSeen<T>> {
  let present = seen ?? (await readState<T>(journal, name));
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const value = change(present.value);
    if (value === undefined) return present;
    const outcome = await journal.writeState(name, JSON.stringify(value), present.version, options);
    if (outcome === 'written') return { value, version: present.version + 1 };
    // what the caller had seen is no other's change
    if (tries > 1 || seen === undefined) await sleep(pauseMs(tries, PAUSES));
    present = await readState<T>(journal, name);
  }
  throw new StoreUnavailable('journal', `the state "${name}" could not be changed in ${MAX_TRIES} tries`);
}

export async function readState<T>(journal: Pick<Journal, 'readState'>, name: string): Promise<StateSeen<T>> {
  const state = await journal.readState(name);
  return state === undefined
    ? { value: undefined, version: 0 }
    : { value: JSON.parse(state.value) as T, version: state.version };
}
