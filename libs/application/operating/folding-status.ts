/** How far a rebuild of the views is: for who rebuilds them, and who asks. */
import type { Position } from '#contracts';

/**
 * A replay cuts the journal by hosts (`splitting`), judges and loads it (`judging`), and makes indexes (`indexing`); what comes
 * after the end of the replay is read entry by entry (`following`), or everything where there is no replay. Beside a generation
 * that is served, the quests of the new one are counted then (`counting`), and the two are compared (`proving`).
 */
export type FoldingPhase = 'splitting' | 'judging' | 'indexing' | 'following' | 'counting' | 'proving';

export interface FoldingStatus {
  readonly generation: number;
  readonly phase: FoldingPhase;
  /** Up to which the phase has read the journal; its end where it reads it host by host. */
  readonly position: Position;
  /** Of the whole rebuild: 0 to 100, rounded down; null where the journal's length is not known. */
  readonly percent: number | null;
  /** The entries that the phase has done. */
  readonly entries: number;
  /** Of the phase, over its last 30 seconds. */
  readonly entriesPerS: number;
  /** Where the phase ends, as far as known. */
  readonly end: Position;
  /** Entries that were read so far, and those of them that were judged, and how many there are; null where not known. */
  readonly read: number;
  readonly judged: number;
  readonly total: number | null;
  /** At that speed; null where it does not move. */
  readonly secondsLeft: number | null;
  /** Hosts that were judged; null where they are not counted. */
  readonly hosts: number | null;
  /** Of the replay's files on the local disk. */
  readonly bytes: number;
}
