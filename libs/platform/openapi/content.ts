/** Bodies of requests and answers by their media types. */
import type { JsonSchema } from '#contracts';
import type { BodyPipe } from '../api/body.js';
import type { Content } from '../api/description/operation.js';
import { JSON_MEDIA } from '../http/media.js';
import type { Components } from './components.js';
import type { Route } from './routes.js';

/** By media type: what the operation says itself, and JSON as its schema is. */
export function bodyOf({ body, takesNothing, operation, takes, path }: Route): Content | undefined {
  if (takesNothing) return { [JSON_MEDIA]: { type: 'object', maxProperties: 0 } };
  if (body === null && operation.body === undefined) return undefined;
  const known: Content = { ...(body === null ? {} : { [JSON_MEDIA]: jsonOf(body) }), ...operation.body };
  return Object.fromEntries(takes.map((media) => [media, known[media] ?? undescribed(path, media)]));
}

function jsonOf({ schema: one, options: { many } }: BodyPipe): JsonSchema {
  return many === undefined ? one : { anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: many }] };
}

export function undescribed(path: string, media: string): never {
  throw new Error(`${path} takes or serves ${media}, of which the API document knows nothing`);
}

export function requestBody(route: Route, components: Components): object {
  const content = bodyOf(route);
  if (content === undefined) return {};
  const { examples = {} } = route.operation;
  const written = Object.entries(writeContent(content, components)).map(([media, { schema }]) => [
    media,
    { schema, ...(examples[media] === undefined ? {} : { example: examples[media] }) },
  ]);
  return { requestBody: { required: !route.takesNothing, content: Object.fromEntries(written) as object } };
}

export function writeContent(
  content: Content,
  components: Components,
): Readonly<Record<string, { readonly schema: JsonSchema }>> {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: components.write(schema) }]),
  );
}
