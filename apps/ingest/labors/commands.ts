/** The commands on labors: what each takes, which entry it becomes, and its words in the API document. A new one is a row here. */
import {
  ackRequest,
  adoptRequest,
  assignRequest,
  noteRequest,
  reopenRequest,
  waiveRequest,
  type ErrorCode,
  type LaborRequest,
} from '#contracts';
import type { LaborCommand, QuestId } from '#domain';

/** One command: `POST /labors/{id}/<name>` for one labor, and `POST /labors/<name>` for many. */
export interface LaborCommandRoute<Body extends object> {
  readonly name: string;
  readonly body: LaborRequest<Body>;
  /** `by` null: the token's name. */
  readonly command: (body: Body) => LaborCommand;
  /** Why it may be refused, beside what is common to all. */
  readonly refused: readonly ErrorCode[];
  /** Why a request for many may be refused as a whole, beside what is common to all. */
  readonly refusedMany?: readonly ErrorCode[];
  /** The operation's id and its summary. */
  readonly one: readonly [id: string, summary: string];
  readonly many: readonly [id: string, summary: string];
}

export const LABOR_COMMANDS = [
  route({
    name: 'ack',
    body: ackRequest,
    command: ({ by = null, note = null }) => ({ kind: 'LaborAcknowledged', by, note }),
    refused: ['labor-not-open'],
    one: ['acknowledgeLabor', 'Acknowledges a labor; it stays open'],
    many: ['acknowledgeLabors', 'Acknowledges many labors'],
  }),
  route({
    name: 'assign',
    body: assignRequest,
    command: ({ to, by = null, note = null }) => ({ kind: 'LaborAssigned', by, to, note }),
    refused: ['labor-not-open'],
    one: ['assignLabor', 'Assigns a labor'],
    many: ['assignLabors', 'Assigns many labors'],
  }),
  route({
    name: 'waive',
    body: waiveRequest,
    command: ({ by = null, reason }) => ({ kind: 'LaborWaived', by, reason }),
    refused: ['labor-not-open'],
    one: ['waiveLabor', 'Closes a labor without an event'],
    many: ['waiveLabors', 'Closes many labors without events'],
  }),
  route({
    name: 'reopen',
    body: reopenRequest,
    command: ({ by = null, reason }) => ({ kind: 'LaborReopened', by, reason }),
    refused: ['cannot-reopen'],
    one: ['reopenLabor', 'Takes the waive of a labor back: it is open again, in its chain and quest'],
    many: ['reopenLabors', 'Takes the waives of many labors back'],
  }),
  route({
    name: 'adopt',
    body: adoptRequest,
    command: ({ quest, by = null }) => ({ kind: 'LaborAdopted', by, quest: quest as QuestId | null }),
    refused: ['labor-not-open', 'cannot-adopt', 'quest-unknown', 'quest-abandoned'],
    refusedMany: ['quest-unknown', 'quest-abandoned'],
    one: ['adoptLabor', 'Moves an open labor with its chain into a quest, or out of any'],
    many: ['adoptLabors', 'Moves many open labors with their chains into a quest, or out of any'],
  }),
  route({
    name: 'note',
    body: noteRequest,
    command: ({ by = null, text }) => ({ kind: 'LaborNoted', by, text }),
    refused: [],
    one: ['noteLabor', 'Notes something on a labor, open or closed'],
    many: ['noteLabors', 'Notes something on many labors'],
  }),
];

/** Checks that a row fits together, whatever its body is. */
function route<Body extends object>(row: LaborCommandRoute<Body>): LaborCommandRoute<object> {
  return row as unknown as LaborCommandRoute<object>;
}
