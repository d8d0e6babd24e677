/** Rule 23 in a journal: whom an import that was answered named is in its inventory, whom it lacked is not, and nothing else is said. */
import type { HostEntry } from '#domain';
import type { Ask } from './asks.js';
import type { AuditedEntry, CrashHistory } from './history.js';

/** Of ingests: with several, one may take a host in that the other has taken in already, as its views are late or its client is gone. */
export type Processes = 'one' | 'several';

type InventoryEffect = Extract<Ask['effect'], { readonly kind: 'inventory' }>;

export function auditInventories(
  asks: readonly Ask[],
  { hosts: streams }: CrashHistory,
  processes: Processes,
): readonly string[] {
  const effects = asks.flatMap(({ effect }) => (effect.kind === 'inventory' ? [effect] : []));
  const said = new Map([...streams].map(([host, placed]) => [host, saidIn(placed)]));
  const saidOf = (host: string, inventory: string): readonly string[] => said.get(host)?.get(inventory) ?? [];
  const unfounded = [...said].flatMap(([host, byInventory]) =>
    [...byInventory].flatMap(([inventory, kinds]) => wrongIn(host, inventory, kinds, effects, processes)),
  );
  const unkept = asks.flatMap(({ tag, effect, answer }) => {
    if (effect.kind !== 'inventory' || answer === undefined) return [];
    const { inventory, hosts, gone } = effect;
    const lost = hosts.filter((host) => {
      const kinds = saidOf(host, inventory);
      const mayBeGone = effects.some((other) => other.inventory === inventory && other.gone?.includes(host) === true);
      return (mayBeGone ? kinds[0] : kinds.at(-1)) !== 'HostImported';
    });
    const left = (gone ?? []).filter((host) => saidOf(host, inventory).at(-1) !== 'HostMissing');
    return [
      ...lost.map((host) => `${tag}: ${host} was imported, and is not in ${inventory}`),
      ...left.map((host) => `${tag}: ${host} was missing, and is in ${inventory} still`),
    ];
  });
  return [...unkept, ...unfounded];
}

/** What is said of a host, by inventory, in the order of the journal. */
function saidIn(placed: readonly AuditedEntry<HostEntry>[]): ReadonlyMap<string, readonly string[]> {
  const said = new Map<string, string[]>();
  for (const { entry } of placed) {
    if (entry.kind !== 'HostImported' && entry.kind !== 'HostMissing') continue;
    said.set(entry.inventory, [...(said.get(entry.inventory) ?? []), entry.kind]);
  }
  return said;
}

/** By one process a host is taken in and off by turns, since an entry is written only where it changes something. */
function wrongIn(
  host: string,
  inventory: string,
  kinds: readonly string[],
  effects: readonly InventoryEffect[],
  processes: Processes,
): readonly string[] {
  const isNamed = effects.some((effect) => effect.inventory === inventory && effect.hosts.includes(host));
  if (!isNamed) return [`${host} is in ${inventory}, and no import named it`];
  const byTurns = kinds.every((kind, nth) => kind === (nth % 2 === 0 ? 'HostImported' : 'HostMissing'));
  const isWrong = processes === 'one' ? !byTurns : kinds[0] !== 'HostImported';
  return isWrong ? [`${host} and ${inventory}: ${kinds.join(' ')}`] : [];
}
