/** The entries of one stream that wait to be judged, each the next after the one before it. */
import type { StoredEntry } from '#contracts';
import { SplitDamaged } from './splitting/stored-split.js';

/** What an entry's envelope takes in memory beside its data, about. */
const ENVELOPE_CHARACTERS = 250;

/** How much of the memory an entry takes. */
export function charactersOf({ json }: StoredEntry): number {
  return json.length + ENVELOPE_CHARACTERS;
}

export class WaitingEntries {
  /** How many came, those included that do not wait any more. */
  count = 0;
  private entries: StoredEntry[] = [];

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Throws a {@link SplitDamaged} where an entry is missing or comes twice: judged without it, its stream would come to something else. */
  add(entry: StoredEntry): void {
    const { stream, revision } = entry;
    if (revision !== this.count)
      throw new SplitDamaged(`entry ${revision} of ${stream} was given to a replay where ${this.count} is the next`);
    this.count += 1;
    this.entries.push(entry);
  }

  /** All that wait; none does after it. */
  take(): readonly StoredEntry[] {
    const { entries } = this;
    this.entries = [];
    return entries;
  }
}
