/** What reads have in common in the API document: lists, parked things, and how often they may be asked. */
import { component, count, fields, listOf, names, nullable, type Operation, type Schema } from '#platform';

/** What answers say of why a host or quest stands still (P4). */
export const parked = component(
  'Parked',
  fields({
    state: { enum: ['parked', 'releasing'] },
    reason: { type: 'string' },
    revision: { ...count, description: "The entry's place in its stream." },
    position: names.position,
    since: names.instant,
  }),
);

/** A text that may be missing. */
export const textOrNull: Schema = { type: ['string', 'null'] };

/** A field that is there only where it is so. */
export const yes: Schema = { const: true };

/** A list's answer. */
export function listed(name: string, item: Schema): Operation['answers'] {
  const body = component(
    `${name}List`,
    fields({
      items: listOf(item),
      next: nullable({ type: 'string', description: 'The next page is asked for with this as `cursor`.' }),
      'total?': { ...count, description: 'With `count=true`: how many items there are on all pages.' },
    }),
  );
  const line: Schema = { anyOf: [item], description: 'One a line.' };
  return {
    200: {
      about: 'A page of the list; as CSV or NDJSON all of it, or its first `limit` items (any number of them).',
      content: { 'application/json': body, 'text/csv': { type: 'string' }, 'application/x-ndjson': line },
    },
  };
}

/** The answer of one thing. */
export function shown(body: Schema, about = 'It.'): Operation['answers'] {
  return { 200: { about, body } };
}
