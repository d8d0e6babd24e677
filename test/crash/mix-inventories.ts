/** Imports of inventories under crashes: one that takes hosts in, and a later one of the same inventory that lacks some of them. */
import { newAsk, type Ask } from './asks.js';

/** An inventory that was imported once, and is imported once more at most. */
export interface ImportedInventory {
  readonly inventory: string;
  readonly hosts: readonly string[];
}

/** `earlier`: what the first import of it named; absent: it is the first, of an inventory that is called as its tag. */
export function inventoryAsk(tag: string, hosts: readonly string[], earlier?: ImportedInventory): Ask {
  const inventory = earlier?.inventory ?? tag;
  const gone = earlier?.hosts.filter((host) => !hosts.includes(host)) ?? null;
  const effect = { kind: 'inventory', inventory, hosts, gone } as const;
  return {
    ...newAsk({ tag, path: `/hosts/import?inventory=${inventory}`, body: null, repeatable: true, effect }),
    contentType: 'text/csv',
    body: ['host', ...hosts, ''].join('\n'),
  };
}
