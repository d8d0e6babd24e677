/**
 * The publisher at work: a follower of all changes, as a client of `GET /changes` is one, whose place is kept in a named state
 * of the journal. Changes that the topic has not acknowledged are published again. It holds nobody up: projection does not know
 * of it, and where the topic is slower than the changes, it resumes from its place.
 */
import type { Uuid } from '#contracts';
import {
  CallSettled,
  StoreUnavailable,
  type ChangeMessage,
  type ChangesTopic,
  type Journal,
  type ViewsReader,
} from '#ports';
import type { Clock } from '../clock.js';
import { Lease, LEASE_POLL_MS } from '../leases/lease.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { pauseMs, sleep } from '../pauses.js';
import { textOfPlace } from '../reading/changes/change.js';
import { ChangesFollowed } from '../reading/changes/changes.js';
import { ReadContext } from '../reading/read-context.js';
import { RESET_KEY } from './messages.js';
import { Outlet, type Lot } from './outlet.js';
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
/** How often the place is stored while changes come: those after it are published once more after a crash. */
const STORE_PLACE_MS = 1000;
/** Messages and bytes of one call: the lease is looked at between two calls, and an acknowledgement has only so long. */
const SENT_AT_ONCE = 250;
const SENT_BYTES = 2_097_152;
/** How long it waits for changes before it renews the lease. */
const IDLE_MS = 500;
const PAUSES = { firstMs: 100, longestMs: 5000 };
const WITHHELD = 'changes are not published';

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
  /** Until then what it has sent without an acknowledgement may still be put into the topic, behind what is sent meanwhile. */
  private settledAtMs = Number.NEGATIVE_INFINITY;
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
    const { readyAtMs, settledAtMs, trouble } = this;
    const waitMs = readyAtMs === null ? 0 : Math.max(readyAtMs, settledAtMs) - this.nowMs();
    if (readyAtMs === null || waitMs <= 0) return trouble;
    const what = settledAtMs > readyAtMs ? 'that it sent and that was not acknowledged' : 'of the process before it';
    const why = `messages ${what} may still come, and it goes on behind them, in ${Math.ceil(waitMs / 1000)} s`;
    return trouble === null ? `${WITHHELD}: ${why}` : `${trouble}; ${why}`;
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
          if (this.readyAtMs === null) this.trouble = null;
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
    // the next one waits until this has settled only where the lease was not given back
    if (this.nowMs() < this.settledAtMs) return;
    await this.lease.release().catch((error: unknown) => {
      log.warn('the lease of publishing changes could not be given back; it ends by itself', { err: error });
    });
  }

  /**
   * Whether it may send. What a former holder has sent, or it has itself and it failed, comes before what is sent next, or a
   * compacted topic would keep the older of two.
   */
  private async isOurs(): Promise<boolean> {
    if (!(await this.lease.hold())) {
      this.readyAtMs = null;
      return false;
    }
    this.readyAtMs ??= this.nowMs() + (this.lease.isTakenOver ? this.parts.topic.settledMs : 0);
    return this.nowMs() >= Math.max(this.readyAtMs, this.settledAtMs);
  }

  /** From the place stored until the lease is lost, too much waits, or the end. Throws where changes cannot be read. */
  private async publish(): Promise<void> {
    const { journal } = this.parts;
    const place = await StoredPlace.read(journal, this.nowMs);
    const outlet = new Outlet(journal.identity);
    const following = await this.changes.follow({ question: {}, from: place.text, holder: RESET_KEY }, outlet);
    if (!following.ok) throw new Refused(following.problem.detail);
    try {
      while (outlet.why === null) {
        const lots = await outlet.next(IDLE_MS);
        if (!(await this.send(lots)) || !(await place.move(lots))) return;
        // without a place it has perhaps only begun, and cannot go on
        if (lots.some((lot) => lot.place !== null)) this.trouble = null;
      }
      if (outlet.why === 'unavailable') throw new Refused('the views could not be read');
    } finally {
      following.value.leave();
      await place.store();
    }
  }

  /** Resolves when the topic has acknowledged all of them; false where the lease is lost. */
  private async send(lots: readonly Lot[]): Promise<boolean> {
    const { topic, meters = noMeters } = this.parts;
    for (const messages of callsOf(lots.flatMap((lot) => lot.messages))) {
      if (!(await this.isOurs())) return false;
      const begunAtMs = this.nowMs();
      try {
        if (messages.length > 0) await topic.publish(messages);
      } catch (error) {
        if (!(error instanceof CallSettled)) this.settledAtMs = begunAtMs + topic.settledMs;
        throw error;
      }
      meters.changesPublished(messages.length);
    }
    return true;
  }
}

/** At least one, in which there may be nothing. */
function* callsOf(messages: readonly ChangeMessage[]): Generator<readonly ChangeMessage[], void> {
  let call: ChangeMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const length = Buffer.byteLength(message.json);
    if (call.length > 0 && (call.length >= SENT_AT_ONCE || bytes + length > SENT_BYTES)) {
      yield call;
      [call, bytes] = [[], 0];
    }
    call.push(message);
    bytes += length;
  }
  yield call;
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
  async move(lots: readonly Lot[]): Promise<boolean> {
    const last = lots.findLast(({ place }) => place !== null)?.place ?? null;
    if (last !== null) this.text = textOfPlace(last);
    const isDue = this.nowMs() - this.storedAtMs >= STORE_PLACE_MS || lots.some(({ reset }) => reset);
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

/**
 * The process that publishes next begins with a reset: what was published, perhaps before the journal was put back from a copy without
 * any place, may be of entries that it does not hold. A process that publishes at present gives up its place as well. Throws
 * StoreUnavailable, also where it is not known.
 */
export async function giveUpChanges(journal: Pick<Journal, 'readState' | 'writeState'>): Promise<void> {
  for (let tries = 0; tries < GIVE_UP_TRIES; tries += 1) {
    const { version = 0 } = (await journal.readState(CHANGES_STATE)) ?? {};
    const outcome = await journal.writeState(CHANGES_STATE, JSON.stringify({ place: NO_PLACE }), version);
    if (outcome === 'written') return;
  }
  throw new StoreUnavailable('journal', 'the place of the changes could not be given up');
}

/** A process that publishes writes its place about once a second. */
const GIVE_UP_TRIES = 5;
/** A text that is no place begins with a reset, as for every follower. */
const NO_PLACE = '';

function placeIn(value: string): string {
  try {
    const { place } = JSON.parse(value) as { readonly place?: unknown };
    return typeof place === 'string' ? place : NO_PLACE;
  } catch {
    return NO_PLACE;
  }
}

class Refused extends Error {}

function reasonOf(error: unknown): string {
  const known = error instanceof StoreUnavailable || error instanceof Refused;
  return `${WITHHELD}: ${known ? error.message : 'the log says why'}`;
}
