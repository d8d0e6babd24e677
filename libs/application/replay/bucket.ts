/**
 * Judges one bucket of the journal (R1): some hosts' and quests' streams, each whole. States and documents stay in memory and
 * are given out once, in their final form. It judges as projection does (P1, R3): where entries come from and where documents
 * go is all that differs. It may run in any thread: it keeps nothing outside itself.
 */
import {
  hostStream,
  START,
  streamKind,
  type HostDocument,
  type Position,
  type Steps,
  type StoredEntry,
} from '#contracts';
import { emptyCatalogue, type Catalogue, type HostName, type Instant } from '#domain';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { HostFold, type HostLimits } from './host-fold.js';
import type { ReplayListener } from './listener.js';
import { QuestFold } from './quest-fold.js';
import { charactersOf } from './waiting-entries.js';

/**
 * The bucket's entries in the order of their places, each of its streams from its beginning on and without a hole. Other streams
 * among them are ignored, and so is all beyond the end.
 */
export type Pages = Iterable<readonly StoredEntry[]> | AsyncIterable<readonly StoredEntry[]>;

export interface BucketLimits extends HostLimits {
  /** Entries wait until they have more characters than these, so that those of one host are judged together. */
  readonly waitingCharacters: number;
  /** Effects of all hosts that are held at once: the host that goes beyond it is large. */
  readonly bucketEffects: number;
}

/** A bucket whose entries have some 100 MB needs about 300 MB. A labor takes some 700 bytes, and has one effect or more. */
export const BUCKET_LIMITS: BucketLimits = {
  ...{ hostEntries: 10_000, hostCharacters: 16 * 2 ** 20, waitingCharacters: 32 * 2 ** 20 },
  ...{ hostEffects: 50_000, bucketEffects: 300_000 },
};

export interface BucketParts {
  /** Read up to `end` at least. */
  readonly timeline: CatalogueTimeline;
  /** The last place that is judged: the same for every bucket of a replay. */
  readonly end: Position;
  /** When hosts and quests are parked that are parked by it. */
  readonly now: Instant;
  /** Whether hosts are given out with their events. */
  readonly withEvents: boolean;
  /** How its work is done: `inTurns` in a thread that others need, `atOnce` elsewhere. */
  readonly run: <T>(steps: Steps<T>) => T | Promise<T>;
  /** Hosts that are given out as large ones are, however few entries they have. */
  readonly apart?: ReadonlySet<HostName>;
  /** {@link BUCKET_LIMITS} where absent. */
  readonly limits?: BucketLimits;
}

export type BucketListener = Pick<ReplayListener, 'host' | 'large' | 'quest'>;

/** Resolves once the listener has all of the bucket. Rejects as the pages and the listener do, and where an entry is missing. */
export async function judgeBucket(pages: Pages, listener: BucketListener, parts: BucketParts): Promise<void> {
  const bucket = new Bucket(parts);
  for await (const page of pages) {
    if (await parts.run(bucket.take(page))) break;
  }
  await bucket.giveOut(listener);
}

class Bucket {
  private readonly hosts = new Map<HostName, HostFold>();
  private readonly large = new Map<HostName, HostDocument>();
  private readonly quests: QuestFold[] = [];
  /** By their names; null for one of which nothing is judged. */
  private readonly streams = new Map<string, HostFold | QuestFold | null>();
  /** Those of which entries wait, each once. */
  private waiting: (HostFold | QuestFold)[] = [];
  private waitingCharacters = 0;
  /** Of the hosts that are held. */
  private effects = 0;
  /** What is in force for the entries that wait, and up to which place it is. */
  private catalogue: Catalogue = emptyCatalogue;
  private to: Position = START;
  private readonly limits: BucketLimits;

  constructor(private readonly parts: BucketParts) {
    this.limits = parts.limits ?? BUCKET_LIMITS;
  }

  /** Whether the end was reached. */
  *take(page: readonly StoredEntry[]): Steps<boolean> {
    const { timeline, end } = this.parts;
    for (const entry of page) {
      const { position } = entry;
      if (position > end) return true;
      if (position > this.to) {
        yield* this.judge();
        ({ state: this.catalogue, to: this.to } = timeline.loadedStretch(position));
      }
      this.add(entry);
      if (this.waitingCharacters > this.limits.waitingCharacters) yield* this.judge();
    }
    return false;
  }

  /** What still waits is judged host by host and quest by quest, and each is forgotten once the listener has it. */
  async giveOut(listener: BucketListener): Promise<void> {
    const { run } = this.parts;
    this.streams.clear();
    this.waiting = [];
    for (const host of [...this.hosts.keys(), ...this.large.keys()].sort()) {
      const fold = this.hosts.get(host);
      if (fold !== undefined) await run(this.judgeHost(fold));
      const large = this.large.get(host);
      if (large !== undefined) await listener.large(large);
      else if (fold !== undefined) await listener.host(fold.folded());
      if (fold !== undefined) this.letGo(fold);
    }
    // the greatest number first, so that the next one is the last of the list
    this.quests.sort((one, other) => other.quest - one.quest);
    for (let fold = this.quests.pop(); fold !== undefined; fold = this.quests.pop()) {
      await run(fold.judge());
      const folded = fold.folded();
      if (folded !== undefined) await listener.quest(folded);
    }
  }

  private add(entry: StoredEntry): void {
    const { stream } = entry;
    const known = this.streams.get(stream);
    const fold = known === undefined ? this.begin(entry) : known;
    if (fold === null) return;
    if (!fold.isWaiting) this.waiting.push(fold);
    fold.add(entry);
    this.waitingCharacters += charactersOf(entry);
    if (fold instanceof HostFold && (this.parts.apart?.has(fold.host) === true || fold.exceeds(this.limits)))
      this.forget(fold);
  }

  private begin({ stream }: StoredEntry): HostFold | QuestFold | null {
    const { now, withEvents } = this.parts;
    const named = streamKind(stream);
    let fold: HostFold | QuestFold | null = null;
    if (named.kind === 'host') {
      fold = new HostFold(named.host, now, withEvents);
      this.hosts.set(named.host, fold);
    } else if (named.kind === 'quest') {
      fold = new QuestFold(named.quest, now);
      this.quests.push(fold);
    }
    this.streams.set(stream, fold);
    return fold;
  }

  /** The host is large. */
  private forget(fold: HostFold): void {
    // where it is among the waiting ones, nothing of it waits
    this.large.set(fold.host, fold.leftBehind(this.parts.end));
    this.letGo(fold);
    this.streams.set(hostStream(fold.host), null);
  }

  private letGo(fold: HostFold): void {
    if (this.hosts.delete(fold.host)) this.effects -= fold.effects;
  }

  /** Its waiting entries: few of them may make very much. */
  private *judgeHost(fold: HostFold): Steps<void> {
    const { hostEffects, bucketEffects } = this.limits;
    const others = this.effects - fold.effects;
    const most = Math.min(hostEffects, bucketEffects - others);
    yield* fold.judge(this.catalogue, most);
    this.effects = others + fold.effects;
    if (fold.effects > most) this.forget(fold);
  }

  /** All that waits, under what is in force for it. */
  private *judge(): Steps<void> {
    const { waiting } = this;
    this.waiting = [];
    this.waitingCharacters = 0;
    for (const fold of waiting) {
      if (fold instanceof HostFold) yield* this.judgeHost(fold);
      else yield* fold.judge();
    }
  }
}
