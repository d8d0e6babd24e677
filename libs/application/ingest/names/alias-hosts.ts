/** Aliases of hosts (rule 23): the names' stream decides; the journal and the views say which names are hosts in use. */
import { done, failed, type Outcome, type Position, type Problem } from '#contracts';
import {
  aliasesOf,
  decideAliases,
  decideAliasRemoval,
  foldNames,
  ownName,
  type AliasDecision,
  type AliasOrder,
  type Decision,
  type HostName,
  type HostNames,
  type Instant,
  type NamesEntry,
} from '#domain';
import type { Journal } from '#ports';
import type { NamesTimeline } from '../../names/names-timeline.js';
import { changeFollowed, type ConditionOn, type Deciding, type FollowedWriter } from '../deciding/change-followed.js';
import type { IngestRequest } from '../deciding/request.js';
import type { AliasedHost, Caller, HostAliases, Unchanged } from '../ingest.js';
import { changedMeanwhile, problemOfRefusals } from '../problems.js';
import { firstEntries, namesInUse, type InUseParts } from './names-in-use.js';

export interface NamesWriter extends FollowedWriter<HostNames, NamesEntry>, InUseParts {
  readonly journal: Journal;
  readonly timeline: NamesTimeline;
  readonly now: () => Instant;
}

/** What is decided of each order, and the entries of those that change something. */
interface Decided {
  readonly entries: readonly NamesEntry[];
  readonly orders: readonly Decision<AliasDecision>[];
}

/** As each order was decided, in their order. */
export interface AliasedHosts {
  /** Undefined where there is none to wait for: nobody ever named anything. */
  readonly position: Position | undefined;
  readonly orders: readonly Decision<AliasDecision>[];
}

/** One host's, all or none. */
export async function aliasHost(
  writer: NamesWriter,
  order: AliasOrder,
  by: string | null,
  caller: Caller,
  request: IngestRequest,
  unchanged?: Unchanged<HostAliases>,
): Promise<Outcome<AliasedHost>> {
  const deciding = decidingOf(writer, [order], by, caller, request);
  const outcome = await changeFollowed(
    writer,
    request,
    caller,
    {
      ...deciding,
      decide: async (names) => {
        const decided = await deciding.decide(names);
        if (!decided.ok) return decided;
        const [only] = decided.value.orders;
        return only?.ok === false ? failed(problemOfRefusals(only.refusals)) : decided;
      },
    },
    aliasesSeen(order.host, unchanged),
  );
  if (!outcome.ok) return outcome;
  const { position, orders } = outcome.value;
  const [only] = orders;
  if (only?.ok !== true || position === undefined) throw new TypeError('an alias without its decision');
  const { host, entry, aliases } = only.value;
  const added = entry?.names ?? [];
  const known = await knownBefore(writer, [host, ...added], position);
  return done({
    ...{ position, host, aliases, changed: entry !== undefined },
    formerHosts: added.filter((name) => known.has(name)),
    newHost: entry !== undefined && !known.has(host),
  });
}

/** Many hosts', each by itself: those that are refused are left out. `dryRun`: nothing is written. */
export async function aliasHosts(
  writer: NamesWriter,
  orders: readonly AliasOrder[],
  caller: Caller,
  request: IngestRequest,
  dryRun: boolean,
): Promise<Outcome<AliasedHosts>> {
  const deciding = decidingOf(writer, orders, null, caller, request);
  if (!dryRun) return changeFollowed(writer, request, caller, deciding);
  await writer.timeline.readToEnd();
  const decided = await deciding.decide(writer.timeline.state);
  return decided.ok ? done({ position: undefined, orders: decided.value.orders }) : decided;
}

export async function removeAlias(
  writer: NamesWriter,
  { host, name }: { readonly host: HostName; readonly name: HostName },
  caller: Caller,
  request: IngestRequest,
  unchanged?: Unchanged<HostAliases>,
): Promise<Outcome<AliasedHost>> {
  const command = { kind: 'RemoveAlias', host, name, by: caller.principal, now: writer.now() } as const;
  const outcome = await changeFollowed(
    writer,
    request,
    caller,
    {
      decide: (names) => {
        const decision = decideAliasRemoval(command, names);
        return decision.ok
          ? done({ ...decision.value, entries: [decision.value.entry] })
          : failed(problemOfRefusals(decision.refusals));
      },
      answer: ({ host: own, aliases }, { position }) => ({ position, host: own, aliases }),
    },
    aliasesSeen(host, unchanged),
    (entries, names) => renamedInUse(writer, ownName(names, host), foldNames(names, entries), caller),
  );
  if (!outcome.ok) return outcome;
  const { position, ...rest } = outcome.value;
  if (position === undefined) throw new TypeError('an alias was removed nowhere');
  return done({ ...rest, position, changed: true, formerHosts: [], newHost: false });
}

/** The rules may call a host otherwise that has no alias left: as where they are set, none in use may be. */
async function renamedInUse(
  writer: NamesWriter,
  host: HostName,
  after: HostNames,
  caller: Caller,
): Promise<Problem | undefined> {
  const other = ownName(after, host);
  if (other === host) return undefined;
  const inUse = await namesInUse(writer, [host], caller);
  if (!inUse.ok) return inUse.problem;
  if (!inUse.value.has(host)) return undefined;
  const detail = `${host} would be ${other} by the rules of names, and what is open there would be under a name that nobody can use: retire it first, or give it another alias, then it keeps its own`;
  return { code: 'host-in-use', detail };
}

function decidingOf(
  writer: NamesWriter,
  orders: readonly AliasOrder[],
  by: string | null,
  caller: Caller,
  request: IngestRequest,
): Deciding<HostNames, NamesEntry, Decided, AliasedHosts> {
  const command = { kind: 'AliasHosts', orders, by: by ?? caller.principal, now: writer.now() } as const;
  const { timeline } = writer;
  return {
    decide: async (names) => {
      const isDone = timeline.positionOf(request.uuid(`${timeline.of.stream} 0`)) !== undefined;
      const asked = isDone ? [] : orders.flatMap((order) => order.names.filter((name) => !names.aliases.has(name)));
      const inUse = await namesInUse(writer, [...new Set(asked)], caller);
      if (!inUse.ok) return inUse;
      const decisions = decideAliases(command, names, inUse.value);
      const entries = decisions.flatMap((each) =>
        each.ok && each.value.entry !== undefined ? [each.value.entry] : [],
      );
      return done({ entries, orders: decisions });
    },
    answer: ({ orders: decisions }, { position }) => ({ position, orders: decisions }),
  };
}

/** Those of the names that had a history of their own before. */
async function knownBefore(
  { journal }: NamesWriter,
  names: readonly HostName[],
  position: Position,
): Promise<ReadonlySet<HostName>> {
  const firsts = await firstEntries(journal, names);
  return new Set(names.filter((name) => (firsts.get(name)?.position ?? position) < position));
}

function aliasesSeen(named: HostName, unchanged: Unchanged<HostAliases> | undefined): ConditionOn<HostNames> {
  return (names) => {
    const host = ownName(names, named);
    const isSeen = unchanged === undefined || unchanged({ host, aliases: aliasesOf(names, host) });
    return isSeen ? undefined : changedMeanwhile(`what ${host} is called`);
  };
}
