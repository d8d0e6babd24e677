/**
 * One step of an operation: the labors or hosts of its next listing are commanded, and what became of them is stated in its stream.
 * Entries of hosts have UUIDs that are derived from the listing and from what they command, and are looked for behind its acceptance:
 * so a step that is done again, by whichever process, does nothing twice.
 */
import {
  encodeEntry,
  ERRORS,
  operationStream,
  requestUuid,
  type ErrorCode,
  type Outcome,
  type Position,
  type Uuid,
} from '#contracts';
import { decideAdvanced, isOver, type BulkCommand, type Instant, type OperationId } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import { writeExactly } from '../deciding/exact-write.js';
import type { IngestRequest } from '../deciding/request.js';
import { OPERATIONS } from '../holders.js';
import type { Caller } from '../ingest.js';
import { listingsFrom, readOperation, type OperationStream } from './operation-stream.js';

/** What a command on many answers. */
interface Results {
  readonly position: Position | undefined;
  readonly results: readonly (object | { readonly fault: { readonly code: string; readonly message: string } })[];
}

export interface CarryingParts {
  readonly journal: Journal;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
  /** Commands labors or hosts as a request that names them does. */
  command(
    ids: readonly string[],
    command: BulkCommand,
    caller: Caller,
    request: IngestRequest,
  ): Promise<Outcome<Results>>;
}

/** How far it is; `over`: nothing is left. Undefined where it is not accepted. */
export interface Step {
  readonly over: boolean;
  readonly left: number;
}

/** Something is in the way, such as a store that is away, or hosts on their way out of the quest: the same may be done again. */
export class StepDelayed extends StoreUnavailable {}

/** Codes after which the same may be done again. */
function mayPass(code: string): boolean {
  return code === 'conflict' || ERRORS[code as ErrorCode].retryable;
}

export class OperationCarrier {
  /** Where this process has left them: no other has begun what comes next. */
  private readonly leftAt = new Map<OperationId, number>();

  constructor(private readonly parts: CarryingParts) {}

  /** Rejects with StoreUnavailable, {@link StepDelayed} among them, and OperationUnreadable. */
  async step(id: OperationId): Promise<Step | undefined> {
    const { journal, newId, now } = this.parts;
    const stream = await readOperation(journal, id);
    if (stream?.accepted === undefined) return undefined;
    const { state, revision, cause } = stream;
    if (isOver(state)) return this.leave(id, undefined, stream, 0);
    const [listing] = await listingsFrom(journal, id, state.advanced + 1, 1);
    if (listing === undefined) throw new StepDelayed('journal', `a listing of operation ${id} is not there`);
    const { codes, position } = await this.commanded(stream, listing.ids);
    const entry = decideAdvanced(state, codes, position === undefined ? null : String(position), now());
    const outcome = await writeExactly(journal, operationStream(id), revision, [encodeEntry(entry, newId(), cause)]);
    // where another process came first, it has done the same
    if (outcome.kind !== 'stored' && outcome.kind !== 'conflict') throw new StepDelayed('journal', outcome.reason);
    return this.leave(id, outcome.kind === 'stored' ? revision + 1 : undefined, stream, codes.length);
  }

  private leave(id: OperationId, revision: number | undefined, { state }: OperationStream, stepped: number): Step {
    if (revision === undefined) this.leftAt.delete(id);
    else this.leftAt.set(id, revision);
    const refused = state.refused.reduce((sum, { count }) => sum + count, 0);
    return { over: isOver(state), left: state.found - state.done - refused - stepped };
  }

  /** Of each a code, or undefined where it was done. */
  private async commanded(
    { id, state, cause, revision, accepted }: OperationStream,
    ids: readonly string[],
  ): Promise<{ readonly codes: readonly (string | undefined)[]; readonly position: Position | undefined }> {
    const caller: Caller = { ...cause, holder: OPERATIONS, mayReportRestricted: true };
    const isRepeat = this.leftAt.get(id) !== revision;
    this.leftAt.delete(id);
    const request = requestOf(id, state.advanced + 1, accepted?.position, isRepeat);
    const outcome = await this.parts.command(ids, state.command, caller, request);
    if (!outcome.ok) {
      const { code, detail } = outcome.problem;
      if (mayPass(code)) throw new StepDelayed('journal', detail);
      return { codes: ids.map(() => code), position: undefined };
    }
    const { results, position } = outcome.value;
    const codes = results.map((result) => {
      if (!('fault' in result)) return undefined;
      if (mayPass(result.fault.code)) throw new StepDelayed('journal', result.fault.message);
      return result.fault.code;
    });
    return { codes, position };
  }
}

/** A listing as the request that commands what it has: each is one of its own, so that nobody keeps all of an operation together. */
function requestOf(id: OperationId, nth: number, since: Position | undefined, isRepeat: boolean): IngestRequest {
  return {
    ...{ isRepeat, since },
    uuid: (step) => requestUuid(id, `${nth} ${step}`),
    quest: () => undefined,
    reserveQuest: (quest) => Promise.resolve(quest),
    chosen: () => undefined,
    choose: (found) => Promise.resolve(found),
  };
}
