/** What may be asked of operations: commands on more labors or hosts than one answer can tell of. */
import type { Outcome, Page, PageRequest, Position } from '#contracts';
import type { JsonObject, OperationId, OperationState } from '#domain';
import type { Caller, Written } from './caller.js';

/** A filter, and how the client wrote it. */
export interface Where<F> {
  readonly filter: F;
  readonly written: JsonObject;
}

/** An operation that goes on in the background from here on. */
export interface AcceptedOperation extends Written {
  readonly operation: OperationId;
  readonly found: number;
}

/** What a filter finds: how many, and some of them. */
export interface Foreseen {
  readonly position: Position;
  readonly found: number;
  /** Counting ended there, and more match. */
  readonly atLeast: boolean;
  readonly examples: readonly string[];
}

export interface OperationView {
  readonly id: OperationId;
  readonly state: OperationState;
  readonly isOver: boolean;
  readonly left: number;
  /** Of its last entry. */
  readonly position: Position;
}

/** One labor or host of an operation. */
export type OperationResult =
  | { readonly id: string; readonly state: 'waiting' }
  | { readonly id: string; readonly state: 'done'; readonly position: Position }
  | { readonly id: string; readonly state: 'refused'; readonly code: string }
  | { readonly id: string; readonly state: 'cancelled' };

export interface Cancellation {
  /** Null: the caller's principal. */
  readonly by: string | null;
  readonly reason: string;
}

/** In the order listed. */
export type OperationResultSort = 'place';

export interface OperationUseCases {
  /** `operation-unknown` where there is none of this id. */
  operation(id: string): Promise<Outcome<OperationView>>;
  /** All that are being carried out, and of the others the newest, 200 together; the newest first, without those that cannot be read. */
  operations(): Promise<Outcome<readonly OperationView[]>>;
  /**
   * What it has not begun is not done; of one that is over, or cancelled already, nothing changes. `operation-unknown` where there is
   * none of this id.
   */
  cancelOperation(id: string, cancellation: Cancellation, caller: Caller): Promise<Outcome<OperationView>>;
  /** What became of each of its labors or hosts so far; `position`: how far its stream was. */
  operationResults(
    id: string,
    page: Pick<PageRequest<OperationResultSort>, 'limit' | 'after'>,
  ): Promise<Outcome<Page<OperationResult> & { readonly position: Position }>>;
}
