/** What an operation is and how far, and what became of each labor or host: by its stream, which every ingest can read. */
import {
  done,
  failed,
  inMessage,
  type CursorKey,
  type Outcome,
  type Page,
  type PageRequest,
  type Position,
} from '#contracts';
import { isOver, listingsDue, parseOperationId, type OperationId } from '#domain';
import type { Journal } from '#ports';
import type { OperationResult, OperationResultSort, OperationView } from '../ingest.js';
import type { KnownOperations } from './known-operations.js';
import {
  advancesFrom,
  listingsFrom,
  OperationUnreadable,
  readOperation,
  type OperationStream,
} from './operation-stream.js';

interface ReadingParts {
  readonly journal: Journal;
  readonly known: KnownOperations;
}

/** Listings that are read at once. */
const LISTINGS = 5;

/** `operation-unknown` where there is none, or it was not accepted. */
export async function oneOperation({ journal }: ReadingParts, text: string): Promise<Outcome<OperationView>> {
  const stream = await acceptedOperation(journal, text);
  return stream.ok ? done(viewOf(stream.value)) : stream;
}

/** All that are being carried out, and of the others the newest, 200 together; the newest first. One that cannot be read is left out, so that it hides no other. */
export async function allOperations({ journal, known }: ReadingParts): Promise<Outcome<readonly OperationView[]>> {
  const views: OperationView[] = [];
  for (const id of await known.all()) {
    const stream = await readable(journal, id);
    if (stream?.accepted !== undefined) views.push(viewOf(stream));
  }
  return done(views);
}

/** Undefined also where nobody can say what it is. */
async function readable(journal: Journal, id: OperationId): Promise<OperationStream | undefined> {
  try {
    return await readOperation(journal, id);
  } catch (error) {
    if (error instanceof OperationUnreadable) return undefined;
    throw error;
  }
}

/** A page of its labors or hosts; a cursor's key is the listing and the place in it. */
export async function operationResults(
  { journal }: ReadingParts,
  text: string,
  { limit, after }: Pick<PageRequest<OperationResultSort>, 'limit' | 'after'>,
): Promise<Outcome<Page<OperationResult> & { readonly position: Position }>> {
  const found = await acceptedOperation(journal, text);
  if (!found.ok) return found;
  const stream = found.value;
  const { listed, advanced } = stream.state;
  const due = listingsDue(stream.state);
  const items: OperationResult[] = [];
  let [nth, from] = placeOf(after);
  while (nth <= listed && items.length < limit) {
    const count = Math.min(LISTINGS, listed - nth + 1);
    const listings = await listingsFrom(journal, stream.id, nth, count);
    const known = Math.max(0, Math.min(listings.length, advanced - nth + 1));
    const advances = await advancesFrom(journal, stream, nth, known);
    for (const [index, { ids }] of listings.entries()) {
      const advance = advances[index];
      const codes = new Map(advance?.refused.map((each) => [each.nth, each.code]));
      const position = advance === undefined || advance.position === null ? undefined : BigInt(advance.position);
      for (; from < ids.length; from += 1) {
        if (items.length === limit)
          return done({ items, next: [String(nth), String(from)], position: stream.position });
        const id = ids[from] ?? '';
        if (nth > due) items.push({ id, state: 'cancelled' });
        else items.push(resultOf(id, advance !== undefined, codes.get(from), position as Position | undefined));
      }
      [nth, from] = [nth + 1, 0];
    }
    if (listings.length === 0) break;
  }
  return done({ items, next: nth <= listed ? [String(nth), String(from)] : null, position: stream.position });
}

function resultOf(
  id: string,
  isKnown: boolean,
  code: string | undefined,
  position: Position | undefined,
): OperationResult {
  if (!isKnown) return { id, state: 'waiting' };
  if (code !== undefined || position === undefined) return { id, state: 'refused', code: code ?? 'internal' };
  return { id, state: 'done', position };
}

function placeOf(after: CursorKey | null): [nth: number, from: number] {
  return after === null ? [1, 0] : [Number(after[0]), Number(after[1])];
}

/** `operation-unknown` where there is none, or it was not accepted. */
export async function acceptedOperation(journal: Journal, text: string): Promise<Outcome<OperationStream>> {
  const id = parseOperationId(text);
  const stream = id === undefined ? undefined : await readOperation(journal, id);
  if (stream?.accepted !== undefined) return done(stream);
  return failed({ code: 'operation-unknown', detail: `no operation ${inMessage(text)}: GET /operations lists them` });
}

export function viewOf({ id, state, position }: OperationStream): OperationView {
  const refused = state.refused.reduce((sum, { count }) => sum + count, 0);
  return { id, state, isOver: isOver(state), left: state.found - state.done - refused, position };
}
