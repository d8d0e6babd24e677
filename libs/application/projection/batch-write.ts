/** Collects the writes of one round: judged hosts, quests' records, the catalogue, names, and when its entries were recorded. */
import {
  START,
  type BehindRecord,
  type CatalogueEntryDocument,
  type EntryTime,
  type EventDocument,
  type EventRedaction,
  type HostDocument,
  type LaborDocument,
  type NamesEntryDocument,
  type PartDocument,
  type Position,
  type QuestEntryDocument,
  type QuestRecord,
  type StoredEntry,
} from '#contracts';
import type { EventId, Instant, QuestId } from '#domain';
import type { ViewsBatch } from '#ports';
import type { HostChanges, Loaded } from '../folding/changes.js';
import { hostAfter } from '../folding/host-document.js';
import type { JudgedHost } from '../folding/judge-host.js';
import type { FoldedQuest } from '../folding/quest-record.js';

export interface HostStep {
  /** As stored. */
  readonly document: HostDocument;
  readonly judged: JudgedHost;
  /** Of the host once this is stored. */
  readonly behind: BehindRecord | null;
}

export interface QuestStep extends FoldedQuest {
  readonly entries: readonly StoredEntry[];
}

export interface WriteParts {
  readonly now: Instant;
  /** Whether what the entry changes is published: somebody may follow the generation. What is passed is published in any case. */
  readonly isPublished: (entry: StoredEntry) => boolean;
  /** Whether the entry lies at or below its partition's stored progress. */
  readonly isPassed: (entry: StoredEntry) => boolean;
  /** Notified of each parked host or quest, the reason, and the entry that cannot be judged. */
  readonly parked: (name: string, reason: string, entry: StoredEntry | undefined) => void;
}

export class BatchWrite {
  readonly quests = new Set<QuestId>();
  private readonly events: EventDocument[] = [];
  private readonly redactions: { readonly event: EventId; readonly redaction: EventRedaction }[] = [];
  private readonly labors: LaborDocument[] = [];
  private readonly partDocuments: PartDocument[] = [];
  private readonly marks = new Map<QuestId, Position>();
  private readonly records: QuestRecord[] = [];
  private readonly questEntries: QuestEntryDocument[] = [];
  private readonly hosts: HostDocument[] = [];
  private readonly touches = new Set<QuestId>();
  private isPublished = false;
  private isLate = false;
  private readonly catalogue: CatalogueEntryDocument[] = [];
  private readonly names: NamesEntryDocument[] = [];
  private times: readonly EntryTime[] = [];

  constructor(
    private readonly parts: WriteParts,
    private readonly loaded: Loaded,
  ) {}

  get isEmpty(): boolean {
    return [this.hosts, this.records, this.catalogue, this.names, this.times].every(({ length }) => length === 0);
  }

  get batch(): ViewsBatch {
    return {
      events: this.events,
      redactions: this.redactions,
      labors: this.labors,
      parts: this.partDocuments,
      marks: [...this.marks].map(([quest, position]) => ({ quest, position })),
      quests: this.records,
      questEntries: this.questEntries,
      catalogue: this.catalogue,
      names: this.names,
      times: this.times,
      hosts: this.hosts,
      touches: [...this.touches],
      ...(this.isPublished ? { published: this.isLate ? 'late' : 'live' } : {}),
    };
  }

  addHost({ document, judged, behind }: HostStep): void {
    const { document: after, changes, parkedBy } = hostAfter(document, judged, this.loaded, this.parts.now);
    if (parkedBy !== undefined) this.park(after, parkedBy);
    // a host that is released and needs more than its share is no longer parked
    else this.hosts.push({ ...after, behind, ...(behind?.state === 'behind' ? { parked: null } : {}) });
    if (changes !== undefined) this.addChanges(judged, changes, document.behind?.silentTo);
  }

  /** `entries`: the entries from which the record was folded. */
  addQuest({ record, changes, parts, entries }: QuestStep): void {
    this.records.push(record);
    this.questEntries.push(...changes);
    for (const part of parts) this.partDocuments.push(part);
    this.quests.add(record.quest);
    this.publish(entries);
    const { parked } = record;
    if (parked?.state !== 'parked') return;
    const unread = entries.find(({ revision }) => revision === parked.revision);
    this.parts.parked(`quest-${record.quest}`, parked.reason, unread);
  }

  addCatalogue(document: CatalogueEntryDocument): void {
    this.catalogue.push(document);
  }

  addNames(document: NamesEntryDocument): void {
    this.names.push(document);
  }

  addTimes(times: readonly EntryTime[]): void {
    this.times = times;
  }

  private addChanges(judged: JudgedHost, { labors, parts, marks }: HostChanges, silentTo: Position | undefined): void {
    for (const event of judged.events) this.events.push(event);
    for (const [event, redaction] of judged.redactions) this.redactions.push({ event, redaction });
    for (const labor of labors) this.labors.push(labor);
    for (const part of parts) this.partDocuments.push(part);
    if (marks.size === 0 && labors.length === 0) return;
    const passed = this.publish(
      judged.entries.map(({ cause }) => cause.stored),
      silentTo,
    );
    for (const [quest, position] of marks) {
      const mark = this.marks.get(quest);
      if (mark === undefined || mark < position) this.marks.set(quest, position);
      this.quests.add(quest);
      if (passed) this.touches.add(quest);
    }
  }

  /** Whether any is passed of one stream's entries, in their order. Up to `silentTo` they are history, passed or not. */
  private publish(entries: readonly StoredEntry[], silentTo: Position = START): boolean {
    const [first, last] = [entries[0], entries.at(-1)];
    if (first === undefined || last === undefined) return false;
    const passed = this.parts.isPassed(first);
    if (last.position <= silentTo) return passed;
    this.isLate ||= passed;
    this.isPublished ||= passed || this.parts.isPublished(last);
    return passed;
  }

  private park(document: HostDocument, { stored, reason }: NonNullable<JudgedHost['unjudged']>): void {
    // its quests say from now on that it is parked
    for (const { quest } of document.state.open) {
      if (quest === null) continue;
      this.quests.add(quest);
      this.touches.add(quest);
    }
    this.hosts.push(document);
    this.parts.parked(document.host, reason, stored);
  }
}
