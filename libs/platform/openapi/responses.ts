/** What a route answers: where all is well, and by status each problem that a request to it can meet. */
import { names, problemBody, type ErrorCode, type JsonSchema } from '#contracts';
import type { AnswerDescription, Content } from '../api/description/operation.js';
import { JSON_MEDIA } from '../http/media.js';
import type { Components } from './components.js';
import { bodyOf, undescribed, writeContent } from './content.js';
import { segmentsOf } from './parameters.js';
import { codesByStatus, explain, problemOf } from './problems.js';
import type { Route } from './routes.js';
import { thingAfter } from './things.js';

const PROBLEM_TYPE = 'application/problem+json';
const seconds: JsonSchema = { type: 'number', format: 'double', minimum: 0 };

/** Headers by the key under which they stand among the components. */
export const HEADERS = {
  Position: {
    description: 'Of a write: a position at which all that it wrote is visible. Of a read: how far the views were.',
    schema: names.position,
  },
  HostsBehind: {
    description: 'Of how many hosts entries are still to be judged, at most 1,000; absent where of none.',
    schema: { type: 'integer', minimum: 1, maximum: 1000 },
  },
  Age: { description: 'For how many seconds the views may not have heard of anything newer.', schema: seconds },
  ETag: { description: 'Of the body, byte for byte; not of what is streamed.', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds after which to try again.', schema: { type: 'integer', minimum: 1 } },
} as const satisfies Record<string, { readonly description: string; readonly schema: JsonSchema }>;

export function responses(route: Route, components: Components): object {
  requireEachMedia(route);
  const reference = components.write(problemBody);
  const notModified = { 304: { about: 'Nothing has changed since the `ETag` that was given.' } };
  const answers = Object.entries({ ...route.operation.answers, ...(route.tagged ? notModified : {}) }).map(
    ([status, answer]) => [status, writeAnswer(answer, route, components)] as const,
  );
  const refusals = [...codesByStatus(codesOf(route), route.path.includes('{'))].map(
    ([status, codes]) => [String(status), writeRefusal(status, codes, reference)] as const,
  );
  return {
    ...Object.fromEntries(merged(answers, refusals)),
    default: {
      description: 'A defect of Hermes (500), of which its log says more, or the answer of a proxy in between.',
      content: { [PROBLEM_TYPE]: { schema: reference } },
    },
  };
}

type Written = readonly (readonly [string, { readonly description: string; readonly content?: object }])[];

/** Answers and refusals; where a status is both, either body by its media type. */
function merged(answers: Written, refusals: Written): Written {
  const all = new Map(answers);
  for (const [status, refusal] of refusals) {
    const answer = all.get(status);
    const both = { ...refusal, ...answer, content: { ...answer?.content, ...refusal.content } };
    all.set(status, answer === undefined ? refusal : both);
  }
  return [...all];
}

/** A route that answers bodies describes one of each media type that it is marked to serve. */
function requireEachMedia({ operation, media, path }: Route): void {
  const contents = Object.values(operation.answers)
    .map(contentOf)
    .filter((content) => content !== undefined);
  const missing = media.find((type) => contents.every((content) => content[type] === undefined));
  if (contents.length > 0 && missing !== undefined) undescribed(path, missing);
}

function contentOf({ body, content }: AnswerDescription): Content | undefined {
  return content ?? (body === undefined ? undefined : { [JSON_MEDIA]: body });
}

function writeAnswer(answer: AnswerDescription, route: Route, components: Components) {
  const { about } = answer;
  const content = contentOf(answer);
  const own = Object.entries(answer.headers ?? {}).map(([name, { description, schema }]) => [
    name,
    { description, schema: components.write(schema) },
  ]);
  const headers: Record<string, object> = {
    ...(route.freshness || route.operation.writes === true ? { 'Hermes-Position': headerReference('Position') } : {}),
    ...(route.freshness
      ? { 'Hermes-Age': headerReference('Age'), 'Hermes-Hosts-Behind': headerReference('HostsBehind') }
      : {}),
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
    [true, ['malformed', 'validation-failed', 'not-acceptable', 'foreign-host', 'foreign-origin']],
    [needs !== 'open', ['unauthenticated', 'forbidden']],
    [!route.path.startsWith('/health/'), ['overloaded']],
    [body, ['payload-too-large']],
    [true, ['unsupported-media-type']],
    [freshness, ['not-caught-up', 'store-unavailable']],
    // events are known by their keys
    [
      (method === 'post' || method === 'put') && tag !== 'events' && needs !== 'read',
      ['idempotency-key-reused', 'store-unavailable'],
    ],
    [operation.writes === true, ['store-unavailable', 'outcome-unknown', 'read-only', 'import-unfinished']],
    [true, segmentsOf(route).map(({ before }) => thingAfter(before).unknown)],
    [true, operation.problems ?? []],
  ];
  return new Set(codes.flatMap(([applies, some]) => (applies ? some : [])));
}
