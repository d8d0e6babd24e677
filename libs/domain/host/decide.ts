/** From a command on a labor, or on a host, and from a line of an inventory to its entry. Nothing is refused here: the fold decides its effect at its place (rule 13). */
import type { HostCommandLogged, InventoryLogged, LaborCommandLogged } from './entries.js';

/** Where and when a command is logged. */
export type LaborCommandPlace = Pick<LaborCommandLogged, 'host' | 'labor' | 'recordedAt'>;

/** The commands on a labor, each an entry without its place and its principal. Logging an event is no command that the fold could refuse (rule 7). */
export type LaborCommand = Unplaced<LaborCommandLogged>;
type Unplaced<Entry> = Entry extends LaborCommandLogged ? Omit<Entry, keyof LaborCommandPlace | 'principal'> : never;

/** The entry to journal in the stream of the labor's host. */
export function laborEntry(command: LaborCommand, place: LaborCommandPlace): LaborCommandLogged {
  return { ...command, ...place };
}

/** The commands on a host itself, each as {@link LaborCommand} is of a labor. */
export type HostCommand = OfHost<HostCommandLogged>;
type OfHost<Entry> = Entry extends HostCommandLogged | InventoryLogged
  ? Omit<Entry, keyof HostCommandPlace | 'principal'>
  : never;
export type HostCommandPlace = Pick<HostCommandLogged, 'host' | 'recordedAt'>;

/** What an inventory says of a host, likewise. No client commands it but by importing the inventory. */
export type InventoryCommand = OfHost<InventoryLogged>;

/** The entry to journal in the host's stream. */
export function hostEntry(
  command: HostCommand | InventoryCommand,
  place: HostCommandPlace,
): HostCommandLogged | InventoryLogged {
  return { ...command, ...place };
}
