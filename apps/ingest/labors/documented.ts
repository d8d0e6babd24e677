/** What the API document says about commands on labors. */
import { component, fields, listOf, names, type Operation, type Schema } from '#platform';
import { writtenAnswer } from '../written.js';

const results = component(
  'LaborResults',
  fields({
    'position?': names.position,
    results: listOf({
      anyOf: [
        fields({ id: { type: 'string' }, position: names.position }),
        fields({ id: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } }),
      ],
    }),
  }),
);

function onOne(id: string, summary: string): Operation {
  return { id, summary, writes: true, answers: { 200: writtenAnswer }, problems: ['labor-not-open', 'conflict'] };
}

function onMany(id: string, summary: string): Operation {
  const about = 'One result per id, in their order: a position, or why it could not be done.';
  return { id, summary, writes: true, answers: { 200: { about, body: results satisfies Schema } } };
}

export const laborAcknowledged = onOne('acknowledgeLabor', 'Acknowledges a labor; it stays open');
export const laborAssigned = onOne('assignLabor', 'Assigns a labor');
export const laborWaived = onOne('waiveLabor', 'Closes a labor without an event');
export const laborsAcknowledged = onMany('acknowledgeLabors', 'Acknowledges many labors');
export const laborsAssigned = onMany('assignLabors', 'Assigns many labors');
export const laborsWaived = onMany('waiveLabors', 'Closes many labors without events');
