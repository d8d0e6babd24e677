/** The routes that an app serves, as Nest itself knows them: from the metadata of its controllers. */
import type { Type } from '@nestjs/common';
import { INTERCEPTORS_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { neededRole, type Needed } from '../api/access/guard.js';
import { handlersOf, type Handler } from '../api/handlers.js';
import { API_PREFIX } from '../api/prefix.js';
import { BodyPipe, NoBodyPipe } from '../api/body.js';
import { TagAnswers } from '../api/entity-tag.js';
import { servedMedia } from '../api/head-guard.js';
import { takenMedia } from '../http/media.js';
import type { QueryTable } from '../api/description/query.js';
import { bodyReadBy, isFreshness, queryReadBy } from '../api/description/marks.js';
import { operationOf, type Operation } from '../api/description/operation.js';

export interface Route {
  /** Lower case. */
  readonly method: string;
  /** From the origin on, parameters in braces. */
  readonly path: string;
  /** The first segment of its controller's path; `api` where there is none. */
  readonly tag: string;
  readonly needs: Needed;
  readonly operation: Operation;
  readonly body: BodyPipe | null;
  /** A body without fields is taken as if there were none. */
  readonly takesNothing: boolean;
  readonly query: QueryTable | undefined;
  /** The media types of its bodies, where it takes any. */
  readonly takes: readonly string[];
  /** The media types of its answers. */
  readonly media: readonly string[];
  /** Whether answers carry an `ETag`. */
  readonly tagged: boolean;
  /** Whether the position headers are read. */
  readonly freshness: boolean;
}

/** Every route of `controllers`; throws, naming it, where one is without {@link Operation}: an undocumented route is a defect. */
export function routesOf(controllers: readonly Type[]): readonly Route[] {
  return handlersOf(controllers).map(routeOf);
}

function routeOf({ controller, handler, name, method, path }: Handler): Route {
  const operation = operationOf(handler);
  if (operation === undefined) throw new Error(`${controller.name}.${name} serves ${path} without @Documented`);
  const taken = argumentsOf(controller, name);
  return {
    method: method.toLowerCase(),
    path: path.replace(/:(\w+)/g, '{$1}'),
    tag: path.replace(`/${API_PREFIX}/`, '/').split('/')[1] || 'api',
    needs: neededRole(handler, controller),
    takes: takenMedia(handler),
    media: servedMedia(handler, controller),
    tagged: isTagged(handler) || operation.tags === true,
    operation,
    ...taken,
    query: taken.query ?? operation.query,
  };
}

function isTagged(handler: object): boolean {
  const interceptors = (Reflect.getMetadata(INTERCEPTORS_METADATA, handler) ?? []) as readonly unknown[];
  return interceptors.includes(TagAnswers);
}

type Taken = Pick<Route, 'body' | 'takesNothing' | 'query' | 'freshness'>;

interface Argument {
  readonly pipes?: readonly unknown[];
  readonly factory?: object;
}

/** What the parameters of a handler read of the request. */
function argumentsOf(controller: Type, name: string): Taken {
  const table = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Readonly<
    Record<string, Argument>
  >;
  const bodies = Object.entries(table)
    .filter(([key]) => key.startsWith(`${RouteParamtypes.BODY}:`))
    .flatMap(([, { pipes = [] }]) => pipes);
  const factories = Object.values(table).flatMap(({ factory }) => (factory === undefined ? [] : [factory]));
  return {
    body: [...bodies, ...factories.map(bodyReadBy)].find((pipe) => pipe instanceof BodyPipe) ?? null,
    takesNothing: bodies.some((pipe) => pipe instanceof NoBodyPipe),
    query: factories.map(queryReadBy).find((query) => query !== undefined),
    freshness: factories.some(isFreshness),
  };
}
