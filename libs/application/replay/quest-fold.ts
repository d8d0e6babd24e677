/** One quest of a bucket: its own stream, folded as a round does it. */
import type { PartDocument, QuestEntryDocument, QuestRecord, Steps, StoredEntry } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import { questRecordAfter, type FoldedQuest } from '../folding/quest-record.js';
import { WaitingEntries } from './waiting-entries.js';

export class QuestFold {
  private readonly waiting = new WaitingEntries();
  private record: QuestRecord | null = null;
  private readonly changes: QuestEntryDocument[] = [];
  /** Of each host the first: those that it expects are the same, however often it adopts from the host. */
  private readonly parts = new Map<HostName, PartDocument>();

  constructor(
    readonly quest: QuestId,
    private readonly now: Instant,
  ) {}

  get isWaiting(): boolean {
    return !this.waiting.isEmpty;
  }

  /** The next entry of its stream. */
  add(entry: StoredEntry): void {
    this.waiting.add(entry);
  }

  /** Those of a parked quest are ignored (P4). */
  *judge(): Steps<void> {
    const entries = this.waiting.take();
    if (this.record !== null && this.record.parked !== null) return;
    const after = questRecordAfter(this.quest, this.record, entries, this.now);
    if (after === undefined) return;
    this.record = after.record;
    for (const change of after.changes) this.changes.push(change);
    for (const part of after.parts) if (!this.parts.has(part.host)) this.parts.set(part.host, part);
    yield;
  }

  /** Undefined where it has no entry. */
  folded(): FoldedQuest | undefined {
    const { record, changes, parts } = this;
    return record === null ? undefined : { record, changes, parts: [...parts.values()] };
  }
}
