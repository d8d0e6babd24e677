/** Commands on labors: each body for one labor, and the same for many with their ids. */
import { inMessage } from '../in-message.js';
import { checked, component, described, fields, nullable, type Fields, type ObjectOf, type Schema } from './schema.js';
import { questGiven } from './names.js';
import { line, lines, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from './texts.js';

const MAX_LABORS = 1000;
/** No id of a labor is longer: a host's name, a revision, a number. */
const MAX_ID_LENGTH = 300;

export interface LaborRequest<Body> {
  /** Of its bodies in the API document, the beginning. */
  readonly name: string;
  readonly one: Schema<Body>;
  readonly many: Schema<Body & { readonly labors: readonly string[] }>;
}

/** Texts that may be ids; one that is none is answered as an unknown labor among the results. */
const labors = checked<readonly string[]>(
  {
    type: 'array',
    minItems: 1,
    maxItems: MAX_LABORS,
    items: { type: 'string', maxLength: MAX_ID_LENGTH, examples: ['web-1.example.com~0'] },
  },
  (value) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > MAX_LABORS)
      return `is ${Array.isArray(value) ? `${value.length} items` : inMessage(value)}: give an array of 1 to ${MAX_LABORS} ids`;
    const index = value.findIndex((id) => typeof id !== 'string' || id.length > MAX_ID_LENGTH);
    return index < 0
      ? undefined
      : `has at [${index}] ${inMessage(value[index])}: give ids of labors, such as "web-1~0"`;
  },
);

/** Called `<name>Request` and `<name>ManyRequest` in the API document. */
function request<F extends Fields>(name: string, own: F): LaborRequest<ObjectOf<F>> {
  const many: Schema = component(`${name}ManyRequest`, fields({ ...own, labors }));
  return {
    name,
    one: component(`${name}Request`, fields(own)),
    many: many as LaborRequest<ObjectOf<F>>['many'],
  };
}

const name = line(MAX_NAME_LENGTH);
const by = { 'by?': described(name, "Absent: the token's name.") };

export const ackRequest = request('Ack', { ...by, 'note?': lines(0, MAX_TEXT_LENGTH) });
export const assignRequest = request('Assign', {
  to: described(nullable(name), 'Null takes it away.'),
  ...by,
  'note?': lines(0, MAX_TEXT_LENGTH),
});
export const waiveRequest = request('Waive', { ...by, reason: lines(1, MAX_TEXT_LENGTH) });
export const reopenRequest = request('Reopen', { ...by, reason: lines(1, MAX_TEXT_LENGTH) });
export const adoptRequest = request('Adopt', {
  quest: described(nullable(questGiven), 'Null moves it out of any.'),
  ...by,
});
export const noteRequest = request('Note', { ...by, text: lines(1, MAX_TEXT_LENGTH) });
