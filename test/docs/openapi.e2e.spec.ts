/** The OpenAPI document that a running Hermes serves: sound, true to what is served, and readable where there is no other network. */
import SwaggerParser from '@apidevtools/swagger-parser';
import { ERRORS, type JsonSchema } from '#contracts';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Description } from '../hostile/description.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { documentedRoutes, servedRoutes } from './routes.js';

type Document = Parameters<typeof SwaggerParser.validate>[0] & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

interface Schema {
  readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: object; example?: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;
let api: Document;

beforeAll(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: join(folder.path, 'open') });
  const answer = await fetch(`${hermes.api.origin}/api/openapi.json`);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  api = (await answer.json()) as Document;
}, 60_000);

afterAll(async () => {
  await hermes.kill();
  await folder.remove();
});

function operations(): readonly Operation[] {
  return Object.values(api.paths).flatMap((methods) => Object.values(methods));
}

test('the document is valid OpenAPI 3.1', async () => {
  expect('openapi' in api ? api.openapi : '').toMatch(/^3\.1\./);
  await SwaggerParser.validate(structuredClone(api));
});

test('constants are texts: generators of clients know no others', () => {
  expect(JSON.stringify(api).match(/"const":[^"][^,}]*/g)).toBeNull();
});

function isThing(name: string): boolean {
  const { properties, anyOf, additionalProperties } = (api.components.schemas[name] ?? {}) as JsonSchema;
  return properties !== undefined || anyOf !== undefined || additionalProperties !== undefined;
}

test('what has fields, or is one of several things, has a name: generators of clients make up names where there is none', () => {
  const nameless: string[] = [];
  const look = (value: unknown, place: string, isNamed: boolean): void => {
    if (typeof value !== 'object' || value === null || place.endsWith('.example')) return;
    const { properties, anyOf = [], $ref } = value as JsonSchema;
    // a value, a list of such and null are no things
    const things = anyOf.filter(({ $ref: reference = '' }) => isThing(reference.split('/').at(-1) ?? ''));
    if (!isNamed && $ref === undefined && (properties !== undefined || things.length > 1)) nameless.push(place);
    for (const [name, inner] of Object.entries(value) as [string, unknown][])
      if (!(name === 'properties' && $ref !== undefined))
        look(inner, `${place}.${name}`, place === '.components.schemas');
  };
  look(api, '', false);
  expect(nameless).toEqual([]);
});

test('its routes are the served ones, and those of docs/api.md', () => {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`),
  );
  const within = all.filter((route) => route.includes(' /api/v1/')).map((route) => route.replace('/api/v1', ''));
  expect(within.sort()).toEqual(servedRoutes());
  expect(within.sort()).toEqual(documentedRoutes().api);
  expect(all.filter((route) => !route.includes(' /api/v1/')).sort()).toEqual(documentedRoutes().outside);
});

test('every parameter, field and answer is described, and operations have names of their own', () => {
  const ids = operations().map(({ operationId }) => operationId);
  expect([...new Set(ids)]).toEqual(ids);
  const empty: string[] = [];
  const look = (value: unknown, place: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
      if (place.endsWith('example')) return;
      if (typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0 && name !== 'bearer')
        if (!Array.isArray(inner) && !/security/.test(place)) empty.push(`${place}.${name}`);
      look(inner, `${place}.${name}`);
    }
  };
  look(api, 'api');
  expect(empty).toEqual([]);
  for (const { summary, responses } of operations()) {
    expect(summary).not.toBe('');
    expect(Object.values(responses).filter(({ description }) => description === '')).toEqual([]);
  }
});

test('the examples of bodies are what the document itself calls valid', () => {
  const description = new Description(api);
  const faults = description.operations.flatMap(({ operationId, requestBody }) =>
    Object.entries(requestBody?.content ?? {}).flatMap(([media, { schema, example }]) => {
      const fault = example === undefined ? undefined : description.faultOf(example, schema);
      return fault === undefined ? [] : [`${operationId} ${media}: ${fault}`];
    }),
  );
  expect(faults).toEqual([]);
  expect(JSON.stringify(api)).toContain('"example":');
});

test('its codes are the closed list', () => {
  expect(api.components.schemas['Problem']?.properties?.['code']?.enum).toEqual(Object.keys(ERRORS).sort());
});

test('the page and all that it loads come from Hermes alone, and nothing else may run in it', async () => {
  const page = await fetch(`${hermes.api.origin}/api/docs`);
  const html = await page.text();
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).not.toMatch(/unsafe|http|\*/);
  expect(html).not.toMatch(/https?:|\/\/|<script>|<style|\son\w+=|\sstyle=/);
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files.filter((file) => file !== 'data:,').length).toBe(4);
  for (const file of files.filter((one) => one !== 'data:,')) {
    const answer = await fetch(new URL(file, `${hermes.api.origin}/api/docs`));
    expect([file, answer.status, (await answer.text()).length > 50]).toEqual([file, 200, true]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/(?:javascript|css); charset=utf-8$/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  }
  expect((await fetch(`${hermes.api.origin}/api/docs/index.js`)).status).toBe(404);
});

test('with tokens on, the document needs one that may read; the page, which asks for it, needs none', async () => {
  const token = 'read-me';
  const file = join(folder.path, 'tokens.json');
  const sha256 = createHash('sha256').update(token).digest('hex');
  await writeFile(file, JSON.stringify([{ name: 'reader', sha256, roles: ['read'] }]));
  const guarded = await Hermes.start({
    dataDir: join(folder.path, 'guarded'),
    env: { HERMES_TOKENS_FILE: file },
  });
  try {
    const at = (path: string, headers = {}): Promise<Response> => fetch(guarded.api.origin + path, { headers });
    expect((await at('/api/openapi.json')).status).toBe(401);
    expect((await at('/api/openapi.json', { authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await at('/api/docs')).status).toBe(200);
    expect((await at('/api/docs/page.js')).status).toBe(200);
  } finally {
    await guarded.kill();
  }
}, 60_000);
