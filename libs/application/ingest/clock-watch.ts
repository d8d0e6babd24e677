/**
 * Whether this process's clock agrees with those of the others (R11): an instant means a place of the journal, and one clock that is
 * far ahead would hide what others record meanwhile. It looks at what is appended, now and then: an entry says when it was accepted,
 * by the clock of the process that accepted it.
 */
import { CLOCKS_APART_MS, type Position, type StoredEntry } from '#contracts';
import { msOfInstant } from '#domain';
import type { Journal } from '#ports';
import type { Clock } from '../clock.js';
import { sleep } from '../pauses.js';

export interface ClockWatchParts {
  readonly journal: Pick<Journal, 'head'>;
  readonly clock: Clock;
  /** Whether the entry there came with an import: it says when another Hermes recorded it. */
  readonly isImported: (position: Position) => boolean;
  /** `performance.now` where absent. */
  readonly monotonicMs?: () => number;
}

const LOOK_EVERY_MS = 1000;
/** An entry may have waited so long for the journal after it was accepted. */
const MOST_WAITING_MS = 60_000;
/** What was seen once counts for so long; where the clocks agree again, it ends by itself. */
const COUNTS_MS = 60_000;

export class ClockWatch {
  private last: Position | undefined;
  private lastLookMs = 0;
  private seen: { readonly atMs: number; readonly reason: string } | undefined;
  private readonly closing = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(private readonly parts: ClockWatchParts) {}

  start(): void {
    this.looking ??= this.lookAgainAndAgain();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.looking;
  }

  /** Why this process should take no events; null where the clocks agree, or nothing is appended that says otherwise. */
  notReady(): string | null {
    const { seen } = this;
    return seen === undefined || this.nowMs() - seen.atMs > COUNTS_MS ? null : seen.reason;
  }

  /** Only what was appended since the last look says something. Rejects as the journal does. */
  async look(): Promise<void> {
    const { journal, clock, isImported } = this.parts;
    const head = await journal.head();
    const [nowMs, before, beforeMs] = [clock.nowMs(), this.last, this.lastLookMs];
    [this.last, this.lastLookMs] = [head.position, nowMs];
    if (before === undefined || head.position === before || isImported(head.position)) return;
    const apart = apartOf(head, beforeMs, nowMs);
    if (apart !== undefined) this.seen = { atMs: this.nowMs(), reason: apart };
  }

  private async lookAgainAndAgain(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      // a journal that is away is reported by what needs it
      await this.look().catch(() => undefined);
      await sleep(LOOK_EVERY_MS, signal);
    }
  }

  private nowMs(): number {
    return (this.parts.monotonicMs ?? (() => performance.now()))();
  }
}

/** Of an entry that was appended between the two looks. */
function apartOf({ recordedAt }: StoredEntry, fromMs: number, toMs: number): string | undefined {
  const recordedMs = msOfInstant(recordedAt);
  const [ahead, behind] = [recordedMs - toMs, fromMs - MOST_WAITING_MS - recordedMs];
  if (ahead <= CLOCKS_APART_MS && behind <= CLOCKS_APART_MS) return undefined;
  const how = ahead > 0 ? `${seconds(ahead)} s ahead of` : `${seconds(fromMs - recordedMs)} s behind`;
  return `an entry was just recorded at ${recordedAt}, which is ${how} this machine's clock: see to the clocks of all machines that run an ingest`;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
