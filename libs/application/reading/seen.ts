/** What one read sees of the views (Q): which generation, and how fresh it is. Read once per request, before the data. */
import {
  DOCUMENTS_VERSION,
  done,
  failed,
  START,
  viewsPosition,
  type AsOf,
  type Continued,
  type Outcome,
  type PartitionProgress,
  type Position,
} from '#contracts';
import type { ViewsFreshness } from '#ports';

export interface Seen {
  readonly generation: number;
  /** The least of all partitions' progress. */
  readonly position: Position;
  /** Time since the partition that was last heard longest ago was heard without a hole (see heartbeats.ts). */
  readonly ageMs: number;
  /** The moment of the past that is read, where one was asked for (R11). */
  readonly asOf?: AsOf;
}

/** What a look at the views finds. */
export interface Looked extends Seen {
  /** Of each partition. */
  readonly progress: readonly PartitionProgress[];
  /** Where followers of the generation before go on (R14); absent where they begin with a reset. */
  readonly continued?: Continued;
}

/** Seconds after which a read is worth another try while views are being rebuilt. */
const FOLDING_RETRY_S = 2;

/** `not-caught-up` where there is nothing that this version of Hermes may show. `ageMs` answers how old such progress is. */
export function seenOf(
  freshness: ViewsFreshness | undefined,
  ageMs: (generation: number, progress: readonly PartitionProgress[]) => number,
): Outcome<Looked> {
  if (freshness === undefined) return rebuilding('the views are being rebuilt from the journal');
  const { generation } = freshness;
  // one of another fold is read like any, and is as old as its age says: its successor is being made
  if (generation.documentsVersion !== DOCUMENTS_VERSION) {
    return rebuilding('the views are of another version of Hermes and are being rebuilt');
  }
  const progress = freshness.progress.filter(({ partition }) => partition < generation.partitions);
  const position = viewsPosition(progress);
  if (position === undefined || progress.length < generation.partitions) {
    return rebuilding(
      `the views have the progress of only ${progress.length} of their ${generation.partitions} partitions`,
    );
  }
  const { number, continued } = generation;
  return done({
    ...{ generation: number, position, ageMs: ageMs(number, progress), progress },
    ...(continued && { continued }),
  });
}

/** A position in a sentence: there is no number for the place before every entry. */
export function placeOf(position: Position): string {
  return position > START ? `position ${position}` : "the journal's beginning";
}

function rebuilding(what: string): Outcome<never> {
  return failed({ code: 'not-caught-up', detail: `${what}: try again shortly`, retryAfterS: FOLDING_RETRY_S });
}
