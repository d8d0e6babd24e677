/** Labors (rule 12), why one is open or closed (rule 16), and the results of a command on many. */
import { actor, fateBody } from './catalogue.js';
import { pageOf } from './list.js';
import * as names from './names.js';
import { component, count, eitherOf, fields, listOf, nullable, oneOf, text, typed, yes, type Infer } from './schema.js';

export const laborState = component('LaborState', oneOf('open', 'completed', 'waived'));
const { instant, principal } = names;
const moment = { at: instant, recordedAt: instant, by: nullable(text), principal, note: nullable(text) };
const said = { by: nullable(text), principal, at: instant, note: nullable(text) };
const note = component('LaborNote', fields(said));
const assignment = component(
  'LaborAssignment',
  fields({ to: nullable(text), ...said }, 'The last one; with `to` null it was taken away.'),
);

const reopening = component(
  'LaborReopening',
  fields(said, 'The last time that a waive was taken back; `note` says why.'),
);

const opened = component(
  'LaborOpened',
  fields({ event: names.eventId, ...moment, fate: names.number, catalogueRevision: count }),
);
export type LaborOpenedBody = Infer<typeof opened>;

const closed = component(
  'LaborClosed',
  fields({
    event: nullable(names.eventId),
    type: nullable(names.typeName),
    ...moment,
    fate: nullable(names.number),
    catalogueRevision: count,
  }),
);
export type LaborClosedBody = Infer<typeof closed>;

const parked = { ...yes, description: 'Its host is parked.' };

export const laborBody = component(
  'Labor',
  fields({
    id: names.laborId,
    host: names.hostName,
    type: names.typeName,
    state: laborState,
    quest: nullable(names.questNumber),
    chain: names.laborId,
    opened,
    closed: nullable(closed),
    ack: nullable(note),
    'notes?': { ...listOf(note), description: 'The newest ten, oldest first.' },
    assignee: nullable(text),
    assignment: nullable(assignment),
    'reopened?': reopening,
    actors: listOf(actor),
    occurrences: typed<number>({ type: 'integer', minimum: 1 }),
    lastSeen: names.instant,
    'stranded?': { ...yes, description: 'No fate in force can complete it.' },
    'overflow?': {
      ...yes,
      description:
        'It counts events that would have opened more than the 100 of a type, or 1,000 in all, that a host may have open.',
    },
    'parked?': parked,
  }),
);
export type LaborBody = Infer<typeof laborBody>;

export const laborPage = pageOf('Labor', laborBody);

export const laborWhyBody = component(
  'LaborWhy',
  fields({
    labor: names.laborId,
    state: laborState,
    opened,
    openingFate: nullable(fateBody),
    closed: nullable(closed),
    closingFate: nullable(fateBody),
    'parked?': parked,
    completedBy: listOf(component('LaborCompletion', fields({ type: names.typeName, fates: listOf(names.number) }))),
  }),
);
export type LaborWhyBody = Infer<typeof laborWhyBody>;

/** One result per id of the request, in their order; `position` where anything was written. */
export const laborResultsBody = component(
  'LaborResults',
  fields({
    'position?': names.position,
    results: listOf(
      component(
        'LaborResult',
        eitherOf(
          component('LaborChanged', fields({ id: text, position: names.position })),
          component('LaborRefused', fields({ id: text, code: text, detail: text })),
        ),
      ),
    ),
  }),
);
export type LaborResultsBody = Infer<typeof laborResultsBody>;
