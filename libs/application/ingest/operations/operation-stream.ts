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
  const [[first] = [], newest = []] = await journal.read([
    { stream, direction: 'forwards', from: 0, limit: 1 },
    { stream, direction: 'backwards', limit: 2 },
  ]);
  const [last, before] = newest;
  if (first === undefined || last === undefined) return undefined;
  const tail = [before, last].flatMap((stored) =>
    stored === undefined ? [] : [{ stored, entry: entryOf(id, stored) }],
  );
  const accepted = await acceptanceOf(journal, id, tail);
  const known = new Map(tail.map(({ stored, entry }) => [stored.revision, entry]));
  for (const each of [first, accepted])
    if (each !== undefined && !known.has(each.revision)) known.set(each.revision, entryOf(id, each));
  const state = [...known]
    .sort(([one], [other]) => one - other)
    .reduce<OperationState | null>((sofar, [, entry]) => evolveOperation(sofar, entry), null);
  if (state === null) throw new OperationUnreadable(id, 0, 'it does not begin with a draft');
  const { revision, position } = last;
  return { id, state, revision, position, cause: causeOf(first), accepted };
}

interface Tail {
  readonly stored: StoredEntry;
  readonly entry: OperationEntry;
}

/** `tail`: the last entries. Behind the acceptance stands one for each listing that is done with, and, last or last but one, that it was cancelled. */
async function acceptanceOf(
  journal: Reading,
  id: OperationId,
  tail: readonly Tail[],
): Promise<StoredEntry | undefined> {
  const accepted = tail.find(({ entry }) => entry.kind === 'OperationAccepted');
  if (accepted !== undefined) return accepted.stored;
  const advanced = tail.findLast(({ entry }) => entry.kind === 'OperationAdvanced');
  if (advanced?.entry.kind !== 'OperationAdvanced') return undefined;
  const isBehind = tail.some(({ entry }, nth) => entry.kind === 'OperationCancelled' && nth < tail.indexOf(advanced));
  const [entry] = await entriesFrom(journal, id, advanced.stored.revision - advanced.entry.nth - (isBehind ? 1 : 0), 1);
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
  for (let from = accepted.revision + nth; found.length < count;) {
    const page = await entriesFrom(journal, id, from, count - found.length);
    if (page.length === 0) break;
    for (const stored of page) {
      const entry = entryOf(id, stored);
      // that it was cancelled may stand before the last of them
      if (entry.kind === 'OperationAdvanced') found.push(placed(entry, stored.position));
    }
    from += page.length;
  }
  return found;
}

/** What was commanded stands before it. The position that it says is one of the journal in which it was written: of an import, another's. */
function placed(entry: OperationAdvanced, position: Position): OperationAdvanced {
  return entry.position === null ? entry : { ...entry, position: String(position) };
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
