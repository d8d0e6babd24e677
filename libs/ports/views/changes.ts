/**
 * What has changed in a generation that is served, for its followers. Each labor and quest that was written as published has
 * a place among the changes, `seenAt`: a reader that has read the progress before the write was visible finds the document at or
 * beyond the position that its partition had in that progress. So a reader that begins where the views were when it last read
 * misses nothing, with any number of writers, in any order; it meets some documents again. Only the newest write of a document has
 * a place.
 */
import type { Position, QuestDocument } from '#contracts';
import type { LaborId, QuestId } from '#domain';

/**
 * How a batch's documents are published. `live`: the stored progress of their partitions has not passed their entries, so that
 * `seenAt` is their position. `late`: it may have; `seenAt` is the greater of their position and the greatest progress when
 * they were written: a reader that knows how far it has read each partition finds there what no partition's progress announces.
 */
export type Publication = 'live' | 'late';

/** Where reading begins: behind the document `after` of that place, or with the first of it. */
export interface ChangesFrom<Id> {
  readonly seenAt: Position;
  readonly after: Id | null;
}

/** A labor that changed, without its document. */
export interface ChangedLabor {
  readonly id: LaborId;
  /** The document's. */
  readonly position: Position;
  /** The last position there can be while the store does not know it yet: shortly after a late write. */
  readonly seenAt: Position;
}

export interface ChangedQuest {
  readonly quest: QuestDocument;
  readonly seenAt: Position;
}

/** Changes of one generation, ascending by `seenAt`, then by id; at most `limit` in one call. */
export interface ChangesReader {
  changedLabors(generation: number, from: ChangesFrom<LaborId>, limit: number): Promise<readonly ChangedLabor[]>;
  changedQuests(generation: number, from: ChangesFrom<QuestId>, limit: number): Promise<readonly ChangedQuest[]>;
}
