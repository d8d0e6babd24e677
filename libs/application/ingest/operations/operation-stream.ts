/** An operation as its stream says: a few of its entries tell how far it is, however long the stream has become. */
import {
  causeOf,
  decodeOperationEntry,
  operationStream,
  type Cause,
  type Position,
  type StoredEntry,
} from '#contracts';
import {
  evolveOperation,
  type OperationAdvanced,
  type OperationEntry,
  type OperationId,
  type OperationListed,
  type OperationState,
} from '#domain';
import type { Journal, StreamRead } from '#ports';

/** An entry cannot be read: nobody can say what the operation is. */
export class OperationUnreadable extends Error {
  override readonly name = 'OperationUnreadable';

  constructor(operation: OperationId, revision: number, reason: string) {
    super(`entry ${revision} of operation ${operation} cannot be read: ${reason}`);
  }
}

export interface OperationStream {
  readonly id: OperationId;
  readonly state: OperationState;
  /** Of the last entry. */
  readonly revision: number;
  readonly position: Position;
  /** The request that drafted it. */
  readonly cause: Cause;
  /** Of its acceptance, which comes before all that it does; undefined where it is not accepted. */
  readonly accepted: { readonly revision: number; readonly position: Position } | undefined;
}

type Reading = Pick<Journal, 'read'>;

/** Undefined where there is none. Rejects with StoreUnavailable and {@link OperationUnreadable}. */
export async function readOperation(journal: Reading, id: OperationId): Promise<OperationStream | undefined> {
  const stream = operationStream(id);
  const [[first] = [], [last] = []] = await journal.read([
    { stream, direction: 'forwards', from: 0, limit: 1 },
    { stream, direction: 'backwards', limit: 1 },
  ]);
  if (first === undefined || last === undefined) return undefined;
  const newest = entryOf(id, last);
  const accepted = await acceptanceOf(journal, id, last, newest);
  const between = accepted === undefined ? [] : [entryOf(id, accepted)];
  const state = [entryOf(id, first), ...between, newest].reduce<OperationState | null>(evolveOperation, null);
  if (state === null) throw new OperationUnreadable(id, 0, 'it does not begin with a draft');
  const { revision, position } = last;
  return { id, state, revision, position, cause: causeOf(first), accepted };
}

async function acceptanceOf(
  journal: Reading,
  id: OperationId,
  last: StoredEntry,
  newest: OperationEntry,
): Promise<StoredEntry | undefined> {
  if (newest.kind === 'OperationAccepted') return last;
  if (newest.kind !== 'OperationAdvanced') return undefined;
  // behind it stands one entry for each listing that is done with
  const [entry] = await entriesFrom(journal, id, last.revision - newest.nth, 1);
  return entry;
}

/** Some of its listings in a row, `nth` the first of them; fewer where they are long, and none beyond the last. */
export async function listingsFrom(
  journal: Reading,
  id: OperationId,
  nth: number,
  count: number,
): Promise<readonly OperationListed[]> {
  const entries = (await entriesFrom(journal, id, nth, count)).map((stored) => entryOf(id, stored));
  return entries.filter((entry) => entry.kind === 'OperationListed');
}

/** What became of listings in a row, as {@link listingsFrom} has these: none where that is not known yet. */
export async function advancesFrom(
  journal: Reading,
  { id, accepted }: OperationStream,
  nth: number,
  count: number,
): Promise<readonly OperationAdvanced[]> {
  if (accepted === undefined || count === 0) return [];
  const found: OperationAdvanced[] = [];
  while (found.length < count) {
    const page = await entriesFrom(journal, id, accepted.revision + nth + found.length, count - found.length);
    if (page.length === 0) break;
    for (const stored of page) {
      const entry = entryOf(id, stored);
      if (entry.kind === 'OperationAdvanced') found.push(entry);
    }
  }
  return found;
}

async function entriesFrom(
  journal: Reading,
  id: OperationId,
  from: number,
  limit: number,
): Promise<readonly StoredEntry[]> {
  const read: StreamRead = { stream: operationStream(id), direction: 'forwards', from, limit };
  const [page = []] = await journal.read([read]);
  return page;
}

function entryOf(id: OperationId, stored: StoredEntry): OperationEntry {
  const decoded = decodeOperationEntry(stored);
  if (!decoded.ok) throw new OperationUnreadable(id, stored.revision, decoded.reason);
  return decoded.entry;
}
