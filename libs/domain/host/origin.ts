/** The origin of a command's effects. */
import type { HostCommandLogged, LaborCommandLogged, QuestEnded, QuestLaborsEnded } from './entries.js';
import type { Origin } from './state.js';

/** A command happens when it is recorded. */
export function originOf(
  { by, principal, recordedAt }: LaborCommandLogged | HostCommandLogged | QuestEnded | QuestLaborsEnded,
  note: string | null,
): Origin {
  return { at: recordedAt, by, principal: principal ?? null, note };
}
