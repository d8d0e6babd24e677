/** Publishes labors and quests as they change to a topic for other services. `createChangesPublisher` makes it. */

export interface ChangesPublisher {
  /** Begins to publish; where several processes do, one works, by a lease, and the others stand by. */
  start(): void;
  /** Why nothing is published at present, as a sentence; null where it is, or another process does. */
  withheld(): string | null;
  /** Stores how far it has come, and lets another process go on at once. */
  close(): Promise<void>;
}
