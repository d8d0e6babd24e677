/** One host of a bucket: its entries that wait to be judged, and in memory what those before them came to. */
import {
  START,
  type EventDocument,
  type EventRedaction,
  type HostDocument,
  type LaborDocument,
  type PartDocument,
  type Position,
  type StoredEntry,
  type Steps,
} from '#contracts';
import type { Catalogue, EventId, HostEffect, HostName, Instant, LaborId, QuestId, Revision } from '#domain';
import { addNeeded, loadedOf, partKey, type Loaded, type Needed } from '../folding/changes.js';
import { hostAfter, newDocument } from '../folding/host-document.js';
import { judgeHost, type JudgedHost } from '../folding/judge-host.js';
import { STEP_ALLOWANCE } from '../folding/shares.js';
import type { FoldedHost } from './listener.js';
import { charactersOf, WaitingEntries } from './waiting-entries.js';

/** Entries that are judged between two turns of others; {@link STEP_ALLOWANCE} bounds their effects. */
const PIECE_ENTRIES = 200;

const NOT_SEARCHED: Pick<Loaded, 'shownOn' | 'chains'> = { shownOn: new Map(), chains: new Map() };

/** A host with more of any of these is not held in memory. */
export interface HostLimits {
  readonly hostEntries: number;
  readonly hostCharacters: number;
  /** Effects of its entries, as judging counts their cost: one entry may open, close or move a thousand labors. */
  readonly hostEffects: number;
}

export class HostFold {
  private readonly waiting = new WaitingEntries();
  private first: Position = START;
  private characters = 0;
  private made = 0;
  private document: HostDocument;
  private readonly labors = new Map<LaborId, LaborDocument>();
  private readonly parts = new Map<string, PartDocument>();
  private readonly marks = new Map<QuestId, Position>();
  private readonly events: EventDocument[] = [];
  private readonly redactions = new Map<EventId, EventRedaction>();
  private readonly places: Position[] = [];

  constructor(
    readonly host: HostName,
    private readonly now: Instant,
    private readonly withEvents: boolean,
  ) {
    this.document = newDocument(host, now);
  }

  /** One that continues where a replay has ended: `folded` is not changed. */
  static after(folded: FoldedHost, now: Instant): HostFold {
    const { document, labors, parts, marks, places } = folded;
    const fold = new HostFold(document.host, now, false);
    fold.document = document;
    for (const labor of labors) fold.labors.set(labor.id, labor);
    for (const part of parts) fold.parts.set(partKey(part), part);
    for (const [quest, mark] of marks) fold.marks.set(quest, mark);
    for (const place of places) fold.places.push(place);
    fold.waiting.count = places.length;
    return fold;
  }

  get isWaiting(): boolean {
    return !this.waiting.isEmpty;
  }

  /** The revision of the entry that comes next; of a parked host none counts any more. */
  get next(): Revision {
    return this.waiting.count;
  }

  /** What its judged entries come to, in effects. */
  get effects(): number {
    return this.made;
  }

  get isParked(): boolean {
    return this.document.parked !== null;
  }

  /** The next entry of its stream. */
  add(entry: StoredEntry): void {
    if (this.waiting.count === 0) this.first = entry.position;
    this.waiting.add(entry);
    this.characters += charactersOf(entry);
  }

  exceeds({ hostEntries, hostCharacters }: Omit<HostLimits, 'hostEffects'>): boolean {
    return this.waiting.count > hostEntries || this.characters > hostCharacters;
  }

  /** Its document where it is not judged here at all: it is behind from its first entry on (P9), and silent up to `end`. Its entries are forgotten. */
  leftBehind(end: Position): HostDocument {
    const { host, first, now } = this;
    this.waiting.take();
    return { ...newDocument(host, now), behind: { state: 'behind', position: first, since: now, silentTo: end } };
  }

  /**
   * Judges the waiting entries, all of them under the one catalogue. Entries of a parked host are ignored (P4). It stops soon after
   * the host has come to more effects than `mostEffects`, and is of no use then: entries are missing.
   */
  *judge(catalogue: Catalogue, mostEffects = Number.POSITIVE_INFINITY): Steps<void> {
    const entries = this.waiting.take();
    const catalogueAt = (): Catalogue => catalogue;
    for (let at = 0; at < entries.length && this.document.parked === null && this.made <= mostEffects;) {
      const { state } = this.document;
      const piece = entries.slice(at, at + PIECE_ENTRIES);
      this.keep(judgeHost(this.host, state, piece, catalogueAt, STEP_ALLOWANCE));
      const judged = this.document.state.revision - state.revision;
      for (const { position } of judged < piece.length ? piece.slice(0, judged) : piece) this.places.push(position);
      at += judged;
      yield;
    }
  }

  /** All of it, once everything is judged. */
  folded(): FoldedHost {
    const { document, labors, parts, marks, places } = this;
    return {
      ...{ document, labors: [...labors.values()], parts: [...parts.values()], marks, places },
      events: this.redactions.size === 0 ? this.events : this.events.map((event) => this.shown(event)),
    };
  }

  private keep(judged: JudgedHost): void {
    this.made += judged.cost;
    const { document, changes } = hostAfter(this.document, judged, this.loaded(judged), this.now);
    this.document = document;
    if (changes === undefined) return;
    for (const labor of changes.labors) this.labors.set(labor.id, labor);
    for (const part of changes.parts) this.parts.set(partKey(part), part);
    for (const [quest, position] of changes.marks) this.marks.set(quest, position);
    if (!this.withEvents) return;
    for (const event of judged.events) this.events.push(event);
    // the first redaction of an event stands
    for (const [event, redaction] of judged.redactions)
      if (!this.redactions.has(event)) this.redactions.set(event, redaction);
  }

  /** As documents are loaded for a round; what moves and redactions concern is looked for among all labors of the host. */
  private loaded(judged: JudgedHost): Loaded {
    const { host, labors, parts } = this;
    const isSearched = labors.size > 0 && judged.entries.some(({ effects }) => effects.some(concernsOthers));
    if (!isSearched) return { labors, parts, ...NOT_SEARCHED };
    const needed: Needed = { labors: [], laborsOf: [], chains: [], parts: [] };
    addNeeded(needed, host, judged);
    return loadedOf(needed, { labors: [...labors.values()], parts: [...parts.values()] });
  }

  private shown(event: EventDocument): EventDocument {
    const redaction = this.redactions.get(event.id);
    if (redaction === undefined) return event;
    return { ...event, by: null, note: null, attributes: null, data: null, redacted: redaction };
  }
}

/** Whether it changes labors that it does not name. */
function concernsOthers({ kind }: HostEffect): boolean {
  return kind === 'moved' || kind === 'redacted';
}
