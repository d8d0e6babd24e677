/** What the answers so far have said: what later requests act upon. */
import type { FormerStage } from './asks.js';

/** Facts from answers so far, to act upon. */
export interface Known {
  labors: readonly string[];
  readonly quests: number[];
  readonly operations: string[];
  /** Aliases, and since when each is known. */
  readonly aliases: { readonly host: string; readonly name: string; readonly sinceMs: number }[];
  /** Names that are to become aliases once their hosts are retired, and how far each is. */
  readonly formers: Map<string, FormerStage>;
}
