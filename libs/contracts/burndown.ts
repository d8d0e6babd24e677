/**
 * How much of a quest was open at which time (rule 20): the sum of the times for which its labors were open in it, by minute,
 * hour or day. It follows from the journal alone, and never from when somebody looked.
 */
import type { Instant, QuestId, TypeName } from '#domain';
import { hasForgottenStays, staysOf, type Staying } from './documents/index.js';
import type { Position } from './position.js';

/** From the shortest to the longest, in milliseconds (UTC). */
export const BUCKETS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type Bucket = keyof typeof BUCKETS_MS;
export const BUCKETS = Object.keys(BUCKETS_MS) as readonly Bucket[];

/** At most this many buckets, the newest: as many as a page may have items. */
export const MAX_BUCKETS = 1000;

export interface BurndownQuestion {
  readonly quest: QuestId;
  /** What later entries did is left out, so that all of it shows one moment, whatever is written meanwhile. */
  readonly upTo: Position;
  /** Null: the shortest of which {@link MAX_BUCKETS} hold all of it. */
  readonly bucket: Bucket | null;
}

/** By how much more of a type was open at the end of a bucket than at its beginning; negative: less. */
export interface BurndownChange {
  /** When the bucket begins. */
  readonly from: Instant;
  readonly type: TypeName;
  readonly change: number;
}

export interface Burndown {
  readonly bucket: Bucket;
  /** The beginnings of the first bucket and of the last, in which the last change lies; null where nothing was ever open. */
  readonly span: { readonly first: Instant; readonly last: Instant } | null;
  /** What was open when the first bucket began; types of which nothing was are left out. */
  readonly before: readonly { readonly type: TypeName; readonly open: number }[];
  /** By bucket and type, none of them 0. */
  readonly changes: readonly BurndownChange[];
  /** Labors of which older stays are forgotten ({@link staysOf}). */
  readonly forgetful: number;
}

/** What the sum needs of a labor. */
export interface BurndownLabor extends Staying {
  readonly type: TypeName;
}

/** Takes the quest's labors in any order, each once. It holds the buckets, however many labors there are. */
export class BurndownSum {
  private bucket: Bucket;
  /** By the number of the bucket since 1970, and by type. */
  private cells = new Map<number, Map<TypeName, number>>();
  private readonly before = new Map<TypeName, number>();
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  /** What lies before this bucket is in `before`. */
  private floor = Number.NEGATIVE_INFINITY;
  private forgetful = 0;

  constructor(private readonly question: BurndownQuestion) {
    this.bucket = question.bucket ?? BUCKETS[0] ?? 'minute';
  }

  add(labor: BurndownLabor): void {
    const { quest, upTo } = this.question;
    let isIn = false;
    for (const { quest: its, from, to } of staysOf(labor)) {
      if (its !== quest || from.position > upTo) continue;
      isIn = true;
      const isOver = to !== null && to.position <= upTo;
      this.addStay(labor.type, Date.parse(from.recordedAt), isOver ? Date.parse(to.recordedAt) : null);
    }
    if (isIn && hasForgottenStays(labor)) this.forgetful += 1;
  }

  /** A time for which a labor was open in the quest, as of the question's position; `toMs` null: it is so still. */
  addStay(type: TypeName, fromMs: number, toMs: number | null): void {
    this.change(type, fromMs, 1);
    // clocks of ingests may differ: nothing ends before it began
    if (toMs !== null) this.change(type, Math.max(fromMs, toMs), -1);
  }

  result(): Burndown {
    while (this.isTooLong(MAX_BUCKETS)) this.shorten();
    const { cells, before, bucket, forgetful, first, last } = this;
    const changes = [...cells]
      .sort(([one], [other]) => one - other)
      .flatMap(([number, types]) =>
        byType(types).map(([type, change]) => ({ from: this.beginningOf(number), type, change })),
      );
    return {
      bucket,
      span: last < first ? null : { first: this.beginningOf(first), last: this.beginningOf(last) },
      before: byType(before).map(([type, open]) => ({ type, open })),
      changes,
      forgetful,
    };
  }

  private change(type: TypeName, timeMs: number, by: 1 | -1): void {
    const number = Math.floor(timeMs / BUCKETS_MS[this.bucket]);
    if (number < this.floor) {
      add(this.before, type, by);
      return;
    }
    this.first = Math.min(this.first, number);
    this.last = Math.max(this.last, number);
    add(this.cellOf(number), type, by);
    // more than are kept, so that one look at all of them serves many changes
    if (this.isTooLong(2 * MAX_BUCKETS)) this.shorten();
  }

  private isTooLong(most: number): boolean {
    return this.last - this.first >= most;
  }

  private cellOf(number: number): Map<TypeName, number> {
    const known = this.cells.get(number);
    if (known !== undefined) return known;
    const made = new Map<TypeName, number>();
    this.cells.set(number, made);
    return made;
  }

  /** By longer buckets where the question leaves that open, else by fewer. */
  private shorten(): void {
    const longer = this.question.bucket === null ? BUCKETS[BUCKETS.indexOf(this.bucket) + 1] : undefined;
    if (longer === undefined) this.keepNewest();
    else this.lengthen(longer);
  }

  private lengthen(bucket: Bucket): void {
    const times = BUCKETS_MS[bucket] / BUCKETS_MS[this.bucket];
    const shorter = this.cells;
    this.bucket = bucket;
    this.cells = new Map();
    for (const [number, types] of shorter) {
      const cell = this.cellOf(Math.floor(number / times));
      for (const [type, change] of types) add(cell, type, change);
    }
    this.first = Math.floor(this.first / times);
    this.last = Math.floor(this.last / times);
  }

  private keepNewest(): void {
    this.floor = this.last - MAX_BUCKETS + 1;
    this.first = this.floor;
    for (const [number, types] of this.cells) {
      if (number >= this.floor) continue;
      for (const [type, change] of types) add(this.before, type, change);
      this.cells.delete(number);
    }
  }

  private beginningOf(number: number): Instant {
    return new Date(number * BUCKETS_MS[this.bucket]).toISOString() as Instant;
  }
}

function add(types: Map<TypeName, number>, type: TypeName, change: number): void {
  types.set(type, (types.get(type) ?? 0) + change);
}

function byType(types: ReadonlyMap<TypeName, number>): readonly (readonly [TypeName, number])[] {
  return [...types].filter(([, number]) => number !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
}
