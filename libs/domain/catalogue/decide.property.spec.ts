/** Laws of deciding, over random catalogues and commands. A failure prints its seed. */
import fc from 'fast-check';
import { catalogues } from '#testing';
import type { Instant, TypeName } from '../names.js';
import type { Decision } from '../refusal.js';
import type { AmendFate, DefineEventTypes, DefineFates, EventTypeDefinition, FateDefinition } from './commands.js';
import { decideEventTypes, type CatalogueDecision } from './decide.js';
import { decideFates } from './decide-fates.js';
import { foldCatalogue } from './evolve.js';
import type { FateId } from './ids.js';
import { findEventType, findFate } from './resolve.js';
import { emptyCatalogue, type Catalogue, type EventType, type Fate } from './state.js';

const signed = { by: null, now: '2026-01-01T00:00:00.000Z' as Instant };
const text = fc.constantFrom(null, 'x', 'y');
// mostly the types that random catalogues define, so that commands are often accepted
const typeNames = ['a-required', 'b-required', 'host-ready', 'host-done', 'web-up-done'];
const reference = fc.constantFrom(...typeNames, 'no-such', { category: 'web', state: 'up-done' });

const eventTypes: fc.Arbitrary<DefineEventTypes> = fc
  .array(
    fc.record<EventTypeDefinition>({
      category: fc.constantFrom('a', 'web', 'web-up', 'new'),
      state: fc.constantFrom('required', 'up-done', 'done', 'new'),
      description: text,
      restricted: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((definitions) => ({ kind: 'DefineEventTypes', definitions, ...signed }));

const fates: fc.Arbitrary<DefineFates> = fc
  .array(
    fc.record<FateDefinition>({
      creates: reference,
      completedBy: reference,
      intermediate: fc.boolean(),
      follows: fc.oneof(
        { weight: 3, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom('x', 'y', ...([1, 2, 3, 4, 5, 6] as FateId[])) },
      ),
      onRepeat: fc.constantFrom('open', 'open', 'absorb'),
      name: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: text }),
      description: text,
      actors: fc.array(fc.constantFrom('owner', 'creator')),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((definitions) => ({ kind: 'DefineFates', definitions, ...signed }));

const amendment = fc.record(
  { name: text, description: text, actors: fc.array(fc.constantFrom('owner' as const, 'creator' as const)) },
  { requiredKeys: [] },
);

/** What holds of every decision: answers the catalogue after it, or undefined where it was refused. */
function lawful<T extends EventType | Fate>(
  catalogue: Catalogue,
  decide: (catalogue: Catalogue) => Decision<CatalogueDecision<T>>,
  found: (catalogue: Catalogue, item: T) => T | undefined,
): Catalogue | undefined {
  const decision = decide(catalogue);
  if (!decision.ok) {
    expect(decision.refusals.length).toBeGreaterThan(0);
    return undefined;
  }
  const { entries, items } = decision.value;
  const after = foldCatalogue(catalogue, entries);
  for (const { item } of items) expect(found(after, item)).toEqual(item);
  const again = decide(after);
  expect(again).toEqual({
    ok: true,
    value: { entries: [], items: items.map(({ item }) => ({ item, created: false })) },
  });
  return after;
}

const foundType = (catalogue: Catalogue, { name }: EventType) => findEventType(catalogue, name);
const foundFate = (catalogue: Catalogue, { id }: Fate) => findFate(catalogue, id);

describe('what is accepted', () => {
  test('folds to the items answered, and the same command again changes nothing: event types', () => {
    let acceptedRuns = 0;
    fc.assert(
      fc.property(catalogues(), eventTypes, (entries, command) => {
        const catalogue = foldCatalogue(emptyCatalogue, entries);
        if (lawful(catalogue, (at) => decideEventTypes(command, at), foundType)) acceptedRuns += 1;
      }),
      { numRuns: 300 },
    );
    expect(acceptedRuns).toBeGreaterThan(20);
  });

  test('folds to the items answered, and the same command again changes nothing: fates', () => {
    let acceptedRuns = 0;
    fc.assert(
      fc.property(catalogues(), fates, (entries, command) => {
        const catalogue = foldCatalogue(emptyCatalogue, entries);
        const after = lawful(catalogue, (at) => decideFates(command, at), foundFate);
        if (!after) return;
        acceptedRuns += 1;
        const added = [...after.fates.values()].filter(({ id }) => id >= catalogue.nextFateId);
        for (const fate of added) {
          expect(findEventType(after, fate.creates)?.status).toBe('in-force');
          expect(findEventType(after, fate.completedBy)?.status).toBe('in-force');
          const followed = fate.follows === null ? null : after.fates.get(fate.follows);
          if (followed !== null) expect(followed).toMatchObject({ status: 'in-force', completedBy: fate.creates });
          const sameRule = [...after.fates.values()].filter(
            ({ status, creates, completedBy, intermediate, follows }) =>
              status === 'in-force' &&
              [creates, completedBy, intermediate, follows].join() ===
                [fate.creates, fate.completedBy, fate.intermediate, fate.follows].join(),
          );
          expect(sameRule).toEqual([fate]);
          const namesakes = [...after.fates.values()].filter(({ name }) => name !== null && name === fate.name);
          expect(namesakes.length).toBe(fate.name === null ? 0 : 1);
        }
      }),
      { numRuns: 600 },
    );
    expect(acceptedRuns).toBeGreaterThan(20);
  });

  test('folds to the item answered, and the same amendment again changes nothing', () => {
    fc.assert(
      fc.property(catalogues(), fc.integer({ min: 1, max: 6 }), amendment, (entries, number, changes) => {
        const catalogue = foldCatalogue(emptyCatalogue, entries);
        const command: AmendFate = { kind: 'AmendFate', fate: number as FateId, ...changes, ...signed };
        lawful(catalogue, (at) => decideFates(command, at), foundFate);
        const { name: _, actors: __, ...described } = changes;
        const name = typeNames[number % typeNames.length] as TypeName;
        lawful(
          catalogue,
          (at) => decideEventTypes({ kind: 'AmendEventType', name, ...described, ...signed }, at),
          foundType,
        );
      }),
      { numRuns: 200 },
    );
  });
});
