/** The catalogue's fold: total, by number, the same in one go as entry by entry. */
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { catalogues } from '#testing';
import type { Instant, TypeName } from '../names.js';
import type { CatalogueEntry } from './entries.js';
import { evolveCatalogue, foldCatalogue } from './evolve.js';
import type { EventTypeId, FateId } from './ids.js';
import { emptyCatalogue } from './state.js';

const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };

function type(id: number, category: string, state: string): CatalogueEntry {
  const rest = { description: null, restricted: false, ...signed };
  return { kind: 'EventTypeDefined', id: id as EventTypeId, category, state, ...rest };
}

function fate(id: number): CatalogueEntry {
  const rest = { follows: null, onRepeat: 'open', name: `n${id}`, description: null, actors: [], ...signed } as const;
  const types = { creates: 'a-b' as TypeName, completedBy: 'c-d' as TypeName };
  return { kind: 'FateDefined', id: id as FateId, ...types, intermediate: false, ...rest };
}

test('catalogueRevision is the number of entries, whatever they did', () => {
  const gone = { kind: 'FateDeleted', id: 9 as FateId, ...signed } as const;
  expect(foldCatalogue(emptyCatalogue, [type(1, 'a', 'b'), gone, gone]).revision).toBe(3);
});

test('amending sets the fields that are there, null among them, and no others', () => {
  const catalogue = foldCatalogue(emptyCatalogue, [
    type(1, 'a', 'b'),
    fate(1),
    { kind: 'EventTypeAmended', id: 1 as EventTypeId, description: 'd', ...signed },
    { kind: 'EventTypeAmended', id: 1 as EventTypeId, restricted: true, ...signed },
    { kind: 'FateAmended', id: 1 as FateId, description: 'f', actors: ['owner'], ...signed },
    { kind: 'FateAmended', id: 1 as FateId, name: null, ...signed },
  ]);
  expect(catalogue.types.get('a-b' as TypeName)).toMatchObject({ description: 'd', restricted: true });
  expect(catalogue.fates.get(1 as FateId)).toMatchObject({ description: 'f', actors: ['owner'], name: null });
});

test('deleted types and fates are gone, and their numbers are not the next ones', () => {
  const catalogue = foldCatalogue(emptyCatalogue, [
    ...[type(1, 'a', 'b'), type(2, 'c', 'd'), fate(1), fate(2)],
    { kind: 'EventTypeDeleted', id: 2 as EventTypeId, ...signed },
    { kind: 'FateDeleted', id: 2 as FateId, ...signed },
  ]);
  expect([...catalogue.types.keys()]).toEqual(['a-b']);
  expect([...catalogue.fates.keys()]).toEqual([1]);
  expect(catalogue).toMatchObject({ nextEventTypeId: 3, nextFateId: 3 });
});

test('it is total: numbers out of order, given twice or unknown are obeyed as written, fates stay by number', () => {
  const catalogue = foldCatalogue(emptyCatalogue, [
    ...[fate(5), fate(2), fate(9), fate(5), type(4, 'a', 'b'), type(4, 'c', 'd'), type(6, 'c', 'd')],
    { kind: 'FateRetired', id: 7 as FateId, ...signed },
    { kind: 'EventTypeAmended', id: 7 as EventTypeId, restricted: true, ...signed },
  ]);
  expect([...catalogue.fates.keys()]).toEqual([2, 5, 9]);
  expect([...catalogue.types.values()].map(({ id, name }) => [id, name])).toEqual([[6, 'c-d']]);
  expect(catalogue).toMatchObject({ nextEventTypeId: 7, nextFateId: 10 });
});

test('entry by entry gives the same as in one go; neither throws, in any order, nor touches what it was given', () => {
  fc.assert(
    fc.property(catalogues(), fc.nat(), (entries, seed) => {
      const shuffled = entries.map((_, index) => entries[(index * 31 + seed) % entries.length]!);
      for (const list of [entries, shuffled]) {
        let catalogue = emptyCatalogue;
        for (const entry of list) {
          const [types, fates] = [[...catalogue.types], [...catalogue.fates]];
          const next = evolveCatalogue(catalogue, entry);
          expect([[...catalogue.types], [...catalogue.fates]]).toEqual([types, fates]);
          catalogue = next;
        }
        expect(foldCatalogue(emptyCatalogue, list)).toEqual(catalogue);
        expect([...catalogue.fates.keys()]).toEqual([...catalogue.fates.keys()].sort((a, b) => a - b));
      }
    }),
    { numRuns: 100 },
  );
});

test('what no entry changes is not copied', () => {
  const catalogue = foldCatalogue(emptyCatalogue, [type(1, 'a', 'b'), fate(1)]);
  const amended = evolveCatalogue(catalogue, {
    kind: 'EventTypeAmended',
    id: 1 as EventTypeId,
    restricted: true,
    ...signed,
  });
  expect(amended.fates).toBe(catalogue.fates);
  expect(evolveCatalogue(catalogue, fate(2)).types).toBe(catalogue.types);
});

test('a fold of many entries looks through all types once and sorts fates once, not for each entry', () => {
  const ids = Array.from({ length: 500 }, (_, index) => 500 - index);
  const catalogue = foldCatalogue(
    emptyCatalogue,
    ids.map((id) => type(id, 'a', `s${id}`)),
  );
  const walks = jest.spyOn(Map.prototype, 'values');
  const sorts = jest.spyOn(Array.prototype, 'sort');
  foldCatalogue(catalogue, [
    ...ids.map((id) => ({ kind: 'EventTypeRetired', id: id as EventTypeId, ...signed }) as const),
    ...ids.map((id) => ({ kind: 'EventTypeAmended', id: id as EventTypeId, restricted: true, ...signed }) as const),
    ...ids.map((id) => fate(id)),
    ...ids.map((id) => ({ kind: 'EventTypeDeleted', id: id as EventTypeId, ...signed }) as const),
  ]);
  const counts = { walks: walks.mock.calls.length, sorts: sorts.mock.calls.length };
  walks.mockRestore();
  sorts.mockRestore();
  expect(counts).toEqual({ walks: 1, sorts: 1 });
});
