/** F5: the newest of the messages that are read from the end of each partition, of each journal that is found among them. */
import type { Uuid } from '#contracts';
import { feedPlaceOf, type FeedMessage } from '#ports';

/** Holds at most one message for each one taken; how many these are is for the caller to bound. */
export class NewestMessages {
  private readonly byPartition = new Map<number, Map<Uuid, FeedMessage>>();

  /** Null: it cannot be read. Taken twice it is the same. */
  take(partition: number, message: FeedMessage | null): void {
    const byJournal = this.byPartition.get(partition) ?? new Map<Uuid, FeedMessage>();
    this.byPartition.set(partition, byJournal);
    if (message === null) return;
    const before = byJournal.get(message.journal);
    if (before === undefined || feedPlaceOf(message).position > feedPlaceOf(before).position)
      byJournal.set(message.journal, message);
  }

  /** Partitions of which something was taken, and nothing could be read. */
  get unreadable(): readonly number[] {
    return [...this.byPartition].filter(([, byJournal]) => byJournal.size === 0).map(([partition]) => partition);
  }

  /** Those of one partition are next to each other. Positions of two journals say nothing about each other: of each there is one. */
  get messages(): readonly FeedMessage[] {
    return [...this.byPartition.values()].flatMap((byJournal) => [...byJournal.values()]);
  }
}
