/** Writes the OpenAPI 3.1 document of the routes that an app serves. */
import { names, problemBody, type ErrorCode, type JsonSchema } from '#contracts';
import type { QueryTable } from '../api/description/query.js';
import type { BodyPipe } from '../api/body.js';
import { IDEMPOTENCY_KEY_HEADER, MAX_IDEMPOTENCY_KEY_LENGTH } from '../api/idempotency-key.js';
import { JSON_MEDIA } from '../http/media.js';
import { INTRODUCTION } from './introduction.js';
import type { AnswerDescription, Content } from '../api/description/operation.js';
import { codesByStatus, explain, problemOf } from './problems.js';
import type { Route } from './routes.js';
import { Components } from './components.js';
import { thingAfter } from './things.js';

/** As in the paths. */
const API_VERSION = '1';
const PROBLEM_TYPE = 'application/problem+json';

const seconds: JsonSchema = { type: 'number', minimum: 0 };

/** Headers by the key under which they stand among the components. */
const HEADERS = {
  Position: {
    description: 'Of a write: a position at which all that it wrote is visible. Of a read: how far the views were.',
    schema: names.position,
  },
  Age: { description: 'For how many seconds the views may not have heard of anything newer.', schema: seconds },
  ETag: { description: 'Of the body, byte for byte; not of what is streamed.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds after which to try again.', schema: { type: 'integer', minimum: 1 } },
} as const satisfies Record<string, { readonly description: string; readonly schema: JsonSchema }>;

const MIN_POSITION = {
  name: 'Hermes-Min-Position',
  in: 'header',
  description: 'Wait until the views have reached this position, which an answer has shown.',
};
const WAIT = {
  name: 'Hermes-Wait',
  in: 'header',
  description: 'For how many seconds at most, with up to three decimals.',
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

/** The document, as JSON has it. */
export function writeDocument(routes: readonly Route[]): object {
  const components = new Components();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of [...routes].sort(byPath)) {
    const methods = (paths[route.path] ??= {});
    methods[route.method] = writeOperation(route, components);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hermes', version: API_VERSION, description: INTRODUCTION },
    servers: [{ url: '/', description: 'this Hermes' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of HERMES_TOKENS_FILE. Without that file only loopback is served, to everyone there.',
        },
      },
      headers: Object.fromEntries(
        Object.entries(HEADERS).map(([name, { description, schema }]) => [
          name,
          { description, schema: components.write(schema) },
        ]),
      ),
      schemas: components.all(),
    },
  };
}

function byPath(a: Route, b: Route): number {
  return a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1;
}

function writeOperation(route: Route, components: Components): object {
  const { operation, needs } = route;
  const role = needs === 'open' ? 'Needs no token.' : `Needs the role \`${needs}\`.`;
  return {
    operationId: operation.id,
    tags: [route.tag],
    summary: operation.summary,
    description: [operation.description, role].filter((part) => part !== undefined).join('\n\n'),
    security: needs === 'open' ? [] : [{ bearer: [needs] }, {}],
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)].map((parameter) => ({
      ...parameter,
      schema: components.write(parameter.schema),
    })),
    ...requestBody(route, components),
    responses: responses(route, components),
  };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
  readonly [more: string]: unknown;
}

function segmentsOf({ path }: Route): readonly { readonly name: string; readonly before: string }[] {
  const segments = path.split('/');
  return segments.flatMap((segment, index) =>
    segment.startsWith('{') ? [{ name: segment.slice(1, -1), before: segments[index - 1] ?? '' }] : [],
  );
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

function headerParameters({ freshness, method, operation, tagged }: Route): readonly Parameter[] {
  const own = Object.entries({
    ...operation.headers,
    ...(tagged ? { 'If-None-Match': IF_NONE_MATCH } : {}),
    ...(method === 'post' ? { [IDEMPOTENCY_KEY_HEADER]: IDEMPOTENCY_KEY } : {}),
  }).map(([name, header]) => ({ name, in: 'header', ...header }));
  if (!freshness) return own;
  return [
    { ...MIN_POSITION, schema: names.position },
    { ...WAIT, schema: { type: 'number', minimum: 0, maximum: 30, default: 5 } },
    ...own,
  ];
}

/** By media type: what the operation says itself, and JSON as its schema is. */
function bodyOf({ body, takesNothing, operation, takes, path }: Route): Content | undefined {
  if (takesNothing) return { [JSON_MEDIA]: { type: 'object', maxProperties: 0 } };
  if (body === null && operation.body === undefined) return undefined;
  const known: Content = { ...(body === null ? {} : { [JSON_MEDIA]: jsonOf(body) }), ...operation.body };
  return Object.fromEntries(takes.map((media) => [media, known[media] ?? undescribed(path, media)]));
}

function jsonOf({ schema: one, options: { many } }: BodyPipe): JsonSchema {
  return many === undefined ? one : { anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: many }] };
}

function undescribed(path: string, media: string): never {
  throw new Error(`${path} takes or serves ${media}, of which the API document knows nothing`);
}

function requestBody(route: Route, components: Components): object {
  const content = bodyOf(route);
  if (content === undefined) return {};
  const { examples = {} } = route.operation;
  const written = Object.entries(writeContent(content, components)).map(([media, { schema }]) => [
    media,
    { schema, ...(examples[media] === undefined ? {} : { example: examples[media] }) },
  ]);
  return { requestBody: { required: !route.takesNothing, content: Object.fromEntries(written) as object } };
}

function writeContent(
  content: Content,
  components: Components,
): Readonly<Record<string, { readonly schema: JsonSchema }>> {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: components.write(schema) }]),
  );
}

function responses(route: Route, components: Components): object {
  const reference = components.write(problemBody);
  const notModified = { 304: { about: 'Nothing has changed since the `ETag` that was given.' } };
  const answers = Object.entries({ ...route.operation.answers, ...(route.tagged ? notModified : {}) }).map(
    ([status, answer]) => [status, writeAnswer(answer, route, components)] as const,
  );
  const refusals = [...codesByStatus(codesOf(route), route.path.includes('{'))].map(
    ([status, codes]) => [String(status), writeRefusal(status, codes, reference)] as const,
  );
  const clash = refusals.find(([status]) => answers.some(([other]) => other === status));
  const all = clash === undefined ? [...answers, ...refusals] : mergeClash(answers, refusals);
  return {
    ...Object.fromEntries(all),
    default: {
      description: 'A defect of Hermes (500), which its log tells more of, or what stands between.',
      content: { [PROBLEM_TYPE]: { schema: reference } },
    },
  };
}

type Written = readonly (readonly [string, { readonly description: string; readonly content?: object }])[];

/** A status that is an answer and a refusal: either body, by its media type. */
function mergeClash(answers: Written, refusals: Written): Written {
  const merged = new Map(answers);
  for (const [status, refusal] of refusals) {
    const answer = merged.get(status);
    const both = { ...refusal, ...answer, content: { ...answer?.content, ...refusal.content } };
    merged.set(status, answer === undefined ? refusal : both);
  }
  return [...merged];
}

function writeAnswer(answer: AnswerDescription, route: Route, components: Components) {
  const { about, body, content = body === undefined ? undefined : { [JSON_MEDIA]: body } } = answer;
  // what a route is marked to serve, of what is answered where all is well
  for (const media of route.media)
    if (content !== undefined && content[media] === undefined) undescribed(route.path, media);
  const own = Object.entries(answer.headers ?? {}).map(([name, { description, schema }]) => [
    name,
    { description, schema: components.write(schema) },
  ]);
  const headers: Record<string, object> = {
    ...(route.freshness || route.operation.writes === true ? { 'Hermes-Position': headerReference('Position') } : {}),
    ...(route.freshness ? { 'Hermes-Age': headerReference('Age') } : {}),
    ...(route.tagged ? { ETag: headerReference('ETag') } : {}),
    ...(Object.fromEntries(own) as Record<string, object>),
  };
  return {
    description: about,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(content === undefined ? {} : { content: writeContent(content, components) }),
  };
}

function writeRefusal(status: number, codes: readonly ErrorCode[], reference: JsonSchema) {
  return {
    description: explain(codes),
    ...(status === 503 ? { headers: { 'Retry-After': headerReference('RetryAfter') } } : {}),
    content: { [PROBLEM_TYPE]: { schema: problemOf(codes, reference) } },
  };
}

function headerReference(name: keyof typeof HEADERS): object {
  return { $ref: `#/components/headers/${name}` };
}

/** What a request to the route can be refused for. */
function codesOf(route: Route): ReadonlySet<ErrorCode> {
  const { operation, freshness, needs, method, tag } = route;
  const body = bodyOf(route) !== undefined;
  const codes: readonly (readonly [boolean, readonly ErrorCode[]])[] = [
    [true, ['malformed', 'validation-failed', 'not-acceptable', 'forbidden']],
    [needs !== 'open', ['unauthenticated']],
    [!route.path.startsWith('/health/'), ['overloaded']],
    [body, ['payload-too-large']],
    [true, ['unsupported-media-type']],
    [freshness, ['not-caught-up', 'store-unavailable']],
    // events are known by their keys
    [method === 'post' && tag !== 'events', ['idempotency-key-reused', 'store-unavailable']],
    [operation.writes === true, ['store-unavailable', 'outcome-unknown']],
    [true, segmentsOf(route).map(({ before }) => thingAfter(before).unknown)],
    [true, operation.problems ?? []],
  ];
  return new Set(codes.flatMap(([applies, some]) => (applies ? some : [])));
}
