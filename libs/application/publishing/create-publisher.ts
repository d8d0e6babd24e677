/**
 * The publisher at work: a follower of all changes, as a client of `GET /changes` is one, whose place is kept in a named state
 * of the journal. Changes that the topic has not acknowledged are published again. It holds nobody up: projection does not know
 * of it, and where the topic is slower than the changes, it resumes from its place.
 */
import type { Uuid } from '#contracts';
import { StoreUnavailable, type ChangeMessage, type ChangesTopic, type Journal, type ViewsReader } from '#ports';
import type { Clock } from '../clock.js';
import { Lease, LEASE_POLL_MS } from '../leases/lease.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { pauseMs, sleep } from '../pauses.js';
import { presentChange, textOfPlace, type Change, type Notice } from '../reading/changes/change.js';
import { ChangesFollowed } from '../reading/changes/changes.js';
import { ReadContext } from '../reading/read-context.js';
import { Outlet } from './outlet.js';
import type { ChangesPublisher } from './publisher.js';

export interface ChangesPublisherParts {
  readonly journal: Pick<Journal, 'identity' | 'readState' | 'writeState'>;
  readonly views: ViewsReader;
  readonly topic: ChangesTopic;
  readonly clock: Clock;
  readonly log: Log;
  /** This process, as leases know it. */
  readonly owner: Uuid;
  readonly meters?: Pick<Meters, 'changesPublished'>;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: () => number;
}

/** The named state of its place. */
export const CHANGES_STATE = 'changes';
/** The key of a message that is about no single thing: no labor and no quest is called so. */
export const RESET_KEY = 'reset';
/** How often the place is stored while changes come: those after it are published once more after a crash. */
const STORE_PLACE_MS = 1000;
/** Messages of one call: the lease is looked at between two calls. */
const SENT_AT_ONCE = 250;
/** How long it waits for changes before it renews the lease. */
const IDLE_MS = 500;
const PAUSES = { firstMs: 100, longestMs: 5000 };

export function createChangesPublisher(parts: ChangesPublisherParts): ChangesPublisher {
  return new PublisherLoop(parts);
}

class PublisherLoop implements ChangesPublisher {
  private readonly ending = new AbortController();
  private readonly lease: Lease;
  private readonly changes: ChangesFollowed;
  private running: Promise<void> | undefined;
  private trouble: string | null = null;
  /** While it holds the lease: from when on it publishes. */
  private readyAtMs: number | null = null;
  private readonly nowMs: () => number;

  constructor(private readonly parts: ChangesPublisherParts) {
    const { journal, views, clock, log, owner, monotonicMs = () => performance.now() } = parts;
    this.nowMs = monotonicMs;
    this.lease = new Lease({ journal, name: 'changes', owner, nowMs: monotonicMs });
    const context = new ReadContext(views, clock, 0);
    this.changes = new ChangesFollowed(context, { most: 1, log, stopping: this.ending.signal });
  }

  start(): void {
    this.running ??= this.run();
  }

  withheld(): string | null {
    return this.trouble;
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const { log } = this.parts;
    for (let failures = 0; !signal.aborted;) {
      try {
        if (!(await this.isOurs())) {
          this.trouble = null;
          await sleep(LEASE_POLL_MS, signal);
          continue;
        }
        await this.publish();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.trouble = reasonOf(error);
        if (failures === 1) log.warn('changes are not published; it will be tried again', { err: error });
        await sleep(pauseMs(failures, PAUSES), signal);
      }
    }
    await this.lease.release().catch((error: unknown) => {
      log.warn('the lease of publishing changes could not be given back; it ends by itself', { err: error });
    });
  }

  /** What a former holder has sent comes before what is sent from here, or a compacted topic would keep the older of two. */
  private async isOurs(): Promise<boolean> {
    if (!(await this.lease.hold())) {
      this.readyAtMs = null;
      return false;
    }
    this.readyAtMs ??= this.nowMs() + (this.lease.isTakenOver ? this.parts.topic.settledMs : 0);
    return this.nowMs() >= this.readyAtMs;
  }

  /** From the place stored until the lease is lost, too much waits, or the end. */
  private async publish(): Promise<void> {
    const place = await StoredPlace.read(this.parts.journal, this.nowMs);
    const outlet = new Outlet();
    const following = await this.changes.follow({ question: {}, from: place.text, holder: RESET_KEY }, outlet);
    if (!following.ok) throw new Refused(following.problem.detail);
    try {
      while (!outlet.isOver) {
        const notices = await outlet.next(IDLE_MS);
        if (!(await this.send(notices))) return;
        this.trouble = null;
        if (!(await place.move(notices))) return;
      }
    } finally {
      following.value.leave();
      await place.store();
    }
  }

  /** Resolves when the topic has acknowledged all of them; false where the lease is lost. */
  private async send(notices: readonly Notice[]): Promise<boolean> {
    const { topic, meters = noMeters } = this.parts;
    const messages = notices.flatMap((notice) => this.messagesOf(notice));
    for (let start = 0; start === 0 || start < messages.length; start += SENT_AT_ONCE) {
      if (!(await this.isOurs())) return false;
      const some = messages.slice(start, start + SENT_AT_ONCE);
      if (some.length > 0) await topic.publish(some);
      meters.changesPublished(some.length);
    }
    return true;
  }

  private messagesOf({ reset, changes, place }: Notice): readonly ChangeMessage[] {
    const { identity: journal } = this.parts.journal;
    const messages = changes.map((change): ChangeMessage => {
      const { kind, position } = change;
      return { kind, key: keyOf(change), journal, position, json: JSON.stringify(presentChange(change)) };
    });
    if (!reset || place === null) return messages;
    const json = JSON.stringify({ position: String(place.position) });
    return [{ kind: 'reset', key: RESET_KEY, journal, position: place.position, json }, ...messages];
  }
}

/** The place to resume from: the stored one, and the one that must be stored next. */
class StoredPlace {
  private storedAtMs = -STORE_PLACE_MS;

  private constructor(
    private readonly journal: ChangesPublisherParts['journal'],
    private readonly nowMs: () => number,
    /** Null where nothing was published before: from now on. */
    public text: string | null,
    private stored: string | null,
    private version: number,
  ) {}

  static async read(journal: ChangesPublisherParts['journal'], nowMs: () => number): Promise<StoredPlace> {
    const state = await journal.readState(CHANGES_STATE);
    const text = state === undefined ? null : placeIn(state.value);
    return new StoredPlace(journal, nowMs, text, text, state?.version ?? 0);
  }

  /** All of them are acknowledged. False where another process publishes. */
  async move(notices: readonly Notice[]): Promise<boolean> {
    const last = notices.findLast(({ place }) => place !== null)?.place ?? null;
    if (last !== null) this.text = textOfPlace(last);
    const isDue = this.nowMs() - this.storedAtMs >= STORE_PLACE_MS || notices.some(({ reset }) => reset);
    return isDue ? this.store() : true;
  }

  /** False where another process has stored one, or it is not known. */
  async store(): Promise<boolean> {
    const { text } = this;
    if (text === null || text === this.stored) return true;
    const written = await this.journal.writeState(CHANGES_STATE, JSON.stringify({ place: text }), this.version);
    if (written !== 'written') return false;
    this.version += 1;
    this.stored = text;
    this.storedAtMs = this.nowMs();
    return true;
  }
}

/** A text that is no place begins with a reset, as for every follower. */
function placeIn(value: string): string {
  try {
    const { place } = JSON.parse(value) as { readonly place?: unknown };
    return typeof place === 'string' ? place : '';
  } catch {
    return '';
  }
}

class Refused extends Error {}

function keyOf(change: Change): string {
  return change.kind === 'labor' ? change.labor.labor.id : String(change.quest.id);
}

function reasonOf(error: unknown): string {
  const known = error instanceof StoreUnavailable || error instanceof Refused;
  return `changes are not published: ${known ? error.message : 'the log says why'}`;
}
