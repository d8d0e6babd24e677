/** Labors (rule 12), why one is open or closed (rule 16), and the results of a command on many. */
import type { NextEvent } from '#domain';
import { actor, fateBody } from './catalogue.js';
import { pageOf } from './list.js';
import * as names from './names.js';
import {
  component,
  count,
  described,
  eitherOf,
  extended,
  fields,
  flag,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
  yes,
  type Infer,
} from './schema.js';

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

const redacted = { ...yes, description: 'Its event was redacted: by and note are shown no longer.' };

const opened = component(
  'LaborOpened',
  fields({ event: names.eventId, ...moment, 'redacted?': redacted, fate: names.number, catalogueRevision: count }),
);
export type LaborOpenedBody = Infer<typeof opened>;

const closed = component(
  'LaborClosed',
  fields({
    event: nullable(names.eventId),
    type: nullable(names.typeName),
    ...moment,
    'redacted?': redacted,
    fate: nullable(names.number),
    catalogueRevision: count,
  }),
);
export type LaborClosedBody = Infer<typeof closed>;

const parked = { ...yes, description: 'Its host is parked.' };
const incomplete = {
  ...yes,
  description: 'With asOf: it has forgotten part of what it was then, and is shown as old as that is known.',
};

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
    'incomplete?': incomplete,
  }),
);
export type LaborBody = Infer<typeof laborBody>;

const labors = listOf(names.laborId);

/** An event type that would complete something on a host now. */
export const nextEventBody = component(
  'NextEvent',
  fields({
    type: names.typeName,
    closes: { ...labors, description: 'The labors of the host that it would complete.' },
    follows: { ...labors, description: 'Those of them that a labor of its type would follow in their chain.' },
    opens: { ...flag, description: 'Whether a labor of its type would open outside a chain.' },
    'absorbedBy?': described(names.laborId, 'The labor that would count it in place of that.'),
  }),
);
export type NextEventBody = Infer<typeof nextEventBody>;

export const laborDetailBody = component(
  'LaborDetail',
  extended(laborBody, {
    next: {
      ...listOf(nextEventBody),
      maxItems: 100,
      description:
        'Of an open labor: each event type that would complete it now, and all that it would do on the host.',
    },
  }),
);
export type LaborDetailBody = Infer<typeof laborDetailBody>;

export function presentNext({ type, closes, follows, opens, absorbedBy }: NextEvent): NextEventBody {
  return { type, closes, follows, opens, ...(absorbedBy === null ? {} : { absorbedBy }) };
}

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
    'incomplete?': incomplete,
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

/** What a command on those that a filter finds would concern, where it was only asked (`dryRun=true`). */
export const foundBody = component(
  'Found',
  fields({
    position: names.position,
    found: { ...count, description: 'How many match, up to 100,000.' },
    'atLeast?': { ...yes, description: 'Counting ended there, and more match.' },
    examples: { ...listOf(text), description: 'Some of them.' },
  }),
);
export type FoundBody = Infer<typeof foundBody>;

export const laborsCommandedBody = component('LaborsCommanded', eitherOf(laborResultsBody, foundBody));
