/**
 * The relay at work: one loop that waits for the journal's next entries or for the next tick, whichever comes first. Of all
 * processes that run a relay one works, by a lease; the others stand by.
 */
import { CATALOGUE_STREAM, type Position, type StoredEntry, type Uuid } from '#contracts';
import { StoreUnavailable, type Feed, type FeedMessage, type Journal } from '#ports';
import { Lease, LEASE_POLL_MS } from '../leases/lease.js';
import type { Log } from '../log.js';
import { pauseMs, sleep } from '../pauses.js';
import { Arrival } from './arrival.js';
import { MessageAccount } from './messages.js';
import { EMPTIED_HERE, makeOwnFeed, requireOwnFeed } from './own-feed.js';
import { BEGINNING, readPlace, RELAY_STATE, requirePlaceOf, writePlace, type RelayPlace } from './place.js';
import { StartRefused } from '../start-refused.js';
import type { Relay } from './relay.js';

export interface RelayParts {
  readonly journal: Journal;
  readonly feed: Feed;
  readonly log: Log;
  /** Resolves when what the journal has may be published, or `signal` aborts; at once where absent. */
  readonly whenOpen?: (signal: AbortSignal) => Promise<void>;
  /** This process, as leases know it. */
  readonly owner: Uuid;
  /**
   * When a quiet partition hears of what others got, in milliseconds: at most 50 (F4). Early, because a read that waits for a
   * position waits for all partitions; not at once, so that under load one round of ticks serves many entries.
   * {@link TICK_AFTER_MS} where absent, which suits a feed in this process.
   */
  readonly tickAfterMs?: number;
}

const BATCH_ENTRIES = 500;
const TICK_AFTER_MS = 5;
/** Silence means a dead relay (F4). */
const REPEAT_TICKS_MS = 1000;
/** How often the place is stored while entries come: entries after it are published once more after a crash. */
const STORE_PLACE_MS = 1000;
const PAUSES = { firstMs: 100, longestMs: 5000 };

export function createRelay(parts: RelayParts): Relay {
  return new RelayLoop(parts);
}

class RelayLoop implements Relay {
  private readonly ending = new AbortController();
  private begin: RelayPlace | 'count' = BEGINNING;
  private version = 0;
  /** Whether this relay is the one that works; whenever it becomes that, it resumes at the stored place. */
  private working = false;
  private readonly lease: Lease;
  private running: Promise<void> | undefined;
  private trouble: string | null = 'it has not begun';
  /** The feed's last error, until it takes something again: it does not keep clients from writing to the journal. */
  private refusal: { readonly error: unknown } | null = null;
  private account: MessageAccount | undefined;
  /** By `performance.now`, which never goes back. */
  private storedAtMs = -STORE_PLACE_MS;
  private storedPosition = BEGINNING.position;

  constructor(private readonly parts: RelayParts) {
    this.lease = new Lease({ journal: parts.journal, name: 'relay', owner: parts.owner });
  }

  async prepare({ forget }: { readonly forget: boolean }): Promise<void> {
    try {
      await this.requirePlace();
    } catch (error) {
      if (!forget || !(error instanceof StartRefused)) throw error;
      this.parts.log.warn('the place of the relay is given up', { why: error.message });
      this.begin = 'count';
    }
    if (forget) await makeOwnFeed(this.parts);
    else await requireOwnFeed(this.parts, EMPTIED_HERE);
  }

  private async requirePlace(): Promise<void> {
    const { journal } = this.parts;
    const stored = await readPlace(journal);
    if (stored !== undefined) await requirePlaceOf(journal, stored.place);
  }

  start(): void {
    this.running ??= this.run();
  }

  notReady(): string | null {
    return this.trouble;
  }

  withheld(): string | null {
    return this.refusal === null ? null : reasonOf(this.refusal.error);
  }

  place(): { readonly position: Position; readonly number: number } | null {
    return this.begin === 'count' || this.account === undefined || !this.working ? null : this.begin;
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  /** Until it is closed; after a failure again from the last acknowledged place. */
  private async run(): Promise<void> {
    const { signal } = this.ending;
    for (let failures = 0; !signal.aborted;) {
      try {
        // before all that it publishes: a tick at the end of what is not complete would have projectors read it
        if (this.begin === 'count') await this.parts.whenOpen?.(signal);
        if (this.isEnding()) break;
        if (!(await this.isOurs())) {
          this.trouble = null;
          this.refusal = null;
          await sleep(LEASE_POLL_MS, signal);
          continue;
        }
        const { journal, feed } = this.parts;
        if (this.begin === 'count') this.begin = await this.countToHead();
        // what it has published may be gone: nothing is said of it then
        else await requirePlaceOf(journal, this.begin);
        this.account = new MessageAccount(journal.identity, feed.partitions, this.begin);
        await this.publish(this.account.ticks('all'));
        failures = 0;
        this.trouble = null;
        await this.relay(this.account);
      } catch (error) {
        if (this.isEnding()) break;
        failures += 1;
        this.trouble = error === this.refusal?.error ? null : reasonOf(error);
        this.parts.log.error('the relay is stalled and will try again', { err: error });
        await sleep(pauseMs(failures, PAUSES), signal);
      }
    }
    try {
      await this.storePlace();
      await this.lease.release();
    } catch (error) {
      this.parts.log.warn('the relay could not store its place; some entries will be published once more', {
        err: error,
      });
    }
  }

  /** Whether this relay works now; one that begins to, begins at the place stored. */
  private async isOurs(): Promise<boolean> {
    if (!(await this.lease.hold())) {
      if (this.working) this.parts.log.info('another process relays now', {});
      this.working = false;
      return false;
    }
    if (!this.working) await this.resume();
    this.working = true;
    return true;
  }

  private async resume(): Promise<void> {
    const { journal } = this.parts;
    if (this.begin === 'count') {
      // the stored place was given up, and may be damaged
      this.version = (await journal.readState(RELAY_STATE))?.version ?? 0;
      return;
    }
    const stored = await readPlace(journal);
    this.version = stored?.version ?? 0;
    this.begin = stored?.place ?? BEGINNING;
    this.storedPosition = this.begin.position;
  }

  /** Publishes the subscription's entries, and ticks in between; `begin` moves with the acknowledgements. */
  private async relay(account: MessageAccount): Promise<void> {
    const subscribing = new AbortController();
    const stop = (): void => {
      subscribing.abort();
    };
    this.ending.signal.addEventListener('abort', stop);
    // an earlier abort fires no event any more
    if (this.isEnding()) stop();
    const entries = this.parts.journal
      .subscribe({ after: account.place.position, batchSize: BATCH_ENTRIES, signal: subscribing.signal })
      [Symbol.asyncIterator]();
    try {
      await this.follow(account, entries);
    } finally {
      this.ending.signal.removeEventListener('abort', stop);
      subscribing.abort();
      await entries.return?.();
    }
  }

  private async follow(account: MessageAccount, entries: AsyncIterator<readonly StoredEntry[]>): Promise<void> {
    let next = new Arrival(entries.next());
    let repeatAtMs = performance.now() + REPEAT_TICKS_MS;
    let quietAtMs: number | null = null;
    for (;;) {
      const untilMs = Math.max(0, Math.min(repeatAtMs, quietAtMs ?? repeatAtMs) - performance.now());
      const shown = await next.within(untilMs);
      // the other relay publishes the rest
      if (shown?.done === true || !(await this.isOurs())) return;
      if (shown !== undefined) {
        await this.publish(account.messagesOf(shown.value));
        quietAtMs ??= performance.now() + (this.parts.tickAfterMs ?? TICK_AFTER_MS);
        next = new Arrival(entries.next());
      }
      const now = performance.now();
      if (quietAtMs !== null && now >= quietAtMs) {
        await this.publish(account.ticks('behind'));
        quietAtMs = null;
      }
      if (now >= repeatAtMs) {
        await this.publish(account.ticks('all'));
        repeatAtMs = now + REPEAT_TICKS_MS;
      }
      if (now - this.storedAtMs >= STORE_PLACE_MS) await this.storePlace();
    }
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private async publish(messages: readonly FeedMessage[]): Promise<void> {
    if (messages.length > 0) {
      try {
        await this.orEnding(this.parts.feed.publish(messages));
        this.refusal = null;
      } catch (error) {
        this.refusal = { error };
        throw error;
      }
    }
    if (this.account !== undefined) this.begin = this.account.place;
  }

  /**
   * Waits for the feed, but not beyond the end: a full feed has no room until a consumer handles its messages, and at the end
   * none may. Unacknowledged entries are published again after the next start.
   */
  private async orEnding(published: Promise<void>): Promise<void> {
    const { signal } = this.ending;
    let stop: (() => void) | undefined;
    const ending = new Promise<never>((_, reject) => {
      stop = () => {
        reject(new Error('the relay is closed'));
      };
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
    });
    try {
      await Promise.race([published, ending]);
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
      published.catch(() => undefined);
    }
  }

  /** Where another relay has written in between, its place is true as well and is kept. */
  private async storePlace(): Promise<void> {
    if (!this.working || this.begin === 'count' || this.begin.position === this.storedPosition) return;
    const { journal } = this.parts;
    const place = this.begin;
    this.storedAtMs = performance.now();
    const version = await writePlace(journal, place, this.version);
    if (version !== undefined) {
      this.version = version;
      this.storedPosition = place.position;
      return;
    }
    const stored = await readPlace(journal);
    this.version = stored?.version ?? 0;
    this.storedPosition = stored?.place.position ?? BEGINNING.position;
  }

  /** The journal's end as a place from which the relay can continue. */
  private async countToHead(): Promise<RelayPlace> {
    const { journal } = this.parts;
    let place = BEGINNING;
    for (;;) {
      const page = await journal.readAll(place.position, journal.maxReadEntries);
      const last = page.at(-1);
      if (last === undefined || this.ending.signal.aborted) return place;
      place = {
        position: last.position,
        entryId: last.id,
        number: place.number + page.length,
        catalogueRevision: place.catalogueRevision + page.filter(({ stream }) => stream === CATALOGUE_STREAM).length,
      };
    }
  }
}

/** The part of a failure that is shown to operators; the log has the rest. */
function reasonOf(error: unknown): string {
  const isKnown = error instanceof StoreUnavailable || error instanceof StartRefused;
  return isKnown ? error.message : 'a defect keeps it from publishing; see the log';
}
