/**
 * Cancelling an operation: its stream decides. The listing that may be in flight is carried out, so that of each labor and host it
 * can be said whether it was commanded; those behind it are not commanded. What was done stays done.
 */
import { done, encodeEntry, operationStream, type Outcome } from '#contracts';
import { decideCancelled } from '#domain';
import { append, decideInTurn, nothing } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import type { SerialQueue } from '../deciding/serial-queue.js';
import { holderOf } from '../holders.js';
import type { Caller, Cancellation, OperationView } from '../ingest.js';
import type { AcceptingParts } from './accept.js';
import { readOperation } from './operation-stream.js';
import { acceptedOperation, viewOf } from './reads.js';

export type CancellingParts = Pick<AcceptingParts, 'journal' | 'now' | 'wake'> & { readonly queue: SerialQueue };

/** Of one that is over, or cancelled already, nothing changes. `operation-unknown` where there is none, or it was not accepted. */
export async function cancelOperation(
  { journal, queue, now, wake }: CancellingParts,
  text: string,
  { by, reason }: Cancellation,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<OperationView>> {
  const found = await acceptedOperation(journal, text);
  if (!found.ok) return found;
  const { id } = found.value;
  const subject = {
    ...{ journal, stream: operationStream(id), name: `operation ${id}` },
    load: async () => (await readOperation(journal, id)) ?? found.value,
  };
  const decided = await decideInTurn(queue, holderOf(caller), subject, ({ state }) => {
    const entry = decideCancelled(state, { by: by ?? caller.principal, reason }, now());
    if (entry === undefined) return nothing(undefined);
    return append([[encodeEntry(entry, request.uuid('cancel'), caller)]], () => undefined);
  });
  if (!decided.ok) return decided;
  // it is over sooner than by what it had to do
  wake();
  const cancelled = await acceptedOperation(journal, text);
  return cancelled.ok ? done(viewOf(cancelled.value)) : cancelled;
}
