/** The parameters of a route: those of its path and its query string, and the request headers of its kind. */
import { names, type JsonSchema } from '#contracts';
import type { QueryTable } from '../api/description/query.js';
import { IDEMPOTENCY_KEY_HEADER, MAX_IDEMPOTENCY_KEY_LENGTH } from '../api/idempotency-key.js';
import { WAIT } from '../api/freshness.js';
import type { Route } from './routes.js';
import { thingAfter } from './things.js';

const MIN_POSITION = {
  name: 'Hermes-Min-Position',
  in: 'header',
  description: 'Wait until the views have reached this position, which an answer has shown.',
};

const IDEMPOTENCY_KEY = {
  description:
    'Sent again with the same key within a day, the request is done once and answered as before. Events without a `key` get one from it.',
  schema: { type: 'string', minLength: 1, maxLength: MAX_IDEMPOTENCY_KEY_LENGTH } satisfies JsonSchema,
};

const IF_NONE_MATCH = {
  description: 'An `ETag` of an earlier answer: 304 where nothing has changed since.',
  schema: { type: 'string' } satisfies JsonSchema,
};

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
  readonly [more: string]: unknown;
}

/** The parameters of a path, each with the segment before it. */
export function segmentsOf({ path }: Route): readonly { readonly name: string; readonly before: string }[] {
  const segments = path.split('/');
  return segments.flatMap((segment, index) =>
    segment.startsWith('{') ? [{ name: segment.slice(1, -1), before: segments[index - 1] ?? '' }] : [],
  );
}

export function parametersOf(route: Route): readonly Parameter[] {
  return [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)];
}

function pathParameters(route: Route): readonly Parameter[] {
  return segmentsOf(route).map(({ name, before }) => {
    const { schema, about } = thingAfter(before);
    return { name, in: 'path', required: true, description: about, schema };
  });
}

function queryParameters({ query = {} }: Route): readonly Parameter[] {
  return Object.entries(query satisfies QueryTable).map(([name, { schema = {}, about }]) => ({
    name,
    in: 'query',
    ...(about === undefined ? {} : { description: about }),
    schema,
    ...(schema.type === 'array' ? { style: 'form', explode: true, allowEmptyValue: true } : {}),
  }));
}

function headerParameters({ freshness, method, needs, operation, tagged }: Route): readonly Parameter[] {
  const own = Object.entries({
    ...operation.headers,
    ...(tagged ? { 'If-None-Match': IF_NONE_MATCH } : {}),
    // who only reads may repeat it anyway
    ...((method === 'post' || method === 'put') && needs !== 'read'
      ? { [IDEMPOTENCY_KEY_HEADER]: IDEMPOTENCY_KEY }
      : {}),
  }).map(([name, header]) => ({ name, in: 'header', ...header }));
  if (!freshness) return own;
  return [{ ...MIN_POSITION, schema: names.position }, { name: 'Hermes-Wait', in: 'header', ...WAIT }, ...own];
}
