/** Inventories (rule 23): in which of them a host is after an entry of one. */
import type { InventoryLogged } from './entries.js';
import { MAX_INVENTORIES, type HostState } from './state.js';

/** What changes nothing answers the given list. The fold asks it, and so does ingest, which writes nothing then. */
export function inventoriesAfter(
  before: HostState['inventories'],
  { kind, inventory }: Pick<InventoryLogged, 'kind' | 'inventory'>,
): HostState['inventories'] {
  const isIn = before.includes(inventory);
  if (isIn === (kind === 'HostImported')) return before;
  return isIn ? before.filter((each) => each !== inventory) : [...before, inventory].slice(-MAX_INVENTORIES);
}
