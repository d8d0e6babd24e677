/** What a comparison has found: the first differences in full, and how many there are (R8). */
import type { HostName, LaborId, QuestId, Revision } from '#domain';
import { canonicalText } from '../replay/canonical.js';
import type { HostDifferences } from '../replay/differences.js';

/** As many are kept in full. */
export const MOST_EXAMPLES = 1000;
/** A longer value is cut. */
export const MOST_VALUE_CHARACTERS = 500;

/** One difference. Its values are JSON in which members stand by their names; null where that side has none. */
export interface DifferenceFound {
  /** Null where it is no host's. */
  readonly host: HostName | null;
  /** Null where it is no labor's. */
  readonly labor: LaborId | null;
  /** Null where it is neither of a host's part in a quest nor of a quest. */
  readonly quest: QuestId | null;
  /** Null where one side has no such document at all. */
  readonly field: string | null;
  readonly live: string | null;
  readonly folded: string | null;
  /** The first entry of the host by which it can be so; null where no value says when, and of quests. */
  readonly entry: Revision | null;
}

type Subject = Partial<Pick<DifferenceFound, 'host' | 'labor' | 'quest' | 'entry'>>;

const NOBODYS = { host: null, labor: null, quest: null, entry: null };

export class Findings {
  /** Those of {@link examples} among them. */
  differences = 0;
  readonly examples: DifferenceFound[] = [];

  /** `field` null: one side has no such document, or undefined for it. */
  add(subject: Subject, field: string | null, live: unknown, folded: unknown): void {
    this.differences += 1;
    if (this.examples.length >= MOST_EXAMPLES) return;
    this.examples.push({ ...NOBODYS, ...subject, field, live: textOf(live), folded: textOf(folded) });
  }

  addHost({ host, differences }: HostDifferences): void {
    for (const { labor, quest, entry, field, live, folded } of differences)
      this.add({ host, labor, quest, entry }, field, live, folded);
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  const text = canonicalText(value);
  return text.length > MOST_VALUE_CHARACTERS ? `${text.slice(0, MOST_VALUE_CHARACTERS)}…` : text;
}
