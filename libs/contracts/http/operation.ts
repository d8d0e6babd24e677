/** Operations: commands on more labors or hosts than one answer can tell of. */
import type { BulkCommand, JsonObject } from '#domain';
import { pageOf } from './list.js';
import * as names from './names.js';
import {
  component,
  count,
  described,
  extended,
  fields,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
  type Infer,
} from './schema.js';
import { line, lines, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './texts.js';

/** The commands as their routes are called. */
export const COMMAND_NAMES = {
  LaborAcknowledged: ['labors', 'ack'],
  LaborAssigned: ['labors', 'assign'],
  LaborWaived: ['labors', 'waive'],
  LaborReopened: ['labors', 'reopen'],
  LaborNoted: ['labors', 'note'],
  LaborAdopted: ['labors', 'adopt'],
  HostAttributesSet: ['hosts', 'attributes'],
  HostRetired: ['hosts', 'retire'],
} as const satisfies Readonly<Record<BulkCommand['kind'], readonly ['labors' | 'hosts', string]>>;

const operationId = component('OperationId', typed<string>({ type: 'string', format: 'uuid' }));
const found = { ...count, description: 'How many labors or hosts it commands.' };
const anything = typed<JsonObject>({ type: 'object' });

/** Answered with 202. */
export const operationAcceptedBody = component(
  'OperationAccepted',
  fields({ id: operationId, position: names.position, found, state: oneOf('running') }),
);
export type OperationAcceptedBody = Infer<typeof operationAcceptedBody>;

const listed = fields({
  id: operationId,
  on: oneOf('labors', 'hosts'),
  command: component(
    'OperationCommand',
    oneOf('ack', 'assign', 'waive', 'reopen', 'note', 'adopt', 'attributes', 'retire'),
  ),
  by: nullable(text),
  principal: names.principal,
  acceptedAt: names.instant,
  state: component('OperationPhase', {
    ...oneOf('running', 'done', 'cancelled'),
    description: '`done`: each of them was commanded, or refused; `cancelled`: the others will not be.',
  }),
  found,
  done: count,
  refused: listOf(component('OperationRefusals', fields({ code: text, count }))),
  left: count,
  advancedAt: { ...nullable(names.instant), description: 'When it last came further.' },
  position: { ...names.position, description: 'From which on reads show all that is done.' },
  'cancelled?': component(
    'OperationCancellation',
    fields({ by: nullable(text), principal: names.principal, at: names.instant, reason: text }),
  ),
});

export const operationBody = component(
  'Operation',
  extended(listed, {
    said: component('OperationSaid', { ...anything, description: 'What the command says beside `by`.' }),
    where: component('OperationWhere', {
      ...nullable(anything),
      description: 'The filter as it was asked for; null where it is too long to be kept.',
    }),
  }),
);
export type OperationBody = Infer<typeof operationBody>;

/** Without what may be long. */
export const listedOperationBody = component('ListedOperation', listed);
export type ListedOperationBody = Infer<typeof listedOperationBody>;

export const operationsBody = component('Operations', fields({ items: listOf(listedOperationBody) }));
export type OperationsBody = Infer<typeof operationsBody>;

export const operationResultBody = component(
  'OperationResult',
  fields({
    id: text,
    state: component('OperationResultState', oneOf('waiting', 'done', 'refused', 'cancelled')),
    'position?': { ...names.position, description: 'Of what is done: from there on reads show it.' },
    'code?': { ...text, description: 'Why it was refused.' },
  }),
);
export type OperationResultBody = Infer<typeof operationResultBody>;

export const operationResultPage = pageOf('OperationResult', operationResultBody);

export const operationCancelRequest = component(
  'OperationCancelRequest',
  fields({ 'by?': described(line(MAX_NAME_LENGTH), "Absent: the token's name."), reason: lines(1, MAX_TEXT_LENGTH) }),
);
export type OperationCancelBody = Infer<typeof operationCancelRequest>;
