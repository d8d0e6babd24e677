/** The relay: tails the journal from its stored place and publishes its entries on the feed (F3, F4). `createRelay` makes it. */
import type { Position } from '#contracts';

export interface Relay {
  /**
   * Looks whether the stored place (J6) and what the feed has kept (F5) are of this journal; throws {@link StartRefused} where
   * they are not. With `forget` such a place is given up instead, and the relay begins at the journal's head; such a feed is
   * emptied, unless it is another journal's, and who follows changes hears of a reset. Call it once, before {@link start}.
   */
  prepare(options: { readonly forget: boolean }): Promise<void>;
  /** Begins to publish and continues by itself: where a store goes away it retries, with growing pauses. */
  start(): void;
  /** Why it cannot relay, as a sentence; null where it can, where only the feed is away, and where another process relays. */
  notReady(): string | null;
  /** Why the feed takes nothing from it, as a sentence; null where it does. Entries are safe in the journal meanwhile. */
  withheld(): string | null;
  /** Up to where everything is published: position and number of that entry; null before it has begun. */
  place(): { readonly position: Position; readonly number: number } | null;
  /** Waits for the acknowledgements of published messages, stores its place, ends. */
  close(): Promise<void>;
}
