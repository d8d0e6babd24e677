/** The index of fates: carried on from change to change it is what a look at all fates gives. */
import { jest } from '@jest/globals';
import fc from 'fast-check';
import { catalogues, Play } from '#testing';
import type { Instant, TypeName } from '../names.js';
import { decideFates } from './decide-fates.js';
import type { CatalogueEntry } from './entries.js';
import { evolveCatalogue, foldCatalogue } from './evolve.js';
import { fateIndexOf } from './fate-index.js';
import type { FateId } from './ids.js';
import { findFate } from './resolve.js';
import { isStarting } from './rules.js';
import { emptyCatalogue, type Catalogue, type Fate } from './state.js';

const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };

function contents({ fates }: Pick<Catalogue, 'fates'>): object {
  const { byName, byRule, retired, creating, completedBy } = fateIndexOf({ fates });
  return { byName, byRule, retired, creating, completedBy };
}

/** Also entries that Hermes would not write: names and rules twice, numbers again. */
const changes = fc.array(
  fc.oneof(
    catalogues(),
    fc
      .record({
        kind: fc.constantFrom('FateRetired', 'FateRestored', 'FateDeleted', 'FateAmended'),
        id: fc.integer({ min: 1, max: 6 }),
        name: fc.constantFrom('x', 'y', null),
      })
      .map(({ name, ...rest }) => [
        { ...rest, ...signed, ...(rest.kind === 'FateAmended' ? { name } : {}) } as CatalogueEntry,
      ]),
  ),
  { maxLength: 6 },
);

test('carried on from entry to entry, or from page to page, it is the index of these fates', () => {
  fc.assert(
    fc.property(changes, (pages) => {
      let [stepped, paged] = [emptyCatalogue, emptyCatalogue];
      for (const page of pages) {
        for (const entry of page) {
          contents(stepped);
          stepped = evolveCatalogue(stepped, entry);
        }
        contents(paged);
        paged = foldCatalogue(paged, page);
        const fresh = contents({ fates: new Map(paged.fates) });
        expect(contents(paged)).toEqual(fresh);
        expect(contents(stepped)).toEqual(fresh);
      }
    }),
    { numRuns: 300 },
  );
});

test('of several changes in one page, one that gives a retired fate the rule of a deleted one leaves no trace of it', () => {
  const fate = (id: number, completedBy: string) => {
    const types = { creates: 'a-b' as TypeName, completedBy: completedBy as TypeName, intermediate: false };
    const rest = { follows: null, onRepeat: 'open', name: null, description: null, actors: [], ...signed } as const;
    return { kind: 'FateDefined', id: id as FateId, ...types, ...rest } as const;
  };
  const before = foldCatalogue(emptyCatalogue, [fate(1, 'c-d'), fate(2, 'e-f')]);
  contents(before);
  const after = foldCatalogue(before, [
    { kind: 'FateDeleted', id: 1 as FateId, ...signed },
    fate(2, 'c-d'),
    { kind: 'FateRetired', id: 2 as FateId, ...signed },
  ]);
  expect(contents(after)).toEqual(contents({ fates: new Map(after.fates) }));
});

/** A fate that counts how often its fields are read. */
function counted(fate: Fate, read: () => void): Fate {
  return new Proxy(fate, {
    get: (target, field: keyof Fate) => {
      read();
      return target[field];
    },
  });
}

const MANY = 1000;

test.each([
  ['restored', 'retired', 30],
  ['restored', 'retired', MANY / 2],
  ['retired', 'in-force', 30],
  ['retired', 'in-force', MANY / 2],
  ['renamed', 'in-force', 30],
  ['renamed', 'in-force', MANY / 2],
] as const)('%s from %s, %i fates at once cost a pass or two over all fates', (what, status, count) => {
  let reads = 0;
  const fates = new Map<FateId, Fate>();
  for (let id = 1; id <= MANY; id += 1) {
    const type = {
      creates: 'a-b' as TypeName,
      completedBy: `c-x${id}` as TypeName,
      intermediate: false,
      follows: null,
    };
    const rest = { onRepeat: 'open', name: `n${id}`, description: null, actors: [], principal: null } as const;
    const fate: Fate = { id: id as FateId, ...type, ...rest, status };
    fates.set(
      fate.id,
      counted(fate, () => (reads += 1)),
    );
  }
  const before: Catalogue = { ...emptyCatalogue, fates, nextFateId: MANY + 1 };
  contents(before);
  const kind = ({ restored: 'FateRestored', retired: 'FateRetired', renamed: 'FateAmended' } as const)[what];
  reads = 0;
  const entries = Array.from({ length: count }, (_, index) => ({ kind, id: index + 1, name: null, ...signed }));
  const after = foldCatalogue(before, entries as unknown as readonly CatalogueEntry[]);
  const carried = contents(after);
  expect(reads).toBeLessThan(30 * MANY);
  expect(carried).toEqual(contents({ fates: new Map(after.fates) }));
});

test('after a change neither a decision nor a rule nor a look-up by name goes through all fates', () => {
  const h = new Play('[1] a-required => host-ready', '[2] host-ready => host-done');
  const definition = {
    intermediate: false,
    follows: null,
    onRepeat: 'open',
    name: 'third',
    description: null,
  } as const;
  const asked = (): unknown[] => [
    decideFates(
      {
        kind: 'DefineFates',
        definitions: [{ creates: 'a-required', completedBy: 'host-done', ...definition, actors: [] }],
        ...{ by: null, now: signed.recordedAt },
      },
      h.catalogue,
    ).ok,
    findFate(h.catalogue, 'second')?.id,
    isStarting(h.catalogue, 'host-ready' as TypeName),
  ];
  expect(asked()).toEqual([true, undefined, true]);
  h.change({ kind: 'FateAmended', id: 2 as FateId, name: 'second' });
  const looks = jest.spyOn(h.catalogue.fates, 'values');
  expect(asked()).toEqual([true, 2, true]);
  h.retireFate(2);
  const looksAfter = jest.spyOn(h.catalogue.fates, 'values');
  expect(asked()).toEqual([true, 2, false]);
  expect([looks, looksAfter].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});
