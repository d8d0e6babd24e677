/**
 * What a comparison has found: the first differences in full, and how many there are (R8). It is kept and shown after an event was
 * redacted (rule 25): so it has no word of an event.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { HostName, LaborId, QuestId, Revision } from '#domain';
import { canonicalText } from '../replay/canonical.js';
import type { HostDifferences } from '../replay/differences.js';

/** As many are kept in full. */
export const MOST_EXAMPLES = 1000;
/** A longer value is cut. */
export const MOST_VALUE_CHARACTERS = 500;

/** Where what somebody reported stands, in documents of whatever kind. */
const WORDS: ReadonlySet<string> = new Set(['note', 'by', 'attributes', 'data', 'principal']);
/** Digits of the hash by which words differ. */
const HASH_DIGITS = 12;

/**
 * One difference. Its values are JSON in which members stand by their names; null where that side has none. Words of events are
 * `words:` and a hash, which is the same for the same words of one comparison and says nothing of them: its key is forgotten.
 */
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

/** What a log may say of a difference: where it is. */
export type DifferenceWhere = Omit<DifferenceFound, 'live' | 'folded'>;

export function whereOf({ host, labor, quest, field, entry }: DifferenceFound): DifferenceWhere {
  return { host, labor, quest, field, entry };
}

export class Findings {
  private readonly key = randomBytes(32);
  /** Those of {@link examples} among them. */
  differences = 0;
  readonly examples: DifferenceFound[] = [];

  /** `field` null: one side has no such document, or undefined for it. */
  add(subject: Subject, field: string | null, live: unknown, folded: unknown): void {
    this.differences += 1;
    if (this.examples.length >= MOST_EXAMPLES) return;
    const [one, other] = [live, folded].map((value) => textOf(this.hidden(value, field?.split('.').at(-1))));
    this.examples.push({ ...NOBODYS, ...subject, field, live: one ?? null, folded: other ?? null });
  }

  addHost({ host, differences }: HostDifferences): void {
    for (const { labor, quest, entry, field, live, folded } of differences)
      this.add({ host, labor, quest, entry }, field, live, folded);
  }

  /** Differences that are counted, and come after all examples. */
  addMore(differences: number): void {
    this.differences += differences;
  }

  private hidden(value: unknown, name?: string): unknown {
    if (value === null || value === undefined) return value;
    if (name !== undefined && WORDS.has(name)) return this.hashOf(value);
    if (Array.isArray(value)) return value.map((item) => this.hidden(item));
    if (typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([member, each]) => [member, this.hidden(each, member)]));
  }

  private hashOf(words: unknown): string {
    const hash = createHmac('sha256', this.key).update(canonicalText(words)).digest('hex');
    return `words:${hash.slice(0, HASH_DIGITS)}`;
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  const text = canonicalText(value);
  return text.length > MOST_VALUE_CHARACTERS ? `${text.slice(0, MOST_VALUE_CHARACTERS)}…` : text;
}
