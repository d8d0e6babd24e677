/**
 * Which hosts would lose their names (rule 23): those that are known and not retired. The journal says which have a history,
 * the views which of these are retired; nobody is refused by views that may be behind.
 */
import {
  done,
  eachInTurns,
  failed,
  hostStream,
  turn,
  type CursorKey,
  type Outcome,
  type StoredEntry,
} from '#contracts';
import { ownName, type HostName, type HostNames } from '#domain';
import { GenerationGone, StoreUnavailable, type HostRow, type Journal } from '#ports';
import { holderOf } from '../holders.js';
import { rowsOf } from '../host-rows.js';
import type { Caller } from '../ingest.js';
import { hostsBehind, inPieces, type StandingParts } from '../labor-standings.js';

export interface InUseParts extends StandingParts {
  readonly journal: Journal;
}

/** How long an answer may wait for the views, in seconds. */
const WAIT_S = 5;
/** Streams whose first entry is read in one call. */
const READ_AT_ONCE = 200;
/** Hosts that are listed in one step, and of those that would lose their names how many are looked for. */
const PAGE = 1000;
const MOST_FOUND = 1000;

/** The first entry of each name's own stream; of names without a history none. */
export async function firstEntries(
  journal: Journal,
  names: readonly HostName[],
): Promise<ReadonlyMap<HostName, StoredEntry>> {
  const firsts = new Map<HostName, StoredEntry>();
  for (let from = 0; from < names.length; from += READ_AT_ONCE) {
    const some = names.slice(from, from + READ_AT_ONCE);
    const pages = await journal.read(
      some.map((name) => ({ stream: hostStream(name), direction: 'forwards', from: 0, limit: 1 })),
    );
    some.forEach((name, index) => {
      const first = pages[index]?.[0];
      if (first !== undefined) firsts.set(name, first);
    });
  }
  return firsts;
}

/** Those of the names that are hosts in use. */
export async function namesInUse(
  parts: InUseParts,
  names: readonly HostName[],
  caller: Pick<Caller, 'holder'>,
): Promise<Outcome<ReadonlySet<HostName>>> {
  const known = [...(await firstEntries(parts.journal, names)).keys()];
  if (known.length === 0) return done(new Set());
  return upToDate(parts, async (generation) => {
    const views = parts.views.for(holderOf(caller));
    const behind = await hostsBehind(views, generation, inPieces(known));
    const rows = await rowsOf(views, generation, known);
    return new Set(known.filter((name) => behind.has(name) || isInUse(rows.get(name))));
  });
}

/** Hosts in use that would be called otherwise, the first by name. */
export async function hostsRenamed(
  parts: InUseParts,
  before: HostNames,
  after: HostNames,
  caller: Pick<Caller, 'holder'>,
): Promise<Outcome<readonly HostName[]>> {
  return upToDate(parts, async (generation) => {
    const views = parts.views.for(holderOf(caller));
    const renamed: HostName[] = [];
    for (let next: CursorKey | null = null; ;) {
      const page = { sort: 'host', limit: PAGE, after: next, count: false } as const;
      const found: { readonly items: readonly HostRow[]; readonly next: CursorKey | null } = await views.hosts(
        generation,
        { retired: false },
        page,
      );
      await eachInTurns(found.items, ({ host }) => {
        if (ownName(before, host) === host && ownName(after, host) !== host) renamed.push(host);
      });
      if (found.next === null || renamed.length >= MOST_FOUND) return renamed;
      next = found.next;
      await turn();
    }
  });
}

/** Of one whose later entries are not judged nobody knows. */
function isInUse(row: HostRow | undefined): boolean {
  return row === undefined || row.retired === null || row.parked !== null;
}

/** What the views say once they have all that the journal has now; `not-caught-up` where they do not come to it in time. */
async function upToDate<T>(
  { journal, gate }: InUseParts,
  ask: (generation: number) => Promise<T>,
): Promise<Outcome<T>> {
  try {
    const { position } = await journal.head();
    const caughtUp = await gate.pass({ minPosition: position, waitS: WAIT_S });
    return caughtUp.ok ? done(await ask(caughtUp.value.generation)) : caughtUp;
  } catch (error) {
    const isAway = error instanceof StoreUnavailable && error.store === 'views';
    if (!isAway && !(error instanceof GenerationGone)) throw error;
    const detail = 'the views cannot be asked for hosts now: try again shortly';
    return failed({ code: 'not-caught-up', detail, retryAfterS: 1 });
  }
}
