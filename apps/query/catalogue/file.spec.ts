/** `GET /catalogue` over a fake of the use cases: the file in each form, its order, and its tag. */
import { parse } from 'yaml';
import { done, positionOf } from '#contracts';
import { emptyCatalogue, foldCatalogue, type Catalogue, type CatalogueEntry } from '#domain';
import { READING } from '#platform';
import { listenOverFake } from '../../../test/harness/served.js';
import { QueryModule } from '../index.js';

const position = positionOf(7n);
const signed = { by: null, recordedAt: '2030-01-01T00:00:00.000Z' };
const type = (id: number, category: string, more: object = {}) => ({
  ...{
    kind: 'EventTypeDefined',
    id,
    category,
    state: 'done',
    description: null,
    restricted: false,
    ...more,
    ...signed,
  },
});
const fate = (id: number, creates: string, completedBy: string, more: object = {}) => ({
  ...{ kind: 'FateDefined', id, creates, completedBy, intermediate: false, follows: null, onRepeat: 'open' },
  ...{ name: null, description: null, actors: [], ...more, ...signed },
});
const entries = [
  type(1, 'c'),
  type(2, 'a', { restricted: true, description: 'two\nlines' }),
  type(3, 'b'),
  fate(1, 'b-done', 'c-done', { name: 'yes', onRepeat: 'absorb', actors: ['creator', 'owner'] }),
  fate(2, 'a-done', 'b-done'),
  fate(3, 'b-done', 'a-done', { intermediate: true, follows: 2, description: 'x' }),
  fate(4, 'c-done', 'a-done', { intermediate: true, follows: 1 }),
  type(4, 'gone'),
  { kind: 'EventTypeRetired', id: 4, ...signed },
] as unknown as readonly CatalogueEntry[];
const file = {
  eventTypes: [
    { category: 'a', state: 'done', description: 'two\nlines', restricted: true },
    { category: 'b', state: 'done' },
    { category: 'c', state: 'done' },
  ],
  fates: [
    { creates: 'a-done', completedBy: 'b-done' },
    { creates: 'b-done', completedBy: 'a-done', intermediate: true, follows: 2, description: 'x' },
    { name: 'yes', creates: 'b-done', completedBy: 'c-done', onRepeat: 'absorb', actors: ['creator', 'owner'] },
    { creates: 'c-done', completedBy: 'a-done', intermediate: true, follows: 'yes' },
  ],
};

const served = listenOverFake(QueryModule, READING);
let catalogue: Catalogue;
beforeEach(() => {
  catalogue = foldCatalogue(emptyCatalogue, entries);
  served.answer(() => done({ position, ageMs: 0, hostsBehind: 0, body: catalogue }));
});

async function get(query = '', headers: Readonly<Record<string, string>> = {}) {
  const answer = await served.ask(`/catalogue${query}`, headers);
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

test('as JSON, with a line for each item, and as YAML', async () => {
  const json = await get();
  expect([json.status, json.headers['content-type'], JSON.parse(json.body)]).toEqual([
    200,
    'application/json; charset=utf-8',
    file,
  ]);
  expect(json.body.split('\n').filter((line) => line.includes('"creates"'))).toHaveLength(4);
  for (const [query, accept, media] of [
    ['?format=yaml', 'application/json', 'application/yaml'],
    ['', 'application/yaml', 'application/yaml'],
  ] as const) {
    const yaml = await get(query, { accept });
    expect([yaml.status, yaml.headers['content-type'], parse(yaml.body)]).toEqual([
      200,
      `${media}; charset=utf-8`,
      file,
    ]);
    expect(yaml.body).toContain('  - name: "yes"\n    creates: b-done\n');
  }
  expect((await get('', { accept: 'text/csv' })).status).toBe(406);
  expect((await get('?format=xml')).status).toBe(422);
});

test('an empty catalogue is a file without items', async () => {
  catalogue = emptyCatalogue;
  expect([JSON.parse((await get()).body), (await get('?format=yaml')).body]).toEqual([
    { eventTypes: [], fates: [] },
    'eventTypes: []\nfates: []\n',
  ]);
});

test('who has it already is answered 304; the tag begins alike in both forms, and moves with the catalogue', async () => {
  const [json, yaml] = [String((await get()).headers['etag']), String((await get('?format=yaml')).headers['etag'])];
  expect(json).not.toBe(yaml);
  expect(json.split('.')[0]).toBe(yaml.split('.')[0]);
  expect((await get('', { 'if-none-match': json })).status).toBe(304);
  expect((await get('?format=yaml', { 'if-none-match': json })).status).toBe(200);
  catalogue = foldCatalogue(catalogue, [type(5, 'later') as unknown as CatalogueEntry]);
  expect(String((await get()).headers['etag']).split('.')[0]).not.toBe(json.split('.')[0]);
});
