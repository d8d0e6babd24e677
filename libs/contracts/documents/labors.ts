/** The document of a labor (rule 12). */
import type { Actor, EventId, FateId, HostName, Instant, LaborId, QuestId, TypeName } from '#domain';
import type { Position } from '../position.js';

export interface LaborOpening {
  readonly event: EventId;
  readonly position: Position;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  readonly note: string | null;
  /** Whether the event was redacted: then `by` and `note` are null (rule 25). */
  readonly redacted: boolean;
  readonly fate: FateId;
  readonly catalogueRevision: number;
}

export interface LaborClosing {
  /** Null where it was waived. */
  readonly event: EventId | null;
  readonly type: TypeName | null;
  readonly position: Position;
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  /** The event's note, or the reason it was waived for. */
  readonly note: string | null;
  /** As of {@link LaborOpening}; what waives a labor is no event. */
  readonly redacted: boolean;
  readonly fate: FateId | null;
  readonly catalogueRevision: number;
}

/** What somebody said about a labor, and when. */
export interface LaborNote {
  readonly by: string | null;
  readonly principal: string | null;
  readonly at: Instant;
  readonly note: string | null;
}

/** The same, and where it stands in the journal. A command happens when it is recorded: that is `at`. */
export interface LaborSaid extends LaborNote {
  readonly position: Position;
}

/** An event that was counted on it beside its first (rule 6): its place in the journal, and its `at`. */
export interface LaborRepeat {
  readonly position: Position;
  readonly at: Instant;
}

/** Who gave it to whom, or (`to` null) who took it away. */
export interface LaborAssignment extends LaborSaid {
  readonly to: string | null;
}

/** An entry's place in the journal, and when it was recorded. */
export interface Moment {
  readonly position: Position;
  readonly recordedAt: Instant;
}

/** The labor was waived, and is open again: who took that back, when and why, and what it took back. */
export interface LaborReopening extends LaborSaid {
  readonly closed: LaborClosing;
}

/** Rule 15: the labor went into another quest, or out of any. */
export interface LaborMove {
  readonly position: Position;
  readonly at: Instant;
  readonly by: string | null;
  readonly principal: string | null;
  /** Where it was before; where it went is where the next move begins, or where it is. */
  readonly from: QuestId | null;
}

/** What a labor was before it is what it is: of each kind the newest MAX_PAST, oldest first. */
export interface LaborPast {
  readonly reopenings: readonly LaborReopening[];
  readonly moves: readonly LaborMove[];
  /** Those before the present one. */
  readonly acks: readonly LaborSaid[];
  readonly assignments: readonly LaborAssignment[];
  /** Those before the newest MAX_NOTES. */
  readonly notes: readonly LaborSaid[];
  /** How many of each were older, and are kept no longer. */
  readonly forgotten: Readonly<Record<PastKind, number>>;
}
export type PastKind = 'reopenings' | 'moves' | 'acks' | 'assignments' | 'notes';

/** Rule 12. */
export interface LaborDocument {
  readonly id: LaborId;
  readonly host: HostName;
  readonly type: TypeName;
  readonly state: 'open' | 'completed' | 'waived';
  readonly quest: QuestId | null;
  readonly chain: LaborId;
  readonly opened: LaborOpening;
  readonly closed: LaborClosing | null;
  readonly ack: LaborSaid | null;
  /** The newest MAX_NOTES, oldest first. */
  readonly notes: readonly LaborSaid[];
  readonly assignee: string | null;
  /** The last one, by which `assignee` is what it is; null where it was never assigned. */
  readonly assignment: LaborAssignment | null;
  /** What it was before, as far as that does not follow from the rest; null where it never was anything else. */
  readonly past: LaborPast | null;
  readonly actors: readonly Actor[];
  readonly occurrences: number;
  /** The newest MAX_ABSORBED, oldest first; `occurrences` counts all. */
  readonly absorbed: readonly LaborRepeat[];
  readonly lastSeen: Instant;
  /** The first event that was counted on it because of the bound of rule 6. */
  readonly overflow: LaborRepeat | null;
  /** Of the last entry that changed it: effects of entries at or below are in it (P2). */
  readonly position: Position;
}

/**
 * Of a labor that has counted more events than it keeps places of: the oldest place kept, before which those of others are
 * forgotten. Null where all are kept.
 */
export function forgottenBefore({
  occurrences,
  absorbed,
}: Pick<LaborDocument, 'occurrences' | 'absorbed'>): Position | null {
  return occurrences - 1 > absorbed.length ? (absorbed[0]?.position ?? null) : null;
}

/** The most names that {@link principalsOf} has. */
export const MAX_PRINCIPALS = 4;

/**
 * Whose tokens opened, acknowledged, assigned and closed the labor, as far as it shows: each name once, in the order in which
 * a labor usually gets them. Those of its notes and of a reopening are not among them, of which only the newest are kept.
 */
export function principalsOf({
  opened,
  ack,
  assignment,
  closed,
}: Pick<LaborDocument, 'opened' | 'ack' | 'assignment' | 'closed'>): readonly string[] {
  const names = new Set<string>();
  for (const each of [opened, ack, assignment, closed])
    if (each !== null && each.principal !== null) names.add(each.principal);
  return [...names];
}
