/**
 * The parameters of a query string as a body of JSON, for what is too long for a URL: the same table, the same names. A
 * value is of the type that its schema says; several are an array, and more of them are taken.
 */
import { inMessage, type Fault, type FaultCode, type JsonSchema } from '#contracts';
import { MAX_FAULTS } from '../../http/problems/write.js';
import { tooMany, type ParsedQuery, type QueryTable, type QueryValues, type Source } from './query.js';

/** Values of one parameter; the body's limit bounds their length. */
export const MAX_BODY_VALUES = 10_000;

const BODY: Source = { commas: false, most: MAX_BODY_VALUES, more: 'ask in parts' };

/** Reads `body`, which is any JSON. Never throws. */
export function parseQueryBody<T extends QueryTable>(body: unknown, table: T): ParsedQuery<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { ok: false, faults: [{ path: '', code: 'invalid', message: 'an object is taken here' }] };
  }
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  const sent = body as Readonly<Record<string, unknown>>;
  for (const name in sent) {
    if (faults.length >= MAX_FAULTS) break;
    const given = sent[name];
    const fault = (message: string, code: FaultCode = 'invalid'): unknown => faults.push({ path: name, code, message });
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined;
    if (parameter === undefined) {
      fault(`${inMessage(name)} is no field of this: it takes ${Object.keys(table).join(', ')}`, 'unknown');
      continue;
    }
    const { schema = {} } = parameter;
    const isSeveral = schema.type === 'array';
    if (Array.isArray(given) && !isSeveral) {
      fault('takes one value, not an array');
      continue;
    }
    const wanted = isSeveral ? (schema.items ?? {}) : schema;
    const parts: readonly unknown[] = Array.isArray(given) ? given : [given];
    // before a look at any of them: there may be a million
    if (parts.length > BODY.most) {
      fault(tooMany(parts.length, BODY));
      continue;
    }
    const types = typesOf(wanted);
    const odd = parts.find((part) => !isOfType(part, types));
    if (odd !== undefined) {
      fault(`${inMessage(JSON.stringify(odd))} is of a type that is not taken here`);
      continue;
    }
    const value = parameter.read(parts.map(String), fault, BODY);
    if (value !== undefined) values[name] = value;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, values: values as QueryValues<T> };
}

/** What a body may be. */
export function queryBodySchema(table: QueryTable): JsonSchema {
  const properties = Object.entries(table).flatMap(([name, { schema, about }]) =>
    schema === undefined ? [] : [[name, fieldOf(schema, about)] as const],
  );
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

function fieldOf(schema: JsonSchema, about: string | undefined): JsonSchema {
  const described = about === undefined ? {} : { description: about.replace('; repeated or separated by commas', '') };
  if (schema.type !== 'array' || schema.items === undefined) return { ...described, anyOf: [schema] };
  const { items } = schema;
  return { ...described, anyOf: [items, { type: 'array', items, maxItems: MAX_BODY_VALUES }] };
}

/** The JSON types that the schema takes: what texts of the type it takes, the parameter says. */
function typesOf({ anyOf, enum: words, const: word, type }: JsonSchema): ReadonlySet<unknown> {
  if (anyOf !== undefined) return new Set(anyOf.flatMap((one) => [...typesOf(one)]));
  if (words !== undefined || word !== undefined) return new Set(['string']);
  return new Set([type].flat());
}

function isOfType(part: unknown, types: ReadonlySet<unknown>): boolean {
  return types.has(typeof part) || (typeof part === 'number' && types.has('integer'));
}
