/** What a quest has decided, and where and by whom, as its stream has it. */
import type { Cause, Position, Uuid } from '#contracts';
import type { AcceptedBatch } from '#domain';

/** A batch, and where and by whom it was accepted. */
export interface PlacedBatch extends AcceptedBatch {
  readonly revision: number;
  readonly position: Position;
  /** Its first listing: of what another batch has of it, nothing was accepted before. */
  readonly listedAt: { readonly revision: number; readonly position: Position };
  readonly by: string | null;
  /** The request that it was accepted for. */
  readonly cause: Cause;
}

/** Labors that were accepted to be adopted, and where and by whom. */
export interface PlacedAdoption {
  readonly adoption: Uuid;
  readonly request: Uuid;
  /** None of the hosts' entries stands before it, whichever try of the request has added them. */
  readonly since: Position;
  readonly revision: number;
  readonly by: string | null;
  /** The request that it was accepted for. */
  readonly cause: Cause;
  /** Whether every host has its entries. */
  readonly isCarried: boolean;
}

/** Hosts that were accepted to be taken out, and where and by whom. */
export interface PlacedRemoval {
  readonly removal: Uuid;
  readonly request: Uuid;
  /** None of the hosts' entries stands before it. */
  readonly since: Position;
  readonly revision: number;
  /** How many hosts. */
  readonly hosts: number;
  /** Whether their events may be missing, and must not come any more. */
  readonly isAwaited: boolean;
  /** Whether all that its request takes out is accepted with it. */
  readonly isLast: boolean;
  readonly reason: string | null;
  readonly by: string | null;
  /** The request that it was accepted for. */
  readonly cause: Cause;
  /** Whether every host has its entry. */
  readonly isCarried: boolean;
}

/** The decision that abandons it, and where it stands. */
export interface PlacedAbandonment {
  readonly id: Uuid;
  readonly position: Position;
  readonly by: string | null;
  readonly reason: string;
  readonly cause: Cause;
}
