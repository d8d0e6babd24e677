/** docs/api.md names every route there is, and no other. */
import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { IngestModule } from '#apps/ingest';
import { ProjectorModule } from '#apps/projector';
import { QueryModule } from '#apps/query';
import { document } from './markdown.js';

/** Every `METHOD /path` of the feature modules' controllers, parameters as `{}`. */
function served(): readonly string[] {
  const controllers = [IngestModule, ProjectorModule, QueryModule].flatMap(
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

/** Every path in the first column of a table under the method before it. */
function documented(): readonly string[] {
  const rows = document('docs/api.md')
    .split('\n')
    .filter((line) => /^\| `(?:GET|POST|PATCH) \//.test(line));
  return rows
    .flatMap((row) => {
      let method = '';
      return [...(row.split('|')[1] ?? '').matchAll(/`(?:([A-Z]+) )?(\/[^`]*)`/g)].map(([, verb, path = '']) => {
        method = verb ?? method;
        return `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
      });
    })
    .filter((route) => !route.includes('/health/'))
    .sort();
}

test('the routes that are served are the routes that are documented', () => {
  expect(served().length).toBeGreaterThan(30);
  expect(documented()).toEqual(served());
});
