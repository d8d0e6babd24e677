/** What may be asked of operations: commands on more labors or hosts than one answer can tell of. */
import type { Outcome, Page, PageRequest, Position } from '#contracts';
import type { JsonObject, OperationId } from '#domain';
import type { OperationResult, OperationResultSort, OperationView } from '../operations/reads.js';
import type { Written } from './caller.js';

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

export interface OperationUseCases {
  /** `operation-unknown` where there is none of this id. */
  operation(id: string): Promise<Outcome<OperationView>>;
  /** All that are being carried out, and of the others the newest, 200 together; the newest first. */
  operations(): Promise<Outcome<readonly OperationView[]>>;
  /** What became of each of its labors or hosts so far; `position`: how far its stream was. */
  operationResults(
    id: string,
    page: Pick<PageRequest<OperationResultSort>, 'limit' | 'after'>,
  ): Promise<Outcome<Page<OperationResult> & { readonly position: Position }>>;
}
