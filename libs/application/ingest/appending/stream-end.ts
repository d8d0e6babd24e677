/** What is known of a stream's end: its last revision, and which entries stand in the part before it that was looked at. */
import { START, type Position, type StoredEntry, type Uuid } from '#contracts';
import { KEY_WINDOW } from '#domain';

/** A request of up to so many entries finds its window known. */
const MARGIN = 16;
const KEPT_EVENTS = KEY_WINDOW + MARGIN;
/** What is left when room was made. */
const KEPT_SHARE = 7 / 8;

export class StreamEnd {
  /** Revisions of events by their UUID, oldest first. */
  private readonly events = new Map<Uuid, number>();
  /** Those of other entries (commands on labors), as far as they were read. */
  private readonly others = new Map<Uuid, number>();

  /** `whole`: known back to the stream's first entry. Revision -1 and START: a stream without entries. */
  private constructor(
    public revision: number,
    public position: Position,
    private whole: boolean,
  ) {}

  /** Of entries read backwards without a hole; `whole` where the last one read is the stream's first, or there is none. */
  static ofRead(newestFirst: readonly KnownEntry[], whole: boolean): StreamEnd {
    const [newest] = newestFirst;
    const end = new StreamEnd(newest?.revision ?? -1, newest?.position ?? START, whole);
    for (let index = newestFirst.length - 1; index >= 0; index -= 1) {
      const entry = newestFirst[index];
      const among = entry?.event === true ? end.events : end.others;
      // the first wins (rule 24): a repeat that slipped in is not what others are repeats of
      if (entry !== undefined && !among.has(entry.id)) among.set(entry.id, entry.revision);
    }
    return end;
  }

  get size(): number {
    return this.events.size + this.others.size;
  }

  /** Whether the last `events` events are known. */
  knows(events: number): boolean {
    return this.whole || this.events.size >= events;
  }

  /** Whether all events after `position` are known. */
  knowsAfter(position: Position): boolean {
    return this.whole || this.position <= position;
  }

  /** Where the entry stands, if it is in the part that is known. */
  revisionOf(id: Uuid): number | undefined {
    return this.events.get(id) ?? this.others.get(id);
  }

  /** Entries that were appended right behind the end; `position` is the last one's. */
  advance(entries: readonly { readonly id: Uuid; readonly type: string }[], position: Position): void {
    for (const { id, type } of entries) {
      this.revision += 1;
      if (isEvent(type)) this.events.set(id, this.revision);
    }
    this.position = position;
  }

  /** Forgets what a later request is not likely to ask for. */
  trim(): void {
    this.others.clear();
    // not at every append
    if (this.events.size <= KEPT_EVENTS + MARGIN) return;
    let surplus = this.events.size - KEPT_EVENTS;
    for (const id of this.events.keys()) {
      if (surplus === 0) break;
      this.events.delete(id);
      surplus -= 1;
    }
    this.whole = false;
  }
}

/** Of a stored entry, what a look for repeats needs. */
export interface KnownEntry {
  readonly id: Uuid;
  readonly revision: number;
  readonly position: Position;
  readonly event: boolean;
}

/** The type of entries that count as events (rule 24). */
const EVENT_TYPE = 'EventLogged';

export function isEvent(type: string): boolean {
  return type === EVENT_TYPE;
}

export function knownEntry({ id, revision, position, type }: StoredEntry): KnownEntry {
  return { id, revision, position, event: isEvent(type) };
}

/** Ends by stream, those used last; a stream's end is right as long as an append at its revision is accepted. */
export class StreamEnds {
  private readonly ends = new Map<string, StreamEnd>();
  private ids = 0;

  constructor(
    private readonly maxStreams: number,
    private readonly maxIds: number,
  ) {}

  /** Takes it out: whoever is at work on the stream owns it until it is put back. */
  take(stream: string): StreamEnd | undefined {
    const end = this.ends.get(stream);
    if (end !== undefined) this.drop(stream, end);
    return end;
  }

  put(stream: string, end: StreamEnd): void {
    const before = this.ends.get(stream);
    if (before !== undefined) this.drop(stream, before);
    end.trim();
    this.ends.set(stream, end);
    this.ids += end.size;
    if (this.ends.size > this.maxStreams || this.ids > this.maxIds) this.makeRoom();
  }

  /** Many at once: the way to a map's oldest entries leads past all that were taken out. */
  private makeRoom(): void {
    for (const [oldest, its] of this.ends) {
      if (this.ends.size <= this.maxStreams * KEPT_SHARE && this.ids <= this.maxIds * KEPT_SHARE) break;
      this.drop(oldest, its);
    }
  }

  private drop(stream: string, end: StreamEnd): void {
    this.ends.delete(stream);
    this.ids -= end.size;
  }
}
