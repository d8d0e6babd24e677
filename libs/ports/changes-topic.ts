/**
 * Labors and quests as they change, for services that follow a topic. A message is a thing as it is then, under the thing's own
 * key, so that a topic that is compacted keeps the newest of each. `changesTopicContract` in testing holds adapters to this.
 */
import type { Position, Uuid } from '#contracts';
import { StoreUnavailable } from './unavailable.js';

export interface ChangeMessage {
  /** `reset`: messages before it may not hold any more; it is about no single thing. */
  readonly kind: 'labor' | 'quest' | 'reset';
  /** Of the thing, among all kinds. */
  readonly key: string;
  /** UUID of the journal that it follows from (J6). */
  readonly journal: Uuid;
  /** Of the thing: of two messages about one, the greater is the newer. That of the views for a reset. */
  readonly position: Position;
  /** JSON. */
  readonly json: string;
}

/** Any message of the call that failed may have been taken, and none is taken any more: each was answered, or never sent. */
export class CallSettled extends StoreUnavailable {}

export interface ChangesTopic {
  /**
   * Resolves when all are acknowledged; those of one key keep their order. Throws StoreUnavailable; then any of them may have been
   * taken, and none is taken after {@link settledMs}, or from now on where it is a {@link CallSettled}.
   */
  publish(messages: readonly ChangeMessage[]): Promise<void>;
  /** In milliseconds: for so long after a call began it may put messages into the topic, whatever became of its process. */
  readonly settledMs: number;
  /** Refuses to publish from now on. May be called twice. */
  close(): Promise<void>;
}
