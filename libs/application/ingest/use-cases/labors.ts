/** What may be asked of labors (rules 13 to 15). */
import type { Fault, Outcome, Position } from '#contracts';
import type { LaborCommand, LaborId } from '#domain';
import type { LaborQuestion } from '../../reading/reading.js';
import type { Caller, Written } from './caller.js';
import type { AcceptedOperation, Foreseen, Where } from './operations.js';

/** The outcome for one labor of many: done, or why not. */
export type LaborResult =
  | { readonly id: LaborId; readonly position: Position }
  | { readonly id: string; readonly fault: Pick<Fault, 'code' | 'message'> };

export interface LaborResults {
  /** Of the last change; undefined where nothing was changed. */
  readonly position: Position | undefined;
  /** In the order asked for; an id named twice is commanded once and answered twice. */
  readonly results: readonly LaborResult[];
}

export interface LaborUseCases {
  /** `labor`: an id as a client wrote it. Where the command's `by` is null, it is the caller's name. */
  commandLabor(labor: string, command: LaborCommand, caller: Caller): Promise<Outcome<Written>>;
  commandLabors(labors: readonly string[], command: LaborCommand, caller: Caller): Promise<Outcome<LaborResults>>;
  /** On the labors that `GET /labors` shows for `where`: a result for each, and above 1,000 an operation; `too-broad` above 1,000,000. */
  commandLaborsWhere(
    where: Where<LaborQuestion>,
    command: LaborCommand,
    caller: Caller,
  ): Promise<Outcome<LaborResults | AcceptedOperation>>;
  /** Which labors that would be; nothing is changed. */
  foreseeLaborsWhere(where: LaborQuestion, caller: Caller): Promise<Outcome<Foreseen>>;
}
