/**
 * What Hermes keeps beside the entries (J7) and has to know of those that an import brings: the greatest quest, which types of events
 * quests embark with (rule 10), and which operations there are.
 */
import { randomUUID } from 'node:crypto';
import { decodeOperationEntry, streamKind, type StoredEntry } from '#contracts';
import { evolveOperation, isOver, type OperationId, type OperationState, type QuestId } from '#domain';
import type { Journal } from '#ports';
import { knowImported, type ImportedOperation } from '../ingest/operations/known-operations.js';
import { embarkingBatch } from '../ingest/quests/acceptance.js';
import { EmbarkingTypes } from '../ingest/quests/embarking-types.js';
import { KnownQuests } from '../ingest/quests/known-quests.js';
import { giveNumbersBeyond } from '../ingest/quests/numbers.js';

/** More than are ever open, or listed when they are over. */
const MOST_KEPT = 300;

export class KnownOfImport {
  private greatestQuest = 0;
  /** How many batches of a quest are accepted and not embarked; as few quests as embark at a time. */
  private readonly embarking = new Map<QuestId, number>();
  /** By id, in the order of their drafts; of those that are over the newest. */
  private readonly operations = new Map<OperationId, { readonly at: number; readonly state: OperationState | null }>();

  note(entry: StoredEntry): void {
    const stream = streamKind(entry.stream);
    if (stream.kind === 'quest') this.noteQuest(stream.quest, entry.type);
    else if (stream.kind === 'operation') this.noteOperation(stream.operation, entry);
  }

  /** In the journal's states; again it changes nothing. Rejects with StoreUnavailable. */
  async store(journal: Journal): Promise<void> {
    await giveNumbersBeyond(journal, this.greatestQuest);
    await this.enterTypes(journal);
    const known = [...this.operations].map(([id, { at, state }]): ImportedOperation => ({
      ...{ id, at, principal: state?.principal ?? null, open: state === null || !isOver(state) },
    }));
    if (known.length > 0) await knowImported(journal, known);
  }

  private noteQuest(quest: QuestId, type: string): void {
    this.greatestQuest = Math.max(this.greatestQuest, quest);
    const batches = this.embarking.get(quest) ?? 0;
    if (type === 'QuestHostsAccepted') this.embarking.set(quest, batches + 1);
    else if (type === 'QuestAbandoned' || (type === 'QuestHostsEmbarked' && batches <= 1)) this.embarking.delete(quest);
    else if (type === 'QuestHostsEmbarked') this.embarking.set(quest, batches - 1);
  }

  /** Nothing is retired under them, from the moment on at which commands are taken. Of a quest that cannot be read nothing is known. */
  private async enterTypes(journal: Journal): Promise<void> {
    const known = new KnownQuests(journal);
    const monotonicMs = () => performance.now();
    const types = new EmbarkingTypes({ journal, known, newId: randomUUID, owner: randomUUID(), monotonicMs });
    for (const quest of this.embarking.keys()) {
      const stream = await known.readable(quest);
      if (stream === undefined || stream.abandonment !== undefined) continue;
      for (const placed of stream.batches)
        if (!placed.embarked && placed.claim === undefined) await types.resume(embarkingBatch(stream, placed));
    }
  }

  /** An entry that this version cannot read changes nothing: the operation is one that nobody can say the state of. */
  private noteOperation(id: OperationId, entry: StoredEntry): void {
    const known = this.operations.get(id);
    const decoded = decodeOperationEntry(entry);
    const at = known?.at ?? Date.parse(entry.recordedAt);
    this.operations.set(id, {
      at,
      state: decoded.ok ? evolveOperation(known?.state ?? null, decoded.entry) : (known?.state ?? null),
    });
    if (this.operations.size > MOST_KEPT) this.forgetOne();
  }

  /** The oldest that is over, else the oldest: no more are ever carried out at a time. */
  private forgetOne(): void {
    const [oldest] = this.operations.keys();
    const over = [...this.operations].find(([, { state }]) => state !== null && isOver(state))?.[0];
    const gone = over ?? oldest;
    if (gone !== undefined) this.operations.delete(gone);
  }
}
