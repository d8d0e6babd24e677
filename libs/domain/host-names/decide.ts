/**
 * Deciding about names (rule 23). Whether a name has a history of its own, and its host is retired, is the application's
 * business: the stream does not know it.
 */
import type { HostName } from '../names.js';
import { accepted, refused, type Decision, type Refusal } from '../refusal.js';
import type { AliasHosts, AliasOrder, RemoveAlias, SetNameRules } from './commands.js';
import { NamesDraft } from './draft.js';
import type { HostAliased, HostAliasesRemoved, NameRulesSet } from './entries.js';
import { applyToNames } from './evolve.js';
import { aliasesOf, cutOffDomain, ownName } from './resolve.js';
import { MAX_ALIASES, MAX_ALIASES_OF_HOST, type HostNames } from './state.js';

/** What becomes of one host's order. */
export interface AliasDecision {
  /** By its own name. */
  readonly host: HostName;
  /** Undefined where each name is its alias already. */
  readonly entry: HostAliased | undefined;
  /** All of them, afterwards. */
  readonly aliases: readonly HostName[];
}

/**
 * For each order in turn, as the orders before it leave the names; every fault of an order at once, at the paths `names[…]`.
 * `inUse`: those of the names that are hosts, known and not retired.
 */
export function decideAliases(
  { orders, by, now: recordedAt }: AliasHosts,
  names: HostNames,
  inUse: ReadonlySet<HostName>,
): readonly Decision<AliasDecision>[] {
  const draft = new NamesDraft(names);
  return orders.map((order): Decision<AliasDecision> => {
    const host = ownName(draft.names, order.host);
    const added = [...new Set(order.names)].filter((name) => draft.names.aliases.get(name) !== host);
    const refusals = refusalsOf(draft.names, host, order, added.length, inUse);
    if (refusals.length > 0) return refused(...refusals);
    const entry: HostAliased | undefined =
      added.length === 0 ? undefined : { kind: 'HostAliased', host, names: added, by, recordedAt };
    if (entry !== undefined) applyToNames(draft, entry);
    return accepted({ host, entry, aliases: aliasesOf(draft.names, host) });
  });
}

function refusalsOf(
  names: HostNames,
  host: HostName,
  order: AliasOrder,
  added: number,
  inUse: ReadonlySet<HostName>,
): readonly Refusal[] {
  const refusals = order.names.flatMap((name, index) => {
    const refusal = refusalOf(names, host, name, inUse);
    return refusal === undefined ? [] : [{ ...refusal, path: `names[${index}]` }];
  });
  const ofHost = aliasesOf(names, host).length + added;
  if (added > 0 && ofHost > MAX_ALIASES_OF_HOST)
    refusals.push(full(`${host} would have ${ofHost} aliases, and may have ${MAX_ALIASES_OF_HOST}`));
  const total = names.aliases.size + added;
  if (added > 0 && total > MAX_ALIASES)
    refusals.push(full(`There would be ${total} aliases, and may be ${MAX_ALIASES}`));
  return refusals;
}

function refusalOf(
  names: HostNames,
  host: HostName,
  name: HostName,
  inUse: ReadonlySet<HostName>,
): Omit<Refusal, 'path'> | undefined {
  if (name === host) return { code: 'alias-of-itself', message: `${name} is the host's own name; name other ones.` };
  const other = names.aliases.get(name);
  if (other !== undefined && other !== host)
    return { code: 'alias-taken', message: `${name} is an alias of ${other}; remove it there first.` };
  if (inUse.has(name)) {
    const message = `${name} is a host that is not retired, and would lose its name; retire it first, which waives what is open on it.`;
    return { code: 'host-in-use', message };
  }
  const count = aliasesOf(names, name).length;
  if (count === 0) return undefined;
  const message = `${name} is a host with ${count} aliases of its own, and would lose its name; remove these first.`;
  return { code: 'host-in-use', message };
}

function full(what: string): Refusal {
  return { code: 'aliases-full', path: '', message: `${what}; remove those that nobody uses.` };
}

/** The aliases that the host has afterwards, and the entry. */
export interface RemovalDecision {
  readonly host: HostName;
  readonly entry: HostAliasesRemoved;
  readonly aliases: readonly HostName[];
}

export function decideAliasRemoval(
  { host: named, name, by, now: recordedAt }: RemoveAlias,
  names: HostNames,
): Decision<RemovalDecision> {
  const host = ownName(names, named);
  if (names.aliases.get(name) !== host)
    return refused({
      code: 'alias-unknown',
      path: '',
      message: `${name} is no alias of ${host}; GET /hosts/${host} shows those that it has.`,
    });
  const entry: HostAliasesRemoved = { kind: 'HostAliasesRemoved', host, names: [name], by, recordedAt };
  return accepted({ host, entry, aliases: aliasesOf(names, host).filter((each) => each !== name) });
}

/** At most one entry; none where these are the rules already. */
export function decideNameRules(
  { cut, domain, by, now: recordedAt }: SetNameRules,
  { rules }: HostNames,
): Decision<readonly NameRulesSet[]> {
  const off = cutOffDomain({ cut, domain });
  if (off !== undefined)
    return refused({
      code: 'name-rules-invalid',
      path: 'domain',
      message: `${off} is cut off ${domain ?? ''}, which would be appended again; name another domain, or do not cut ${off}.`,
    });
  const isSame =
    domain === rules.domain && cut.length === rules.cut.length && cut.every((each, at) => each === rules.cut[at]);
  return accepted(isSame ? [] : [{ kind: 'NameRulesSet', cut, domain, by, recordedAt }]);
}
