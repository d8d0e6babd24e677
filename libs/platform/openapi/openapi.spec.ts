/** What the document is written from: named schemas, and routes from Nest's metadata; nothing may be missing. */
import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { Documented } from '../api/description/operation.js';
import { codesByStatus } from './problems.js';
import { routesOf } from './routes.js';
import { component, fields, nullable, typed } from '#contracts';
import { Components } from './components.js';
import { thingAfter } from './things.js';

test('named schemas stand once and are referred to, also from themselves and from each other', () => {
  const name = component('Name', typed({ type: 'string' }));
  const thing = component('Thing', fields({ name, 'other?': nullable(name) }));
  const components = new Components();
  expect(components.write({ type: 'array', items: thing })).toEqual({
    type: 'array',
    items: { $ref: '#/components/schemas/Thing' },
  });
  expect(Object.keys(components.all())).toEqual(['Name', 'Thing']);
  expect(components.all()['Thing']).toMatchObject({
    properties: { name: { $ref: '#/components/schemas/Name' } },
    required: ['name'],
  });
});

test('words of its own stand beside what a schema is, or beside the reference to it', () => {
  const name = component('Name', typed<string>({ type: 'string' }));
  const components = new Components();
  expect(components.write({ description: 'of a host', anyOf: [name] })).toEqual({
    description: 'of a host',
    $ref: '#/components/schemas/Name',
  });
  expect(components.write({ description: 'or none', anyOf: [nullable(name)] })).toEqual({
    description: 'or none',
    anyOf: [{ $ref: '#/components/schemas/Name' }, { type: 'null' }],
  });
  expect(components.write({ description: 'any', anyOf: [{ type: 'string' }] })).toEqual({
    description: 'any',
    type: 'string',
  });
});

test('two schemas cannot have one name', () => {
  const components = new Components();
  components.write(component('Twice', { type: 'string' }));
  expect(() => components.write(component('Twice', { type: 'integer' }))).toThrow('two schemas are called Twice');
});

test('a handler that is not documented is a defect', () => {
  @Controller('things')
  class Things {
    @Get()
    list(): string {
      return '';
    }
  }
  expect(() => routesOf([Things])).toThrow('Things.list serves /api/v1/things without @Documented');
});

test('what a path names must be known', () => {
  expect(thingAfter('labors').unknown).toBe('labor-unknown');
  for (const segment of ['gizmos', 'constructor']) expect(() => thingAfter(segment)).toThrow(segment);
});

test('routes are as Nest serves them: prefix, parameters, role', () => {
  @Controller('quests/:id')
  class Quests {
    @Get('labors')
    @Documented({ id: 'x', summary: 'x', answers: {} })
    list(): string {
      return '';
    }
  }
  expect(routesOf([Quests])).toMatchObject([
    { method: 'get', path: '/api/v1/quests/{id}/labors', tag: 'quests', needs: 'admin', takes: ['application/json'] },
  ]);
});

test('what is unknown is 404 where the path names it, else 422', () => {
  const codes = new Set(['event-type-unknown', 'malformed'] as const);
  expect([...codesByStatus(codes, true)]).toEqual([
    [400, ['malformed']],
    [404, ['event-type-unknown']],
  ]);
  expect([...codesByStatus(codes, false)].map(([status]) => status)).toEqual([400, 422]);
});
