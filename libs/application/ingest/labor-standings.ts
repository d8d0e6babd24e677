/**
 * What the views say of labors that a command names. They are asked first, so that most mistakes are answered at once; nobody is
 * refused by views that may be behind. Of many labors, others have their turn between some and the next.
 */
import { done, eachInTurns, filterInTurns, mapInTurns, type LaborDocument, type Outcome } from '#contracts';
import {
  MAX_MOVED,
  MAX_OPEN,
  MAX_OPEN_PER_TYPE,
  MAX_REOPENABLE,
  moved,
  reopened,
  type HostName,
  type HostState,
  type LaborCommand,
  type LaborId,
  type Revision,
} from '#domain';
import { MAX_LABORS_BY_ID, type Journal, type LaborRow, type ViewsReader } from '#ports';
import type { Gate } from '../reading/gate.js';
import { askViews } from './ask-views.js';
import { holderOf } from './holders.js';
import type { Caller, LaborResult } from './ingest.js';

/** Whom a command's questions ask. */
export type LaborViews = Pick<ViewsReader, 'laborsById' | 'host' | 'hosts' | 'behindAmong'>;

export interface StandingParts {
  readonly journal: Pick<Journal, 'head'>;
  readonly views: { for(holder: string): LaborViews };
  readonly gate: Gate;
}

/** How long a refusal may wait for the views. */
const WAIT_S = 5;

/** Hosts that are asked for in one question: others have their turn before the next. */
const HOSTS_AT_ONCE = 200;
const HOSTS_PAGE = { sort: 'host', limit: HOSTS_AT_ONCE, after: null, count: false } as const;

/**
 * What the views say of a labor; `fit` is all that the command needs; `not-waived`, `full`: it cannot be reopened (rule 14);
 * `long`: it cannot move (rule 15);
 * `parked`: its host's entries from there on are not judged; `behind`: nothing that a refusal could be built on, such as of
 * a host that is behind (P9).
 */
export type Standing = 'fit' | 'closed' | 'not-waived' | 'full' | 'long' | 'unknown' | 'parked' | 'behind';

/** Of a labor that is in this state (rules 13 and 14). */
function standingIn(state: LaborDocument['state'], kind: LaborCommand['kind']): Standing {
  switch (kind) {
    case 'LaborNoted':
      return 'fit';
    case 'LaborReopened':
      return state === 'waived' ? 'fit' : 'not-waived';
    default:
      return state === 'open' ? 'fit' : 'closed';
  }
}

/** A labor as a command names it. */
export interface Named {
  readonly id: LaborId;
  readonly host: HostName;
  readonly revision: Revision;
  /** 0 for a labor that its event opened itself. */
  readonly followUp: number;
}

/** `not-caught-up` where the views cannot be asked, or are not where the journal was when the request came and no labor is fit. */
export async function standingsOf(
  { journal, views: all, gate }: StandingParts,
  labors: readonly Named[],
  command: LaborCommand,
  caller: Pick<Caller, 'holder'>,
): Promise<Outcome<ReadonlyMap<LaborId, Standing>>> {
  const standings = new Map<LaborId, Standing>();
  const views = all.for(holderOf(caller));
  if (labors.length === 0) return done(standings);
  return askViews('for the labor', async () => {
    const seen = await gate.pass({});
    if (!seen.ok) return seen;
    const lookUp = async (generation: number, asked: readonly Named[]): Promise<void> => {
      await eachInTurns(asked, ({ id }) => standings.set(id, 'unknown'));
      await eachInTurns(await laborsOf(views, generation, asked), ({ labor }) =>
        standings.set(labor.id, standingIn(labor.state, command.kind)),
      );
      // whether one may move hangs on none of the others
      const judged = command.kind === 'LaborAdopted' ? asked.filter(({ followUp }) => followUp > 0) : labors;
      await refuseBeyondBounds(views, generation, standings, judged, command);
    };
    await lookUp(seen.value.generation, labors);
    const doubtful = await filterInTurns(labors, ({ id }) => standings.get(id) !== 'fit');
    if (doubtful.length === 0) return done(standings);
    const { position } = await journal.head();
    const caughtUp = await gate.pass({ minPosition: position, waitS: WAIT_S });
    if (caughtUp.ok) {
      const { generation } = caughtUp.value;
      const unknown = await filterInTurns(doubtful, ({ id }) => standings.get(id) === 'unknown');
      const hosts = await hostsInPieces(unknown);
      // asked first: a host that is behind or parked may be up to date by the time that its labors are looked up
      const behind = await hostsBehind(views, generation, hosts);
      const parkedAt = await placesParked(views, generation, hosts);
      await lookUp(generation, doubtful);
      await eachInTurns(doubtful, ({ id, host, revision }) => {
        if (standings.get(id) !== 'unknown') return;
        // an entry that could not be judged may have opened it
        if (revision >= (parkedAt.get(host) ?? Infinity)) standings.set(id, 'parked');
        else if (behind.has(host)) standings.set(id, 'behind');
      });
    } else if (doubtful.length === labors.length) return caughtUp;
    else await eachInTurns(doubtful, ({ id }) => standings.set(id, 'behind'));
    return done(standings);
  });
}

async function laborsOf(views: LaborViews, generation: number, labors: readonly Named[]): Promise<readonly LaborRow[]> {
  const rows: LaborRow[] = [];
  for (let first = 0; first < labors.length; first += MAX_LABORS_BY_ID) {
    const ids = await mapInTurns(labors.slice(first, first + MAX_LABORS_BY_ID), ({ id }) => id);
    rows.push(...(await views.laborsById(generation, ids)));
  }
  return rows;
}

/**
 * Rules 14 and 15: what the fold would leave undone were all of them reopened or moved now, in their order. Nothing is closed in
 * the chain of a labor that follows no other: it may move.
 */
async function refuseBeyondBounds(
  views: LaborViews,
  generation: number,
  standings: Map<LaborId, Standing>,
  labors: readonly Named[],
  command: LaborCommand,
): Promise<void> {
  if (command.kind !== 'LaborReopened' && command.kind !== 'LaborAdopted') return;
  const states = new Map<HostName, HostState>();
  for (const { id, host } of labors) {
    if (standings.get(id) !== 'fit') continue;
    const state = states.get(host) ?? (await views.host(generation, host))?.state;
    if (state === undefined) continue;
    const after = command.kind === 'LaborReopened' ? reopened(state, id) : moved(state, id, command.quest);
    states.set(host, 'state' in after ? after.state : state);
    if (after.kind === 'full' || after.kind === 'long') standings.set(id, after.kind);
    else if (command.kind === 'LaborReopened' && after.kind === 'unknown') standings.set(id, 'not-waived');
  }
}

/** P9: the hosts of which entries are still to be judged. */
export async function hostsBehind(
  views: LaborViews,
  generation: number,
  pieces: readonly (readonly HostName[])[],
): Promise<ReadonlySet<HostName>> {
  const behind = new Set<HostName>();
  for (const hosts of pieces) {
    for (const { host } of await views.behindAmong(generation, { hosts, quests: [] })) behind.add(host);
  }
  return behind;
}

/** Of hosts that are parked, where: their entries from there on are not judged. */
async function placesParked(
  views: LaborViews,
  generation: number,
  pieces: readonly (readonly HostName[])[],
): Promise<ReadonlyMap<HostName, Revision>> {
  const parkedAt = new Map<HostName, Revision>();
  for (const host of pieces) {
    const { items } = await views.hosts(generation, { host, parked: true }, HOSTS_PAGE);
    for (const { host, parked } of items) if (parked !== null) parkedAt.set(host, parked.revision);
  }
  return parkedAt;
}

async function hostsInPieces(labors: readonly Named[]): Promise<readonly (readonly HostName[])[]> {
  const hosts = new Set<HostName>();
  await eachInTurns(labors, ({ host }) => hosts.add(host));
  return inPieces([...hosts]);
}

/** As many as are asked for in one question. */
export function inPieces(all: readonly HostName[]): readonly (readonly HostName[])[] {
  return Array.from({ length: Math.ceil(all.length / HOSTS_AT_ONCE) }, (_, nth) =>
    all.slice(nth * HOSTS_AT_ONCE, (nth + 1) * HOSTS_AT_ONCE),
  );
}

/** The answer for a labor that is not commanded; `labor` as the client wrote it. */
export function faultOf(
  labor: string,
  standing: Exclude<Standing, 'fit'>,
): Extract<LaborResult, { readonly fault: unknown }>['fault'] {
  switch (standing) {
    case 'closed':
      return { code: 'labor-not-open', message: `the labor "${labor}" is not open: look at why it was closed` };
    case 'not-waived':
      return {
        code: 'cannot-reopen',
        message: `the labor "${labor}" cannot be reopened: it is not waived, its quest is abandoned, or ${MAX_REOPENABLE} others of its host were waived after it`,
      };
    case 'full':
      return {
        code: 'cannot-reopen',
        message: `the labor "${labor}" cannot be reopened: its host has as many open labors as may be, ${MAX_OPEN_PER_TYPE} of a type and ${MAX_OPEN} in all; close some of them first`,
      };
    case 'long':
      return {
        code: 'cannot-adopt',
        message: `the labor "${labor}" cannot move: its chain has more than ${MAX_MOVED} closed labors, which would move with it; waive it, and let another begin`,
      };
    case 'unknown':
      return {
        code: 'labor-unknown',
        message: `there is no labor "${labor}": look for its right id in the list of labors`,
      };
    case 'parked':
      return {
        code: 'host-parked',
        message: `"${labor}" is not known: its host is parked, and entries of it are not judged yet; release the host, then try again`,
      };
    case 'behind':
      return {
        code: 'not-caught-up',
        message: `the views do not know yet whether "${labor}" is open: try again shortly`,
      };
  }
}
