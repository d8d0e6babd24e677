/** Facts from answers so far, to act upon. */
import type { FormerStage } from './asks.js';
import type { ImportedInventory } from './mix-inventories.js';

export interface Known {
  labors: readonly string[];
  readonly quests: number[];
  readonly operations: string[];
  /** Aliases, and since when each is known. */
  readonly aliases: { readonly host: string; readonly name: string; readonly sinceMs: number }[];
  /** Names that are to become aliases once their hosts are retired, and how far each is. */
  readonly formers: Map<string, FormerStage>;
  /** Inventories that were imported once. */
  readonly inventories: ImportedInventory[];
}

export function nothingKnown(): Known {
  return { labors: [], quests: [], operations: [], aliases: [], formers: new Map(), inventories: [] };
}
