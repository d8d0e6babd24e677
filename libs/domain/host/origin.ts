/** The origin of a command's effects. */
import type { EventLogged, HostEntry } from './entries.js';
import type { Origin } from './state.js';

/** A command happens when it is recorded. */
export function originOf({ by, principal, recordedAt }: Exclude<HostEntry, EventLogged>, note: string | null): Origin {
  return { at: recordedAt, by, principal: principal ?? null, note };
}
