/** Rule 23 in a journal: whom an import that was answered named is in its inventory, and whom it lacked is not. */
import type { Ask } from './asks.js';
import type { CrashHistory } from './history.js';

export function auditInventories(asks: readonly Ask[], { hosts: streams }: CrashHistory): readonly string[] {
  const saidOf = (host: string, inventory: string): readonly string[] =>
    (streams.get(host) ?? []).flatMap(({ entry }) =>
      (entry.kind === 'HostImported' || entry.kind === 'HostMissing') && entry.inventory === inventory
        ? [entry.kind]
        : [],
    );
  return asks.flatMap(({ tag, effect, answer }) => {
    if (effect.kind !== 'inventory' || answer === undefined) return [];
    const { inventory, hosts, gone } = effect;
    const lost = hosts.filter((host) => {
      const said = saidOf(host, inventory);
      // a later import may lack what the first one named
      return gone === null ? said[0] !== 'HostImported' : said.at(-1) !== 'HostImported';
    });
    const left = (gone ?? []).filter((host) => saidOf(host, inventory).at(-1) !== 'HostMissing');
    return [
      ...lost.map((host) => `${tag}: ${host} was imported, and is not in ${inventory}`),
      ...left.map((host) => `${tag}: ${host} was missing, and is in ${inventory} still`),
    ];
  });
}
