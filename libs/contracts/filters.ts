/** Which documents a list shows, in which order, and how it goes on. Several values of one field mean any of them; an empty list means none. */
import type { Actor, Attributes, AttributeValue, HostName, Instant, LaborId, QuestId, TypeName } from '#domain';
import type { LaborDocument, QuestHostState, QuestPhase } from './documents/index.js';
import type { HostQuery } from './host-query.js';
import type { Position } from './position.js';

/** One page. `after` is where the last one ended: the values of the sort's keys, as its adapter-independent cursor says. */
export interface PageRequest<Sort extends string> {
  readonly sort: Sort;
  /** 1 to 1000. */
  readonly limit: number;
  readonly after: CursorKey | null;
  /** False, or up to how many of those that match are counted, at least 1. */
  readonly count: false | number;
}

/** The sort keys of the last item shown, most significant first; the last one is unique. Bigints travel as decimal text. */
export type CursorKey = readonly string[];

/** How many match. A store that knows it without counting says it beyond what was asked for, too. */
export interface Total {
  readonly total: number;
  /** Counting ended at what was asked for, and more match. */
  readonly atLeast?: true;
}

/** Shorter than was asked for where its items are large: see page-room.ts. */
export interface Page<T> extends Partial<Total> {
  readonly items: readonly T[];
  /** Null where this was the last page. */
  readonly next: CursorKey | null;
}

export type EventSort = 'position' | '-position';
export interface EventFilter {
  readonly host?: readonly HostName[];
  readonly key?: readonly string[];
  readonly type?: readonly TypeName[];
  readonly category?: readonly string[];
  readonly by?: readonly string[];
  /** Whose token logged it. */
  readonly principal?: readonly string[];
  readonly quest?: readonly QuestId[];
  /** `recordedAt`, inclusive. */
  readonly since?: Instant;
  /** `recordedAt`, exclusive. */
  readonly until?: Instant;
  readonly afterPosition?: Position;
}

/** By `opened.at` (ties by id), or by host (ties by `opened.at`, then id). */
export type LaborSort = '-openedAt' | 'openedAt' | 'host';
/** Of labors as of a place (R11): by `opened.position`, ties by id. */
export type LaborPlaceSort = '-openedPlace' | 'openedPlace';
export interface LaborFilter {
  readonly state?: readonly LaborDocument['state'][];
  readonly type?: readonly TypeName[];
  readonly host?: readonly HostName[];
  /** `none`: in no quest. */
  readonly quest?: readonly (QuestId | 'none')[];
  readonly chain?: readonly LaborId[];
  readonly assignee?: readonly string[];
  /** Whose token opened, acknowledged, assigned or closed it: {@link principalsOf}. */
  readonly principal?: readonly string[];
  readonly acked?: boolean;
  readonly actor?: readonly Actor[];
  /** `opened.at`, inclusive. */
  readonly openedSince?: Instant;
  /** `opened.at`, exclusive. */
  readonly openedBefore?: Instant;
  /** `closed.at`, inclusive. */
  readonly closedSince?: Instant;
  /** Open in a quest that is overdue at `now` (true), or not so (false). */
  readonly overdue?: { readonly is: boolean; readonly now: Instant };
  /** Open and of one of the types that no fate in force can close (true), or not so (false); the caller knows the types. */
  readonly stranded?: { readonly is: boolean; readonly types: readonly TypeName[] };
  readonly for?: ActingUser;
}

/** What a labor's own document answers, and so also the document as of a place (R11). */
export type LaborAsOfFilter = Omit<LaborFilter, 'overdue' | 'for'>;

/**
 * Whose turn an open labor is: its assignee's alone; where nobody is assigned, by its `actors`, that of the host's owner and
 * of the quest's creator. The caller knows what is whose.
 */
export interface ActingUser {
  readonly user: string;
  /** Of which the user is the owner; a store may find their open labors by the hosts' own documents. */
  readonly hosts: readonly HostName[];
  /** Of which the user is the creator. */
  readonly quests: readonly QuestId[];
}

/** By target: those without one last, ties by number. */
export type QuestSort = '-id' | 'id' | 'target';
export interface QuestFilter {
  readonly state?: readonly QuestPhase[];
  readonly creator?: readonly string[];
  /** Quests in which one of these hosts has a part. */
  readonly host?: readonly HostName[];
  readonly type?: readonly TypeName[];
  readonly overdue?: { readonly is: boolean; readonly now: Instant };
}

export type HostSort = 'host';
export interface HostFilter {
  readonly host?: readonly HostName[];
  /** Names beginning with one of these. Together with `host`: either. */
  readonly hostPrefix?: readonly string[];
  readonly quest?: readonly QuestId[];
  /** Has open labors. */
  readonly open?: boolean;
  readonly parked?: boolean;
  /** Has all of these attributes, each as {@link attributeTerm} writes it; none of no value pass. */
  readonly attribute?: readonly string[];
  readonly retired?: boolean;
  /** Is in an inventory, as of its last import. */
  readonly listed?: boolean;
  /** No event was recorded since; one that never had an event passes. */
  readonly notHeardSince?: Instant;
  readonly query?: HostQuery;
}

/** Entries of one quest's own stream, by their places. */
export type QuestEntrySort = '-position' | 'position';

/**
 * Of one quest's hosts: by name; or by the opening of their oldest open labor of the quest, of those that the filter asks for
 * (ties by the labor's id), and then only hosts that have such a labor.
 */
export type QuestHostSort = 'host' | 'stepSince';
export interface QuestHostFilter extends Pick<HostFilter, 'host' | 'hostPrefix' | 'attribute' | 'query'> {
  readonly state?: readonly QuestHostState[];
  /** Has an open labor of the quest that is of one of these types (and was opened before `stepBefore`). */
  readonly step?: readonly TypeName[];
  /** Has an open labor of the quest (of one of the types of `step`) whose `opened.at` is before it. */
  readonly stepBefore?: Instant;
}

/** Whether the filter or the sort asks for open labors, and not for hosts alone. */
export function asksForSteps({ step, stepBefore }: QuestHostFilter, sort: QuestHostSort): boolean {
  return step !== undefined || stepBefore !== undefined || sort === 'stepSince';
}

/** An attribute as filters name it: numbers and booleans as JSON writes them. */
export function attributeTerm(name: string, value: AttributeValue): string {
  return `${name}:${String(value)}`;
}

/** Each attribute as a term, each term once. */
export function attributeTerms(attributes: Attributes): readonly string[] {
  return [...new Set(Object.entries(attributes).map(([name, value]) => attributeTerm(name, value)))];
}
