/** Event types and fates as requests may refer to them: by name, by number, or by what they consist of. */
import { isTypePart, parseFateId, parseTypeName } from '#domain';
import { inMessage } from '../in-message.js';
import { number, typeName, typePart } from './names.js';
import { checked, checkOf, component, fields, type Infer } from './schema.js';
import { line } from './texts.js';

const MAX_FATE_NAME_LENGTH = 200;

const typePair = component('TypePair', fields({ category: typePart, state: typePart }));

/** An event type's name, or its pair and nothing beside it. */
export const typeGiven = component(
  'TypeGiven',
  checked<Infer<typeof typeName> | Infer<typeof typePair>>(
    { description: 'An event type, by its name or as the pair that it is.', anyOf: [typeName, typePair] },
    (value) =>
      (typeof value === 'string' ? parseTypeName(value) !== undefined : isPair(value))
        ? undefined
        : `is ${inMessage(value)}: give the name of an event type ("category-state") or {category, state}`,
  ),
);

function isPair(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { category, state } = value as Readonly<Record<string, unknown>>;
  const parts = [category, state].every((part) => typeof part === 'string' && isTypePart(part));
  return parts && Object.keys(value).length === 2;
}

/** Which lines name no fate (numbers do not), the domain says. */
export const fateName = line(MAX_FATE_NAME_LENGTH);

export const fateGiven = component(
  'FateGiven',
  checked<number | string>(
    {
      description: "A fate's number, or its name.",
      anyOf: [component('FateNumber', { ...number }), component('FateName', { ...fateName })],
    },
    (value) =>
      (typeof value === 'number' ? parseFateId(value) !== undefined : checkOf(fateName)?.(value) === undefined)
        ? undefined
        : `is ${inMessage(value)}: give the number or the name of a fate`,
  ),
);
