/** Which routes there are: as Nest serves them, and as docs/api.md names them. Each as `METHOD /path`, parameters as `{}`. */
import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { IngestModule, MovingModule } from '#apps/ingest';
import { ProjectorModule } from '#apps/projector';
import { QueryModule } from '#apps/query';
import { document } from './markdown.js';

/** Every route of the feature modules' controllers, without the base path. */
export function servedRoutes(): readonly string[] {
  const controllers = [IngestModule, MovingModule, ProjectorModule, QueryModule].flatMap(
    (module) => Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[],
  );
  return controllers.flatMap(routesOf).sort();
}

function routesOf(controller: Type): readonly string[] {
  const prototype = controller.prototype as Readonly<Record<string, object>>;
  const base = String(Reflect.getMetadata('path', controller));
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method = handler && (Reflect.getMetadata('method', handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    const path = [base, String(Reflect.getMetadata('path', handler))]
      .join('/')
      .replace(/\/+$/, '')
      .replace(/\/+/g, '/');
    return [`${RequestMethod[method]} /${path.replace(/:[a-z]+/gi, '{}')}`];
  });
}

/** Every path in the first column of a table under the method before it; health, metrics and the documentation stand outside. */
export function documentedRoutes(): { readonly api: readonly string[]; readonly outside: readonly string[] } {
  const rows = document('docs/api.md')
    .split('\n')
    .filter((line) => /^\| `(?:GET|POST|PATCH|PUT|DELETE|OPTIONS) \//.test(line));
  const all = rows.flatMap((row) => {
    let method = '';
    return [...(row.split('|')[1] ?? '').matchAll(/`(?:([A-Z]+) )?(\/[^`]*)`/g)].map(([, verb, path = '']) => {
      method = verb ?? method;
      return `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
    });
  });
  const isOutside = (route: string): boolean => / \/(?:(?:health|metrics|api)(?:\/|$)|$)/.test(route);
  return { api: all.filter((route) => !isOutside(route)).sort(), outside: all.filter(isOutside).sort() };
}
