/**
 * What an operation will do is fixed first, by its own stream: what the filter finds is listed there page by page, and counts for nothing
 * until all of it is accepted. It is counted before. Another try of the request resumes the search where the listings end.
 */
import {
  done,
  encodeEntry,
  failed,
  operationStream,
  type NewEntry,
  type Outcome,
  type Problem,
  type Uuid,
} from '#contracts';
import {
  decideListed,
  isOver,
  MAX_OPERATION_ITEMS,
  type BulkCommand,
  type Instant,
  type JsonObject,
  type OperationEntry,
  type OperationId,
} from '#domain';
import type { Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import { writeExactly } from '../deciding/exact-write.js';
import type { AcceptedOperation, Caller } from '../ingest.js';
import { problemOfFailure } from '../problems.js';
import { foresee } from './bulk.js';
import type { Find } from './find.js';
import type { KnownOperations } from './known-operations.js';
import { readOperation, type OperationStream } from './operation-stream.js';

export interface AcceptingParts {
  readonly journal: Journal;
  readonly known: KnownOperations;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
  /** It is accepted: there is something to do. */
  wake(): void;
}

export interface WantedOperation {
  readonly id: OperationId;
  readonly command: BulkCommand;
  readonly where: JsonObject;
  /** The search, as of the moment when it began. */
  readonly findAt: (now: Instant) => Find;
}

/** A filter that takes more characters than this as JSON is not kept. */
const MAX_WHERE_LENGTH = 50_000;
/** Of writes that other tries of the request have come before, in a row. */
const MAX_CONFLICTS = 20;
const TOO_BROAD: Problem = {
  code: 'too-broad',
  detail: `where finds more than ${MAX_OPERATION_ITEMS}: ask in parts, e.g. by type or by host`,
};
const PAUSES: Pauses = { firstMs: 10, longestMs: 500 };

/** `too-broad` where it finds more than an operation may have, and what the search refuses. */
export async function acceptOperation(
  parts: AcceptingParts,
  wanted: WantedOperation,
  caller: Caller,
): Promise<Outcome<AcceptedOperation>> {
  const { journal, known } = parts;
  for (let conflicts = 0; conflicts < MAX_CONFLICTS;) {
    const stream = await readOperation(journal, wanted.id);
    if (stream?.accepted !== undefined) {
      if (!isOver(stream.state)) {
        const announced = await known.announce(wanted.id, stream.state.principal);
        if (!announced.ok) return announced;
        parts.wake();
      }
      return done({ operation: wanted.id, found: stream.state.found, position: stream.accepted.position });
    }
    const next = stream === undefined ? await drafted(parts, wanted, caller) : await searched(parts, stream, wanted);
    if (!next.ok) return next;
    if (next.value.some(({ kind }) => kind === 'OperationAccepted')) {
      const announced = await known.announce(wanted.id, caller.principal);
      if (!announced.ok) return announced;
    }
    const entries = next.value.map((entry): NewEntry => encodeEntry(entry, parts.newId(), caller));
    const outcome = await writeExactly(journal, operationStream(wanted.id), stream?.revision ?? -1, entries);
    if (outcome.kind === 'conflict') {
      conflicts += 1;
      await sleep(pauseMs(conflicts, PAUSES));
    } else if (outcome.kind !== 'stored') return failed(problemOfFailure(outcome));
    else conflicts = 0;
  }
  return failed(problemOfFailure({ kind: 'unknown', reason: 'other tries of this request are at work' }));
}

/** What would be refused is refused before anything of it is in the journal. */
async function drafted(
  parts: AcceptingParts,
  wanted: WantedOperation,
  caller: Caller,
): Promise<Outcome<readonly OperationEntry[]>> {
  const room = await parts.known.room(wanted.id, caller.principal);
  if (!room.ok) return room;
  const foreseen = await foresee(wanted.findAt(parts.now()), MAX_OPERATION_ITEMS);
  if (!foreseen.ok) return foreseen;
  return foreseen.value.atLeast ? failed(TOO_BROAD) : done([draftOf(parts, wanted, caller)]);
}

function draftOf({ now }: AcceptingParts, { command, where }: WantedOperation, { principal }: Caller): OperationEntry {
  const kept = JSON.stringify(where).length <= MAX_WHERE_LENGTH ? where : null;
  const by = command.by ?? principal;
  return { kind: 'OperationDrafted', command: { ...command, by }, where: kept, by, recordedAt: now() };
}

/** The listings of the next page, and at its end the acceptance. */
async function searched(
  { now }: AcceptingParts,
  { state }: OperationStream,
  { findAt }: WantedOperation,
): Promise<Outcome<readonly OperationEntry[]>> {
  const find = findAt(state.draftedAt);
  let page = await find(state.after);
  // many hosts may have nothing that matches
  while (page.ok && page.value.ids.length === 0 && page.value.next !== null) page = await find(page.value.next);
  if (!page.ok) return page;
  const { ids, next } = page.value;
  // it was counted, but what begins to match meanwhile is found too
  if (state.found + ids.length > MAX_OPERATION_ITEMS) return failed(TOO_BROAD);
  return done(decideListed(state, ids, next, now()));
}
