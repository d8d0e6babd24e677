/** What an operation's entries come to. */
import type { JsonObject } from '../host/entries.js';
import type { Instant } from '../names.js';
import type { BulkCommand, RefusedCount } from './entries.js';

export interface OperationState {
  readonly command: BulkCommand;
  readonly where: JsonObject | null;
  readonly by: string | null;
  readonly principal: string | null;
  /** Its filter means what it meant then. */
  readonly draftedAt: Instant;
  /** While it is not accepted: listings so far, how many they have, and where the search goes on. */
  readonly listed: number;
  readonly found: number;
  readonly after: readonly string[] | null;
  /** Null where it is not accepted. */
  readonly acceptedAt: Instant | null;
  /** Listings that are done with. */
  readonly advanced: number;
  readonly advancedAt: Instant | null;
  readonly done: number;
  readonly refused: readonly RefusedCount[];
  readonly cancelled: OperationCancellation | null;
}

export interface OperationCancellation {
  readonly by: string | null;
  readonly principal: string | null;
  readonly at: Instant;
  readonly reason: string;
  /** Listings that were done with by then. */
  readonly advanced: number;
}

/** At most as many labors or hosts one operation has. */
export const MAX_OPERATION_ITEMS = 1_000_000;
/** As many as one listing has, which are commanded in one step. */
export const LISTING_ITEMS = 200;

export function isOver(state: OperationState): boolean {
  return state.acceptedAt !== null && state.advanced >= listingsDue(state);
}

/** How many of its listings are carried out: all of them, unless it was cancelled. */
export function listingsDue({ listed, cancelled }: Pick<OperationState, 'listed' | 'cancelled'>): number {
  return cancelled === null ? listed : Math.min(listed, cancelled.advanced + 1);
}
