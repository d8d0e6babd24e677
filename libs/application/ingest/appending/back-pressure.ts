/**
 * Back-pressure of the views on tokens and addresses that log much. The journal takes entries several times as fast as projection shows them,
 * and the feed has one order: a read that waits for its own write waits for all that was logged before it. So who has
 * logged much that the views lack has no turn at the journal until they have shown some of it. Who logs little never
 * waits, nor does anybody where the views are away or do not move: logging does not need them.
 */
import { START, type Position } from '#contracts';
import { sleep, within } from '../../pauses.js';

export interface BackPressureLimits {
  /** A holder with fewer entries that the views lack has its turns. */
  readonly leastOfOne: number;
  /** Of all holders the views may lack this many entries, or as many as they have shown within `windowMs`, where that is more. */
  readonly leastOfAll: number;
  readonly windowMs: number;
  /** Nobody waits for views that have not moved for this time. */
  readonly stillMs: number;
  /** Between two looks at the views, while they lack something worth it; longer where they do not move. */
  readonly lookMs: number;
  readonly longestLookMs: number;
}

export const BACK_PRESSURE_LIMITS: BackPressureLimits = {
  leastOfOne: 250,
  leastOfAll: 1000,
  // a read that waits for its own write waits about as long
  windowMs: 500,
  stillMs: 2000,
  lookMs: 20,
  longestLookMs: 250,
};

export interface BackPressureParts {
  /** The position that the views have reached; undefined where they can show nothing now. Rejects where they are away. */
  readonly shown: () => Promise<Position | undefined>;
  readonly limits?: Partial<BackPressureLimits>;
}

/** Entries of one holder that the views lack, as far as is known here. */
interface Unshown {
  /** Also those on their way to the journal. */
  entries: number;
  /** In the journal's order: the entries up to each position, beyond those up to the one before. */
  readonly marks: Mark[];
}

interface Mark {
  position: Position;
  entries: number;
}

/** A mark stands for a hundredth of what the views lack of its holder, so that there are few of them. */
const MARKS = 100;

export class BackPressure {
  private readonly limits: BackPressureLimits;
  private readonly byHolder = new Map<string, Unshown>();
  private all = 0;
  private position = START;
  private movedMs = performance.now();
  /** What the views have shown of this process's entries in the last `windowMs`. */
  private lately: { readonly atMs: number; readonly entries: number }[] = [];
  private shownLately = 0;
  /** Entries that may be logged beyond the bound: half of what is shown, so that a long backlog shrinks and keeps nobody out. */
  private beyond = 0;
  private readonly closing = new AbortController();
  /** Whether the views have answered the last look. */
  private known = false;
  private looking = false;
  private asking: Promise<Position | undefined> | undefined;
  private released = (): void => undefined;

  constructor(private readonly parts: BackPressureParts) {
    this.limits = { ...BACK_PRESSURE_LIMITS, ...parts.limits };
  }

  /** Nobody waits any more: what is queued is logged. */
  close(): void {
    this.closing.abort();
    this.released();
  }

  /** `released` is called where holders may have their turn again. */
  onRelease(released: () => void): void {
    this.released = released;
  }

  /** Entries that were logged here and that the views lack, or that are on their way; 0 where they are too few to be looked after. */
  get unshown(): number {
    return this.all < this.limits.leastOfOne ? 0 : this.all;
  }

  /** Whether the holder has to wait with further entries. */
  holds(holder: string): boolean {
    return this.beyond <= 0 && this.isOver(holder);
  }

  /** The holder's entries are on their way: each is {@link logged} later, or {@link giveUp | given up}. */
  begin(holder: string, entries: number): void {
    if (this.isOver(holder)) this.beyond -= entries;
    const own = this.byHolder.get(holder) ?? { entries: 0, marks: [] };
    this.byHolder.set(holder, own);
    own.entries += entries;
    this.all += entries;
    if (this.all >= this.limits.leastOfOne && !this.looking) void this.look();
  }

  /** Of the entries begun, `entries` are in the journal, and shown by views that have reached `position`. */
  logged(holder: string, entries: number, position: Position): void {
    const own = this.byHolder.get(holder);
    if (own === undefined || entries === 0) return;
    const last = own.marks.at(-1);
    // batches may end in another order than they stand in
    const later = last !== undefined && last.position > position ? last.position : position;
    if (last === undefined || last.entries * MARKS > own.entries) own.marks.push({ position: later, entries });
    else {
      last.position = later;
      last.entries += entries;
    }
  }

  /** Of the entries begun, `entries` are not in the journal, or were there before. */
  giveUp(holder: string, entries: number): void {
    this.take(holder, entries);
  }

  private isOver(holder: string): boolean {
    const { leastOfOne, leastOfAll, stillMs } = this.limits;
    return (
      this.known &&
      this.all >= Math.max(leastOfAll, this.shownLately) &&
      (this.byHolder.get(holder)?.entries ?? 0) >= leastOfOne &&
      performance.now() - this.movedMs < stillMs &&
      !this.closing.signal.aborted
    );
  }

  /** Looks at the views as long as they lack something worth it. Never rejects. */
  private async look(): Promise<void> {
    const { leastOfOne, windowMs, lookMs, longestLookMs } = this.limits;
    this.looking = true;
    this.movedMs = performance.now();
    let pauseMs = lookMs;
    while (this.all >= leastOfOne && !this.closing.signal.aborted) {
      await sleep(pauseMs, this.closing.signal);
      // views that do not answer are not asked a second time, and time goes on
      this.asking ??= this.parts
        .shown()
        .catch(() => undefined)
        .finally(() => (this.asking = undefined));
      const position = await within(windowMs, this.asking);
      this.known = position !== undefined;
      const shown = position === undefined ? this.forget() : this.show(position);
      pauseMs = shown > 0 ? lookMs : Math.min(2 * pauseMs, longestLookMs);
      this.released();
    }
    this.looking = false;
  }

  /** Takes off what the views show now; answers how many entries that is. */
  private show(position: Position): number {
    const { windowMs, leastOfAll } = this.limits;
    const nowMs = performance.now();
    if (position > this.position) this.movedMs = nowMs;
    this.position = position;
    const shown = this.takeOff((mark) => mark.position <= position);
    this.beyond = Math.min(leastOfAll, Math.max(0, this.beyond) + Math.floor(shown / 2));
    this.lately = [...this.lately.filter(({ atMs }) => nowMs - atMs < windowMs), { atMs: nowMs, entries: shown }];
    this.shownLately = this.lately.reduce((sum, { entries }) => sum + entries, 0);
    return shown;
  }

  /** Of views that cannot be asked nothing is known. */
  private forget(): number {
    this.takeOff(() => true);
    return 0;
  }

  private takeOff(isShown: (mark: Mark) => boolean): number {
    let all = 0;
    for (const [holder, { marks }] of this.byHolder) {
      let entries = 0;
      for (let first = marks[0]; first !== undefined && isShown(first); first = marks[0]) {
        entries += first.entries;
        marks.shift();
      }
      this.take(holder, entries);
      all += entries;
    }
    return all;
  }

  private take(holder: string, entries: number): void {
    const own = this.byHolder.get(holder);
    if (own === undefined) return;
    own.entries -= entries;
    this.all -= entries;
    if (own.entries === 0) this.byHolder.delete(holder);
  }
}
