/** Bodies of requests and answers by their media types. */
import { component, componentName, type JsonSchema } from '#contracts';
import type { BodyPipe } from '../api/body.js';
import type { Content, Operation } from '../api/description/operation.js';
import { JSON_MEDIA } from '../http/media.js';
import type { Components } from './components.js';
import type { Route } from './routes.js';

/** The extension that holds bodies of media types beside JSON. */
const OTHER_CONTENT = 'x-other-content';

/** A body that need not be there, and has no fields. */
const nothing = component('Nothing', { type: 'object', maxProperties: 0 } satisfies JsonSchema);

/** By media type: what the operation says itself, and JSON as its schema is. */
export function bodyOf({ body, takesNothing, operation, takes, path }: Route): Content | undefined {
  if (takesNothing) return { [JSON_MEDIA]: nothing };
  if (body === null && operation.body === undefined) return undefined;
  const json = body === null ? operation.body?.[JSON_MEDIA] : jsonOf(body, operation);
  const known: Content = { ...operation.body, ...(json && { [JSON_MEDIA]: named(json, operation) }) };
  return Object.fromEntries(takes.map((media) => [media, known[media] ?? undescribed(path, media)]));
}

/** One, or an array of them. */
function jsonOf({ schema: one, options: { many } }: BodyPipe, { id }: Operation): JsonSchema {
  if (many === undefined) return one;
  const array: JsonSchema = { type: 'array', items: one, minItems: 1, maxItems: many };
  return { anyOf: [one, component(`${componentName(one) ?? id}s`, array)] };
}

/** `schema` with a name, by which clients that are generated know it: that of the operation where it has none. */
function named(schema: JsonSchema, { id }: Operation): JsonSchema {
  return componentName(schema) === undefined
    ? component(`${id.charAt(0).toUpperCase()}${id.slice(1)}Request`, schema)
    : schema;
}

export function undescribed(path: string, media: string): never {
  throw new Error(`${path} takes or serves ${media}, of which the API document knows nothing`);
}

/**
 * JSON is the body's content; where it is not taken, the first media type that is. Others stand beside it, in the same form:
 * clients that are generated tell bodies apart by their types in the client's language, and fail where the body of one media
 * type is a list.
 */
export function requestBody(route: Route, components: Components): object {
  const content = bodyOf(route);
  if (content === undefined) return {};
  const { examples = {} } = route.operation;
  const bodies = Object.fromEntries(
    Object.entries(writeContent(content, components)).map(([media, { schema }]) => [
      media,
      { schema, ...(examples[media] === undefined ? {} : { example: examples[media] }) },
    ]),
  );
  const main = JSON_MEDIA in bodies ? JSON_MEDIA : (route.takes[0] ?? JSON_MEDIA);
  const { [main]: body, ...others } = bodies;
  const more = Object.keys(others).length === 0 ? {} : { description: alsoTakes(others), [OTHER_CONTENT]: others };
  return { requestBody: { required: !route.takesNothing, content: { [main]: body }, ...more } };
}

function alsoTakes(others: object): string {
  return `Also taken: ${Object.keys(others).join(', ')}.`;
}

export function writeContent(
  content: Content,
  components: Components,
): Readonly<Record<string, { readonly schema: JsonSchema }>> {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: components.write(schema) }]),
  );
}
