/** Facts from answers so far, to act upon. */
import type { ImportedInventory } from './mix-inventories.js';

export interface Known {
  labors: readonly string[];
  readonly quests: number[];
  /** Aliases, and since when each is known. */
  readonly aliases: { readonly host: string; readonly name: string; readonly sinceMs: number }[];
  /** Inventories that were imported once. */
  readonly inventories: ImportedInventory[];
}

export function nothingKnown(): Known {
  return { labors: [], quests: [], aliases: [], inventories: [] };
}
