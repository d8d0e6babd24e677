/**
 * One event as clients write it. Requests do not pass through this class: events come in through the strict parser of
 * contracts on every path, for speed. It is the parser's description for readers and for API documents, and its spec
 * holds that both take and refuse the same values.
 */
import {
  isAttributeName,
  MAX_AHEAD_MS,
  MAX_ATTRIBUTE_NAME_LENGTH,
  MAX_ATTRIBUTE_VALUE_LENGTH,
  MAX_ATTRIBUTES,
  MAX_BY_LENGTH,
  MAX_KEY_LENGTH,
  MAX_NOTE_LENGTH,
} from '#contracts';
import { msOfInstant, parseHostName, type Attributes, type TypeReference } from '#domain';
import { names, type JsonSchema } from '#contracts';
import { Check, Optional, shown, taking } from '../checks/check.js';
import { instant, instantOf, typeReference } from '../checks/names.js';
import { line, text } from '../checks/texts.js';

const host = taking(names.hostGiven, (value) =>
  typeof value === 'string' && parseHostName(value) !== undefined
    ? undefined
    : `is ${shown(value)}: give the name of a host`,
);

const at = taking(names.instant, (value) => {
  const fault = instant(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  return msOfInstant(instantOf(value)) - Date.now() > MAX_AHEAD_MS
    ? `is ${shown(value)}: at most ${MAX_AHEAD_MS / 60_000} minutes ahead are taken`
    : undefined;
});

const attributeText = text(0, MAX_ATTRIBUTE_VALUE_LENGTH);

const ATTRIBUTES: JsonSchema = {
  type: 'object',
  maxProperties: MAX_ATTRIBUTES,
  propertyNames: line(MAX_ATTRIBUTE_NAME_LENGTH).schema ?? {},
  additionalProperties: { anyOf: [attributeText.schema ?? {}, { type: ['number', 'boolean'] }] },
};

const attributes = taking(ATTRIBUTES, (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `is ${shown(value)}: give an object`;
  const entries = Object.entries(value);
  if (entries.length > MAX_ATTRIBUTES) return `has ${entries.length} attributes: give at most ${MAX_ATTRIBUTES}`;
  const bad = entries.find(([name, item]) => !isAttributeName(name) || !isAttributeValue(item));
  return bad && `has ${shown(bad[0])}, which is no attribute: give texts, numbers and booleans under short names`;
});

function isAttributeValue(value: unknown): boolean {
  if (typeof value === 'string') return attributeText(value) === undefined;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

export class EventDto {
  @Check('host', host)
  host!: string;

  @Check('typeReference', typeReference, 'Name or pair.')
  type!: TypeReference;

  @Optional()
  @Check('key', line(MAX_KEY_LENGTH), 'What the client calls it, so that sending it again does no harm.')
  key?: string;

  @Optional()
  @Check('at', at, 'When it happened; absent: when it is accepted.')
  at?: string;

  @Optional()
  @Check('by', line(MAX_BY_LENGTH), "Who reports it; absent: the token's name.")
  by?: string;

  @Optional()
  @Check('note', text(0, MAX_NOTE_LENGTH))
  note?: string;

  @Optional()
  @Check('attributes', attributes)
  attributes?: Attributes;
}
