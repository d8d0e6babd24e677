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
  if (isIn) return before.filter((each) => each !== inventory);
  // none makes room for another: each would drive the next one out, and every import would write all of its hosts again
  return before.length < MAX_INVENTORIES ? [...before, inventory] : before;
}
