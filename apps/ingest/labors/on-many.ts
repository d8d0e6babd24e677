/** The body of a command on many labors: that on one, and their ids. */
import type { JsonSchema } from '#contracts';
import { Check, shown, taking } from '../checks/check.js';

const MAX_LABORS = 1000;
/** No id of a labor is longer: a host's name, a revision, a number. */
const MAX_ID_LENGTH = 300;

const LABOR_IDS: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: MAX_LABORS,
  items: { type: 'string', maxLength: MAX_ID_LENGTH, examples: ['web-1.example.com~0'] },
};

/** Texts that may be ids; one that is none is answered as an unknown labor among the results. */
const laborIds = taking(LABOR_IDS, (value) => {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_LABORS)
    return `is ${Array.isArray(value) ? `${value.length} items` : shown(value)}: give an array of 1 to ${MAX_LABORS} ids`;
  const index = value.findIndex((id) => typeof id !== 'string' || id.length > MAX_ID_LENGTH);
  return index < 0 ? undefined : `has at [${index}] ${shown(value[index])}: give ids of labors, such as "web-1~0"`;
});

export interface OnMany {
  readonly labors: string[];
}

/** The DTO beside `body`, called like it: `AckManyDto` for `AckDto`. */
export function onMany(body: new () => object): new () => OnMany {
  class ManyDto extends body {
    @Check('laborIds', laborIds)
    labors!: string[];
  }
  Object.defineProperty(ManyDto, 'name', { value: body.name.replace(/Dto$/, 'ManyDto') });
  return ManyDto;
}
