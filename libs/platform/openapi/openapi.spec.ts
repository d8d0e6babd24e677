/** What the document is written from: fields from checks, routes from Nest's metadata; nothing may go untold. */
import 'reflect-metadata';
import { Controller, Get } from '@nestjs/common';
import { MayBeAbsent, schemaOfDto, Takes } from '../api/description/body-fields.js';
import { Documented } from '../api/description/operation.js';
import { codesByStatus } from './problems.js';
import { routesOf } from './routes.js';
import { component, fields, nullable, typed, type JsonSchema } from '#contracts';
import { Components } from './components.js';
import { thingAfter } from './things.js';

class BaseDto {
  @MayBeAbsent()
  @Takes({ type: 'string', maxLength: 5 }, 'who')
  by?: string;
}

class MoreDto extends BaseDto {
  @Takes({ type: 'integer' })
  size!: number;
}

test("a DTO's fields are those of its class and of what it extends, absent ones not required, no others taken", () => {
  expect(schemaOfDto(MoreDto)).toEqual({
    type: 'object',
    properties: { by: { description: 'who', anyOf: [{ type: 'string', maxLength: 5 }] }, size: { type: 'integer' } },
    required: ['size'],
    additionalProperties: false,
  });
  expect(schemaOfDto(BaseDto).required).toEqual([]);
});

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

test('two schemas cannot have one name', () => {
  const components = new Components();
  components.write(component('Twice', { type: 'string' }));
  expect(() => components.write(component('Twice', { type: 'integer' }))).toThrow('two schemas are called Twice');
});

test.each<[JsonSchema, JsonSchema]>([
  [
    { type: 'string', maxLength: 5 },
    { type: ['string', 'null'], maxLength: 5 },
  ],
  [{ enum: ['a'] }, { anyOf: [{ enum: ['a'] }, { type: 'null' }] }],
  [{ type: 'string', enum: ['a'] }, { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] }],
])('%j or null', (schema, expected) => {
  expect(nullable(typed(schema))).toEqual(expected);
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
