/** Writes the OpenAPI 3.1 document of the routes that an app serves. */
import { Components } from './components.js';
import { requestBody } from './content.js';
import { INTRODUCTION } from './introduction.js';
import { parametersOf } from './parameters.js';
import { HEADERS, responses } from './responses.js';
import type { Route } from './routes.js';

/** As in the paths. */
const API_VERSION = '1';

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
    parameters: parametersOf(route).map((parameter) => ({
      ...parameter,
      schema: components.write(parameter.schema),
    })),
    ...requestBody(route, components),
    responses: responses(route, components),
  };
}
