/** Rule 23 in a journal: a name with a history becomes an alias when its host is retired, and nothing is logged under it as its own from then on. */
import type { HostAliased, HostEntry, HostName } from '#domain';
import type { Ask } from './asks.js';
import type { AuditedEntry, CrashHistory } from './history.js';

export function auditNames(asks: readonly Ask[], { hosts, names }: CrashHistory): readonly string[] {
  const faults: string[] = [];
  const former = new Set<string>();
  /** Whether it takes the host back into use, and was answered before anybody asked for the alias: later ones come at the same moment. */
  const isBackBefore = ({ entry }: AuditedEntry<HostEntry>, { host }: HostAliased, name: HostName): boolean => {
    if (entry.kind !== 'LaborReopened') return false;
    const reopening = asks.find(({ effect, tag }) => effect.kind === 'labors' && tag === entry.reason);
    const alias = asks.find(({ effect }) => effect.kind === 'aliased' && effect.host === host && effect.name === name);
    return reopening !== undefined && alias !== undefined && reopening.answeredAtMs < alias.askedAtMs;
  };
  for (const { entry, position } of names) {
    if (entry.kind !== 'HostAliased') continue;
    for (const name of entry.names) {
      const own = hosts.get(name) ?? [];
      const before = own.filter((each) => each.position < position);
      const events = own.filter((each) => each.entry.kind === 'EventLogged');
      const retired = before.findLast((each) => each.entry.kind === 'HostRetired');
      const inUse = before.find(
        (each) => each.position > (retired?.position ?? -1n) && isBackBefore(each, entry, name),
      );
      const behind = events.filter((each) => each.position > (retired?.position ?? -1n));
      if (before.length > 0) former.add(`${entry.host} ${name}`);
      if (before.length > 0 && retired === undefined)
        faults.push(`${name} became an alias of ${entry.host} at ${position}, and was not retired`);
      else if (inUse !== undefined)
        faults.push(`${name} became an alias of ${entry.host} at ${position}, and was in use since ${inUse.position}`);
      else
        faults.push(
          ...behind.map((each) => `${name} is an alias of ${entry.host}, and has an event at ${each.position}`),
        );
    }
  }
  return [...faults, ...asks.flatMap((ask) => wrongAnswer(ask, former))];
}

/** Whether the first answer says which of the names had a history; a repeat finds them as they are. */
function wrongAnswer({ tag, effect, attempts, answer }: Ask, former: ReadonlySet<string>): readonly string[] {
  if (effect.kind !== 'aliased' || attempts !== 1 || answer === undefined) return [];
  const { formerHosts } = answer.body as { readonly formerHosts: readonly HostName[] };
  const isSaid = formerHosts.includes(effect.name as HostName);
  if (isSaid === former.has(`${effect.host} ${effect.name}`)) return [];
  return [`${tag}: ${effect.name} was answered as ${isSaid ? 'a former host' : 'a name without a history'}`];
}
