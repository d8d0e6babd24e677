/** Work beside the feed that a projector is given: it runs while a generation is followed, on the projector's own partitions. */
import type { QuestId } from '#domain';

/** What the work may know of the projector that it runs beside. */
export interface FollowedGeneration {
  readonly generation: number;
  /** Whether this projector owns the stream. */
  readonly owns: (stream: string) => boolean;
  /** To be called with quests whose parts it has changed: their numbers need a recount. */
  readonly touched: (quests: Iterable<QuestId>) => void;
}

export interface Beside {
  start(): void;
  /** Resolves once it has ended. */
  close(): Promise<void>;
}

export type MakeBeside = (of: FollowedGeneration) => Beside;
