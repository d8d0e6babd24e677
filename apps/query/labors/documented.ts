/** What the API document says about reading labors. */
import { component, count, fateShape, fields, listOf, names, nullable, type Operation } from '#platform';
import { listed, shown, textOrNull, yes } from '../answers.js';

const state = { enum: ['open', 'completed', 'waived'] } as const;

const moment = { at: names.instant, recordedAt: names.instant, by: textOrNull, note: textOrNull };

const note = fields({ by: textOrNull, at: names.instant, note: textOrNull });

const opened = component(
  'LaborOpened',
  fields({ event: names.eventId, ...moment, fate: names.number, catalogueRevision: count }),
);

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

export const laborShape = component(
  'Labor',
  fields({
    id: names.laborId,
    host: names.hostName,
    type: names.typeName,
    state,
    quest: nullable(names.questNumber),
    chain: names.laborId,
    opened,
    closed: nullable(closed),
    ack: nullable(note),
    'notes?': { ...listOf(note), description: 'The newest ten, oldest first.' },
    assignee: textOrNull,
    actors: listOf({ enum: ['owner', 'creator'] }),
    occurrences: { type: 'integer', minimum: 1 },
    lastSeen: names.instant,
    'stranded?': { ...yes, description: 'No fate in force can complete it.' },
    'overflow?': { ...yes, description: 'It counts events that would have opened more than 1,000.' },
    'parked?': { ...yes, description: 'Its host stands still.' },
  }),
);

const why = component(
  'LaborWhy',
  fields({
    labor: names.laborId,
    state,
    opened,
    openingFate: nullable(fateShape),
    closed: nullable(closed),
    closingFate: nullable(fateShape),
    completedBy: listOf(fields({ type: names.typeName, fates: listOf(names.number) })),
  }),
);

export const laborsListed: Operation = {
  id: 'listLabors',
  summary: 'Lists labors',
  answers: listed('Labor', laborShape),
};

export const laborShown: Operation = { id: 'getLabor', summary: 'Shows a labor', answers: shown(laborShape) };

export const laborExplained: Operation = {
  id: 'explainLabor',
  summary: 'Says why a labor is open and what would complete it, or why it is closed',
  answers: shown(why, 'Why. Fates are shown as they stand now, null where there is none.'),
};
