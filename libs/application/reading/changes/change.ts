/** What is sent to followers of changes, and the interface of one. */
import {
  parsePosition,
  positionOf,
  START,
  type LaborBody,
  type Outcome,
  type Position,
  type QuestBody,
} from '#contracts';
import { presentLabor } from '../present-labor.js';
import { presentQuest } from '../present-quest.js';
import type { LaborQuestion, LaborView, QuestView } from '../reading.js';

/** A labor or quest as it is now. Of several of the same thing the one of the greatest position is the newest. */
export type Change =
  | { readonly kind: 'labor'; readonly position: Position; readonly labor: LaborView }
  | { readonly kind: 'quest'; readonly position: Position; readonly quest: QuestView };

/** A change as it is sent, as JSON. */
export type ChangeBody = { readonly position: string } & (
  { readonly labor: LaborBody } | { readonly quest: QuestBody }
);

export function presentChange(change: Change): ChangeBody {
  const position = String(change.position);
  return change.kind === 'labor'
    ? { position, labor: presentLabor(change.labor) }
    : { position, quest: presentQuest(change.quest) };
}

/** A place to resume from: of this generation all changes at the position or beyond are to come. */
export interface ChangesPlace {
  readonly generation: number;
  readonly position: Position;
}

/** What is sent at once. Followers who asked the same get the same object, so that it is written once for all of them. */
export interface Notice {
  /** What was sent before may not hold any more: the views were rebuilt, or the follower resumed from an unknown place. */
  readonly reset: boolean;
  readonly changes: readonly Change[];
  /** Where to resume from, once all of this has come; null where that has not changed. */
  readonly place: ChangesPlace | null;
}

/** `stopping`: the process is. `unavailable`: the views are away. Either way it can be resumed from the last place. */
export type FollowingEnd = 'stopping' | 'unavailable';

/** One that listens. */
export interface Follower {
  /** Takes it, or has left. Never waits. */
  take(notice: Notice): void;
  /** The same to one that is brought up, as fast as it takes it: resolves once it has gone on but for little; false where it has left, or was ended. */
  bring(notice: Notice): Promise<boolean>;
  /** Nothing more is sent after it. */
  end(why: FollowingEnd): void;
}

export interface Following {
  /** From now on nothing is sent to it. To be called once, whatever ended it. */
  leave(): void;
}

export interface ChangesDemand {
  readonly question: LaborQuestion;
  /** As {@link textOfPlace} wrote it; null: from now on. */
  readonly from: string | null;
  /** In whose share the follower is counted. */
  readonly holder: string;
}

export interface ChangesFigures {
  readonly followers: number;
  /** The different questions that they ask. */
  readonly questions: number;
}

export interface Changes {
  /** `not-caught-up` where no views are served, `overloaded` where too many follow. */
  follow(demand: ChangesDemand, follower: Follower): Promise<Outcome<Following>>;
  figures(): ChangesFigures;
}

/** `<generation>.<position>`; the place before every entry is that of the first. */
export function textOfPlace({ generation, position }: ChangesPlace): string {
  return `${generation}.${position === START ? 0 : position}`;
}

/** Undefined for any other text. */
export function parsePlace(text: string): ChangesPlace | undefined {
  const [, generation = '', position = ''] = /^([1-9]\d{0,14})\.(\d{1,20})$/.exec(text) ?? [];
  const parsed = parsePosition(position);
  return parsed === undefined ? undefined : { generation: Number(generation), position: positionOf(parsed) };
}
