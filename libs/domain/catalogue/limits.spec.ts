/** The limits of the catalogue: what would pass one is refused with the limit, the value and a next step, and nothing else is. */
import type { Instant, TypeName } from '../names.js';
import { decideFates } from './decide-fates.js';
import { decideEventTypes } from './decide.js';
import type { CatalogueEntry } from './entries.js';
import { foldCatalogue } from './evolve.js';
import type { EventTypeId, FateId } from './ids.js';
import { MAX_CATALOGUE_TEXT_LENGTH, MAX_EVENT_TYPES, MAX_FATES } from './limits.js';
import { emptyCatalogue, type Catalogue } from './state.js';

const NOW = '2026-01-01T00:00:00.000Z' as Instant;
const signed = { by: null, recordedAt: NOW };

function type(id: number, description: string | null = null): CatalogueEntry {
  const rest = { category: `c${id}`, state: 's', restricted: false, ...signed };
  return { kind: 'EventTypeDefined', id: id as EventTypeId, description, ...rest };
}

function fate(id: number): CatalogueEntry {
  const rest = {
    follows: id as FateId,
    onRepeat: 'open',
    name: null,
    description: null,
    actors: [],
    ...signed,
  } as const;
  const types = { creates: 'c1-s' as TypeName, completedBy: 'c2-s' as TypeName };
  return { kind: 'FateDefined', id: id as FateId, ...types, intermediate: true, ...rest };
}

function catalogueOf(types: number, fates: number): Catalogue {
  return foldCatalogue(emptyCatalogue, [
    ...Array.from({ length: types }, (_, index) => type(index + 1)),
    ...Array.from({ length: fates }, (_, index) => fate(index + 1)),
  ]);
}

function define(catalogue: Catalogue, ...categories: readonly string[]) {
  const definitions = categories.map((category) => ({ category, state: 's', description: null, restricted: false }));
  return decideEventTypes({ kind: 'DefineEventTypes', definitions, by: null, now: NOW }, catalogue);
}

function relate(catalogue: Catalogue, creates: string, completedBy: string) {
  const rest = { intermediate: false, follows: null, onRepeat: 'open', name: null, description: null } as const;
  const definitions = [{ creates, completedBy, ...rest, actors: [] }];
  return decideFates({ kind: 'DefineFates', definitions, by: null, now: NOW }, catalogue);
}

function describeType(catalogue: Catalogue, description: string | null) {
  const command = { kind: 'AmendEventType', name: 'c1-s' as TypeName, description, by: null, now: NOW } as const;
  return decideEventTypes(command, catalogue);
}

function full(message: string) {
  const refusal: unknown = { code: 'catalogue-full', path: '', message: expect.stringContaining(message) as unknown };
  return { ok: false, refusals: [refusal] };
}

test('event types up to the limit, retired ones included; beyond it a definition is refused, and one that is in force is answered', () => {
  const almost = catalogueOf(MAX_EVENT_TYPES - 1, 0);
  expect(define(almost, 'new')).toMatchObject({ ok: true });
  expect(define(almost, 'new', 'newer')).toEqual(
    full(`The catalogue has ${MAX_EVENT_TYPES - 1} event types, and this would add 2: at most ${MAX_EVENT_TYPES}`),
  );
  const retired = { kind: 'EventTypeRetired', id: 7 as EventTypeId, ...signed } as const;
  const reached = foldCatalogue(almost, [type(MAX_EVENT_TYPES), retired]);
  expect(define(reached, 'new')).toEqual(full('at most 10000 are possible'));
  expect(define(reached, 'c1')).toMatchObject({ ok: true, value: { entries: [] } });
  expect(describeType(reached, 'another')).toMatchObject({ ok: true });
});

test('fates up to the limit', () => {
  const almost = catalogueOf(3, MAX_FATES - 1);
  expect(relate(almost, 'c1-s', 'c3-s')).toMatchObject({ ok: true });
  expect(relate(foldCatalogue(almost, [fate(MAX_FATES)]), 'c1-s', 'c3-s')).toEqual(
    full('The catalogue has 10000 fates'),
  );
});

test('texts up to the limit: an amendment that makes them longer is refused beyond it, one that makes them shorter never', () => {
  const before = catalogueOf(2, 1);
  const room = MAX_CATALOGUE_TEXT_LENGTH - before.textLength;
  const reached = foldCatalogue(before, [
    { kind: 'EventTypeAmended', id: 1 as EventTypeId, description: 'x'.repeat(room), ...signed },
  ]);
  expect(reached.textLength).toBe(MAX_CATALOGUE_TEXT_LENGTH);
  expect(describeType(reached, 'x'.repeat(room + 1))).toEqual(full('this would add 1: at most 4000000'));
  expect(describeType(reached, 'y'.repeat(room))).toMatchObject({ ok: true });
  expect(relate(reached, 'c1-s', 'c2-s')).toEqual(full('characters of text'));
  const named = { kind: 'AmendFate', fate: 1 as FateId, name: 'name', by: null, now: NOW } as const;
  expect(decideFates(named, reached)).toEqual(full('characters of text'));
  const beyond = foldCatalogue(reached, [type(3)]);
  expect(describeType(beyond, 'y'.repeat(room - 1))).toMatchObject({ ok: true });
});

test('the length of texts is that of the types and fates there are, however they came to be', () => {
  const entries: readonly CatalogueEntry[] = [
    ...[type(1, 'long'), type(2), type(3, 'longer'), type(1, 'again'), fate(1), fate(2), fate(2)],
    { kind: 'EventTypeDeleted', id: 3 as EventTypeId, ...signed },
    { kind: 'FateDeleted', id: 1 as FateId, ...signed },
    { kind: 'FateAmended', id: 2 as FateId, name: 'name', description: 'text', ...signed },
    { kind: 'FateRetired', id: 2 as FateId, ...signed },
  ];
  const expected = ['c1', 's', 'again', 'c2', 's', 'c1-s', 'c2-s', 'name', 'text'].join('').length;
  expect(foldCatalogue(emptyCatalogue, entries).textLength).toBe(expected);
});
