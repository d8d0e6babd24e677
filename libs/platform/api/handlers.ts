/** The handlers of controllers, as Nest knows them: from the metadata of its decorators. */
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { ModulesContainer } from '@nestjs/core';
import { pathOf } from './prefix.js';

export interface Handler {
  readonly controller: Type;
  readonly handler: object;
  /** Of the handler's method. */
  readonly name: string;
  /** In capitals. */
  readonly method: string;
  /** From the origin on, as the router has it: `/api/v1/quests/:id`. */
  readonly path: string;
}

export function handlersOf(controllers: readonly Type[]): readonly Handler[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, unknown>>;
    const base = String(Reflect.getMetadata(PATH_METADATA, controller));
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (typeof handler !== 'function') return [];
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const path = pathOf(base, String(Reflect.getMetadata(PATH_METADATA, handler)));
      return [{ controller, handler, name, method: RequestMethod[method], path }];
    });
  });
}

/** Of an app that was made. */
export function controllersOf(modules: ModulesContainer): readonly Type[] {
  const wrappers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
  return wrappers.flatMap(({ metatype }) => (typeof metatype === 'function' ? [metatype as Type] : []));
}
