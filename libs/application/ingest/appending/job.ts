/** What a use case hands to the appender: entries for one stream, how far back a repeat of them can lie, and what became of them. */
import { START, type NewEntry, type Position } from '#contracts';

/**
 * How far back one of the entries may stand already (J1):
 * - `own`: nowhere; their UUIDs are new. Only what this process itself appended with unknown outcome is looked for.
 * - `keys`: among the host's last 64 events and as many more as the job has entries (rule 24).
 * - a number: among so many of the host's last events. Where the entry is found beyond those that `keys` means, its
 *   revision stays unknown.
 * - a position: after it (the steps of embarking: nothing was logged before the batch's acceptance; commands of a
 *   request with a key: nothing was written before its record).
 */
export type LookBack = 'own' | 'keys' | number | Position;

/** One entry of a job. The appender fills in the rest. */
export interface AppendItem {
  readonly entry: NewEntry;
  /** Bytes of its JSON. */
  readonly bytes: number;
  /** Where it stands in its stream; -1 until it is settled, and where that is not known. */
  revision: number;
  /** It stood there before anyone tried to append it for this job. */
  duplicate: boolean;
  /** It was in an append of unknown outcome: where it is found now, it is this job's doing. */
  tried: boolean;
}

/**
 * - `unavailable`: what is not settled is surely not stored.
 * - `unknown`: what is not settled may be stored.
 * - `too-large`: an entry is beyond the journal's limits.
 */
export interface AppendFailure {
  readonly kind: 'unavailable' | 'unknown' | 'too-large';
  readonly reason: string;
}

/** Jobs that are handed over one after another: where one fails, none that came after it is stored before it. */
export interface Sequence {
  /** Why the first one failed: nothing more is begun. */
  failure: AppendFailure | undefined;
}

export class AppendJob {
  readonly items: AppendItem[] = [];
  bytes = 0;
  /** Items before this index are settled: stored, or found stored. */
  settled = 0;
  /** Everything settled is visible from here on. */
  position: Position = START;
  /** Why the rest is not settled; undefined where all is, or while it is being tried. */
  failure: AppendFailure | undefined;
  /** Tries that came to nothing since something was settled. */
  tries = 0;
  /** One of the tries had an unknown outcome. */
  unsure = false;

  constructor(
    readonly stream: string,
    readonly lookBack: LookBack,
    readonly sequence?: Sequence,
  ) {}

  add(entry: NewEntry): AppendItem {
    const bytes = Buffer.byteLength(entry.json);
    const item: AppendItem = { entry, bytes, revision: -1, duplicate: false, tried: false };
    this.items.push(item);
    this.bytes += bytes;
    return item;
  }
}
