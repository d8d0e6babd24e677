/** How entries of an operation's stream are stored. Which operation it is, the stream's name says. */
import {
  parseQuestId,
  type BulkCommand,
  type OperationEntry,
  type OperationId,
  type Refused,
  type RefusedCount,
} from '#domain';
import { streamKind } from '../streams.js';
import {
  attributes,
  count,
  jsonObject,
  listOf,
  numbered,
  object,
  oneOf,
  optional,
  text,
  Unreadable,
  type Field,
} from './fields.js';
import { record } from './shape.js';
import { streamCodec } from './stream-codec.js';

const by = optional(text);

type Commands = { readonly [Kind in BulkCommand['kind']]: Field<Extract<BulkCommand, { readonly kind: Kind }>> };

const COMMANDS: Commands = {
  LaborAcknowledged: record({ kind: oneOf('LaborAcknowledged'), by, note: optional(text) }),
  LaborAssigned: record({ kind: oneOf('LaborAssigned'), by, to: optional(text), note: optional(text) }),
  LaborWaived: record({ kind: oneOf('LaborWaived'), by, reason: text }),
  LaborReopened: record({ kind: oneOf('LaborReopened'), by, reason: text }),
  LaborNoted: record({ kind: oneOf('LaborNoted'), by, text }),
  LaborAdopted: record({ kind: oneOf('LaborAdopted'), by, quest: optional(numbered(parseQuestId)) }),
  HostAttributesSet: record({ kind: oneOf('HostAttributesSet'), by, set: attributes, clear: listOf(text) }),
  HostRetired: record({ kind: oneOf('HostRetired'), by, reason: text }),
};

/** One of those above, by its kind. */
const command: Field<BulkCommand> = {
  schema: { anyOf: Object.values(COMMANDS).map(({ schema }) => schema) },
  read(value, name) {
    const { kind } = object.read(value, name);
    if (typeof kind !== 'string' || !Object.hasOwn(COMMANDS, kind))
      throw new Unreadable(`${name} is of a kind that this Hermes does not know`);
    return COMMANDS[kind as BulkCommand['kind']].read(value, name);
  },
};

export const operationCodec = streamCodec<OperationEntry, OperationId>("an operation's stream", operationOf, {
  OperationDrafted: { fields: { command, where: optional(jsonObject), by } },
  OperationListed: { fields: { nth: count, ids: listOf(text), found: count, after: listOf(text), by } },
  OperationAccepted: { fields: { listings: count, found: count, by } },
  OperationAdvanced: {
    fields: {
      ...{ nth: count, position: optional(text), refused: listOf(record<Refused>({ nth: count, code: text })) },
      ...{ done: count, refusedInAll: listOf(record<RefusedCount>({ code: text, count })), by },
    },
  },
  OperationCancelled: { fields: { reason: text, advanced: count, by } },
});

function operationOf(stream: string): OperationId | undefined {
  const parsed = streamKind(stream);
  return parsed.kind === 'operation' ? parsed.operation : undefined;
}
