/** A quest as its own stream has it: the request, and the progress of embarking. Its numbers are the sum of its parts. */
import type { Instant, TypeName } from '../names.js';
import type { Reference } from './entries.js';
import type { QuestId } from './ids.js';

/** How many accepted batches a quest remembers: a second acceptance comes soon after the first, if at all. */
export const REMEMBERED_BATCHES = 200;

/** Rule 22: for ever. */
export interface Abandonment {
  readonly by: string | null;
  readonly principal: string | null;
  readonly at: Instant;
  readonly reason: string;
}

export interface QuestState {
  readonly quest: QuestId;
  readonly type: TypeName;
  readonly creator: string | null;
  /** Whose token embarked it; null without one. */
  readonly principal: string | null;
  readonly description: string;
  readonly target: Instant | null;
  readonly references: readonly Reference[];
  /** When its first batch was accepted; null: drafted only, not a quest yet for anyone. */
  readonly embarkedAt: Instant | null;
  /** Hosts in accepted batches, without those taken out. */
  readonly hosts: number;
  /** Accepted batches whose hosts do not all have their event yet, oldest first; none once it is abandoned. */
  readonly embarking: readonly string[];
  /** The newest {@link REMEMBERED_BATCHES} accepted batches, embarked or not: each counts once. */
  readonly batches: readonly string[];
  /** Accepted adoptions of which not all hosts have their entries yet, oldest first; none once it is abandoned. */
  readonly adopting: readonly string[];
  /** Accepted removals of which not all hosts have their entries yet, oldest first; also while it is abandoned. */
  readonly removing: readonly string[];
  /** It ever took hosts out: which of them know of it, no number says. */
  readonly removes: boolean;
  readonly abandoned: Abandonment | null;
  /** It is abandoned, and some of its hosts may not know of it yet. */
  readonly ending: boolean;
}

/** Before the first entry. */
export const noQuest: QuestState | null = null;
