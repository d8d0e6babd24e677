/** From a command on a labor to its entry. Nothing is refused here: the fold decides its effect at its place (rule 13). */
import type { LaborCommandLogged } from './entries.js';

/** Where and when a command is logged. */
export type LaborCommandPlace = Pick<LaborCommandLogged, 'host' | 'labor' | 'recordedAt'>;

/** The commands on a labor, each an entry without its place and its principal. Logging an event is no command that the fold could refuse (rule 7). */
export type LaborCommand = Unplaced<LaborCommandLogged>;
type Unplaced<Entry> = Entry extends LaborCommandLogged ? Omit<Entry, keyof LaborCommandPlace | 'principal'> : never;

/** The entry to journal in the stream of the labor's host. */
export function laborEntry(command: LaborCommand, place: LaborCommandPlace): LaborCommandLogged {
  return { ...command, ...place };
}
