/**
 * What the views say of hosts that a command names, as `labor-standings.ts` does of labors: they are asked first, up to the
 * journal's end, so that nothing is written where nothing changes; nobody is refused by views that may be behind.
 */
import { done, eachInTurns, failed, type Outcome, type Position } from '#contracts';
import {
  attributesAfter,
  inventoriesAfter,
  MAX_HOST_ATTRIBUTES,
  MAX_INVENTORIES,
  type HostCommand,
  type HostName,
  type InventoryCommand,
} from '#domain';
import { GenerationGone, StoreUnavailable, type HostRow } from '#ports';
import { holderOf } from '../holders.js';
import { rowsOf } from '../host-rows.js';
import type { Caller, HostResult } from '../ingest.js';
import { hostsBehind, inPieces, type StandingParts } from '../labor-standings.js';

/** How long an answer may wait for the views. */
const WAIT_S = 5;

/** A command and its host. */
export interface HostOrder {
  readonly host: HostName;
  readonly command: HostCommand | InventoryCommand;
  /** Of a host that nobody has heard of, nothing is done. */
  readonly ifKnown?: true;
}

/**
 * `changes`, or it cannot be known before its place; `same`: it is so already; `full`: it would have too many attributes;
 * `crowded`: it would be in too many inventories; `unknown`: nobody has heard of it; `behind`: nothing that an answer could be
 * built on.
 */
export type HostStanding = 'changes' | 'same' | 'full' | 'crowded' | 'unknown' | 'behind';

export interface HostStandings {
  readonly byHost: ReadonlyMap<HostName, HostStanding>;
  /** Hosts that somebody has heard of, as far as was asked. */
  readonly known: ReadonlySet<HostName>;
  /** A position at which what is said holds, and from which on reads show it. */
  readonly position: Position;
}

function standingOf(row: HostRow | undefined, { command, ifKnown }: HostOrder): HostStanding {
  if (row === undefined && ifKnown === true) return 'unknown';
  switch (command.kind) {
    case 'HostRetired':
      if (row === undefined) return 'unknown';
      return row.retired === null ? 'changes' : 'same';
    case 'HostMissing':
      if (row === undefined) return 'unknown';
      return inventoriesAfter(row.inventories, command) === row.inventories ? 'same' : 'changes';
    case 'HostAttributesSet':
    case 'HostImported': {
      const { kind } = attributesAfter(row?.attributes ?? {}, command);
      if (kind === 'full') return kind;
      if (command.kind === 'HostImported') {
        // an inventory says that there is such a host
        if (row === undefined || inventoriesAfter(row.inventories, command) !== row.inventories) return 'changes';
        if (!row.inventories.includes(command.inventory)) return 'crowded';
      } else if (row === undefined && Object.keys(command.set).length === 0) {
        return 'unknown';
      }
      return kind === 'changed' ? 'changes' : 'same';
    }
  }
}

/**
 * Of orders for different hosts. `since`: a position that answers may be built on; the journal's end where absent. Where the
 * views do not come to it in time, they still say of which hosts something changes, as far as they are; `not-caught-up` where
 * that is none, or they cannot be asked, and always with `since`: who gives that can ask again, and what is stored already
 * would be written again otherwise.
 */
export async function hostStandings(
  { journal, views: all, gate }: StandingParts,
  orders: readonly HostOrder[],
  caller: Pick<Caller, 'holder'>,
  since?: Position,
): Promise<Outcome<HostStandings>> {
  const byHost = new Map<HostName, HostStanding>();
  const known = new Set<HostName>();
  const views = all.for(holderOf(caller));
  const lookUp = async (generation: number, asked: readonly HostOrder[]): Promise<ReadonlyMap<HostName, HostRow>> => {
    const rows = await rowsOf(
      views,
      generation,
      asked.map(({ host }) => host),
    );
    await eachInTurns(asked, (order) => {
      const { host } = order;
      const row = rows.get(host);
      byHost.set(host, standingOf(row, order));
      if (row !== undefined) known.add(host);
    });
    return rows;
  };
  try {
    const position = since ?? (await journal.head()).position;
    const caughtUp = await gate.pass({ minPosition: position, waitS: WAIT_S });
    if (caughtUp.ok) {
      const { generation } = caughtUp.value;
      // asked first: a host that is behind may be up to date by the time that it is looked up
      const behind = await hostsBehind(views, generation, inPieces(orders.map(({ host }) => host)));
      const rows = await lookUp(generation, orders);
      // of a host whose later entries are not judged the fold decides
      for (const [host, { parked }] of rows) if (parked !== null || behind.has(host)) byHost.set(host, 'changes');
    } else if (since !== undefined) {
      return caughtUp;
    } else {
      const seen = await gate.pass({});
      if (!seen.ok) return seen;
      await lookUp(seen.value.generation, orders);
      for (const [host, standing] of byHost) if (standing !== 'changes') byHost.set(host, 'behind');
      if (![...byHost.values()].includes('changes')) return caughtUp;
    }
    return done({ byHost, known, position });
  } catch (error) {
    const isAway = error instanceof StoreUnavailable && error.store === 'views';
    if (!isAway && !(error instanceof GenerationGone)) throw error;
    const detail = 'the views cannot be asked for the host now: try again shortly';
    return failed({ code: 'not-caught-up', detail, retryAfterS: 1 });
  }
}

/** The answer for a host that is not commanded; `host` as the client wrote it. */
export function hostFaultOf(
  host: string,
  standing: Exclude<HostStanding, 'changes' | 'same'>,
): Extract<HostResult, { readonly fault: unknown }>['fault'] {
  switch (standing) {
    case 'unknown':
      return {
        code: 'host-unknown',
        message: `there is no host "${host}": nothing was logged for it; GET /hosts lists those there are`,
      };
    case 'full':
      return {
        code: 'attributes-full',
        message: `"${host}" would have more than ${MAX_HOST_ATTRIBUTES} attributes: clear some of them as well`,
      };
    case 'crowded':
      return {
        code: 'inventories-full',
        message: `"${host}" is in ${MAX_INVENTORIES} inventories, and can be in no other: one that nobody keeps any more ends with an import of it that has a single host`,
      };
    case 'behind':
      return { code: 'not-caught-up', message: `the views do not know yet what "${host}" is: try again shortly` };
  }
}
