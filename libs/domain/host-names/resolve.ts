/** From any name of a host to its own (rule 23): what ingest logs under, and what reads look for. */
import { MAX_HOST_LENGTH, parseHostName, type HostName } from '../names.js';
import type { HostNames, NameRules } from './state.js';

/** Whether every name is the host's own. */
export function isEachItsOwn({ aliases, rules }: HostNames): boolean {
  return aliases.size === 0 && rules.cut.length === 0 && rules.domain === null;
}

/**
 * The own name of the host that `name` means: that of which it is an alias; itself, where it has aliases, since it was
 * named so by them; else what the rules make of it, or that of which this is an alias. The own name of an own name is itself.
 */
export function ownName({ aliases, byHost, rules }: HostNames, name: HostName): HostName {
  const host = aliases.get(name);
  if (host !== undefined) return host;
  if (byHost.has(name)) return name;
  const ruled = ruledName(rules, name);
  return ruled === name ? name : (aliases.get(ruled) ?? ruled);
}

/** The aliases of the host with this own name. */
export function aliasesOf({ byHost }: HostNames, host: HostName): readonly HostName[] {
  return byHost.get(host) ?? [];
}

/** Domains are cut until none is left to cut, then a short name gets its domain; never so that no name of a host is left. */
export function ruledName({ cut, domain }: NameRules, name: HostName): HostName {
  let ruled = name;
  for (let shorter = cutOnce(cut, ruled); shorter !== undefined; shorter = cutOnce(cut, ruled)) ruled = shorter;
  if (domain === null || ruled.includes('.')) return ruled;
  const length = ruled.length + 1 + domain.length;
  return length <= MAX_HOST_LENGTH ? (`${ruled}.${domain}` as HostName) : ruled;
}

/** Of several domains the longest is cut, in whatever order the rules name them. */
function cutOnce(cut: readonly HostName[], name: HostName): HostName | undefined {
  let shortest: HostName | undefined;
  for (const domain of cut) {
    if (!name.endsWith(domain) || name.at(-domain.length - 1) !== '.') continue;
    const left = name.slice(0, -domain.length - 1);
    const shorter = parseHostName(left);
    // a name that ends with a dot would lose that, too
    if (shorter === undefined || shorter !== left) continue;
    if (shortest === undefined || shorter.length < shortest.length) shortest = shorter;
  }
  return shortest;
}

/** The domain that is cut off what the rules append, so that a second look at a name would make another of it; undefined where none is. */
export function cutOffDomain({ cut, domain }: NameRules): HostName | undefined {
  return domain === null ? undefined : cut.find((each) => domain === each || domain.endsWith(`.${each}`));
}
