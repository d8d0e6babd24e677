/** What Hermes keeps beside the entries (J7) and has to know of those that an import brings: the greatest quest, and which operations there are. */
import { decodeOperationEntry, streamKind, type StoredEntry } from '#contracts';
import { evolveOperation, isOver, type OperationId, type OperationState } from '#domain';
import type { Journal } from '#ports';
import { knowImported, type ImportedOperation } from '../ingest/operations/known-operations.js';
import { giveNumbersBeyond } from '../ingest/quests/numbers.js';

/** More than are ever open, or listed when they are over. */
const MOST_KEPT = 300;

export class KnownOfImport {
  private greatestQuest = 0;
  /** By id, in the order of their drafts; of those that are over the newest. */
  private readonly operations = new Map<OperationId, { readonly at: number; readonly state: OperationState | null }>();

  note(entry: StoredEntry): void {
    const stream = streamKind(entry.stream);
    if (stream.kind === 'quest') this.greatestQuest = Math.max(this.greatestQuest, stream.quest);
    else if (stream.kind === 'operation') this.noteOperation(stream.operation, entry);
  }

  /** In the journal's states; again it changes nothing. Rejects with StoreUnavailable. */
  async store(journal: Pick<Journal, 'readState' | 'writeState'>): Promise<void> {
    await giveNumbersBeyond(journal, this.greatestQuest);
    const known = [...this.operations].map(([id, { at, state }]): ImportedOperation => ({
      ...{ id, at, principal: state?.principal ?? null, open: state === null || !isOver(state) },
    }));
    if (known.length > 0) await knowImported(journal, known);
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
