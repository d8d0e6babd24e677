/** Laws of the plan that brings a catalogue to what a file says, over random catalogues and files. A failure prints its seed. */
import fc from 'fast-check';
import { catalogues } from '#testing';
import type { Instant } from '../names.js';
import type { Decision } from '../refusal.js';
import { changesOf } from './changes.js';
import type { CatalogueFile, EventTypeDefinition, FateDefinition } from './commands.js';
import { decideEventTypes } from './decide.js';
import { decideFates } from './decide-fates.js';
import { decideFateMove, decideTypeMove } from './decide-moves.js';
import type { CatalogueEntry } from './entries.js';
import { evolveCatalogue, foldCatalogue } from './evolve.js';
import { catalogueFile } from './file.js';
import type { FateId } from './ids.js';
import { planCatalogue, type CataloguePlan } from './plan.js';
import { emptyCatalogue, type Catalogue } from './state.js';
import { allOf } from './testing-steps.js';

const signed = { by: null, now: '2026-01-01T00:00:00.000Z' as Instant };
const text = fc.constantFrom(null, 'x', 'y');
const PAIRS = [
  ['a', 'required'],
  ['a', 'done'],
  ['b', 'required'],
  ['b', 'done'],
] as const;
// few, so that files often have fates that there are already
const CREATED = ['a-required', 'a-done'];
const COMPLETING = ['a-required', 'a-done', 'b-done'];

const eventType: fc.Arbitrary<EventTypeDefinition> = fc
  .record({ pair: fc.constantFrom(...PAIRS), description: text, restricted: fc.boolean() })
  .map(({ pair: [category, state], ...rest }) => ({ category, state, ...rest }));
const eventTypes = fc.uniqueArray(eventType, {
  selector: ({ category, state }) => `${category}-${state}`,
  minLength: 3,
  maxLength: 4,
});
/** Fates that may follow an earlier one, as most files have them; of the others the plan refuses many. */
const fates: fc.Arbitrary<readonly FateDefinition[]> = fc
  .array(
    fc.record({
      creates: fc.constantFrom(...CREATED),
      completedBy: fc.constantFrom(...COMPLETING),
      follows: fc.oneof(
        { weight: 3, arbitrary: fc.constant('earlier' as const) },
        { weight: 3, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom('x', 'y', ...([1, 2, 3, 4, 5, 6] as FateId[])) },
      ),
      intermediate: fc.boolean(),
      absorbs: fc.boolean(),
      name: fc.constantFrom(null, null, 'w', 'x', 'y', 'z'),
      description: text,
      actors: fc.subarray(['creator', 'owner'] as const),
    }),
    { maxLength: 5 },
  )
  .map((all) =>
    all.map(({ follows: wish, absorbs, ...fate }, index): FateDefinition => {
      const followed = all.slice(0, index).find((each) => each.name !== null && each.completedBy === fate.creates);
      const follows = wish === 'earlier' ? (followed?.name ?? null) : wish;
      const intermediate = fate.intermediate || follows !== null;
      return { ...fate, follows, intermediate, onRepeat: absorbs && !intermediate ? 'absorb' : 'open' };
    }),
  )
  .map((all) =>
    uniqueBy(
      uniqueBy(all, ({ creates, completedBy }) => JSON.stringify([creates, completedBy])),
      ({ name }) => name,
    ),
  )
  .chain((all) => fc.shuffledSubarray([...all], { minLength: Math.min(1, all.length) }));
const files: fc.Arbitrary<CatalogueFile> = fc.record({ eventTypes, fates });

/** The first item of each key; those without one all stay. */
function uniqueBy<T>(items: readonly T[], key: (item: T) => string | null): readonly T[] {
  return items.filter(
    (item, index) => key(item) === null || items.findIndex((each) => key(each) === key(item)) === index,
  );
}

function plan(wanted: CatalogueFile, catalogue: Catalogue): Decision<CataloguePlan> {
  return allOf(planCatalogue({ kind: 'ReplaceCatalogue', wanted, ...signed }, catalogue));
}
function fileOf(catalogue: Catalogue): CatalogueFile {
  return allOf(catalogueFile(catalogue));
}
/** Brought through these files, as far as they are taken: what decisions can make of a catalogue. */
const decided: fc.Arbitrary<Catalogue> = fc.array(files, { minLength: 1, maxLength: 5, size: 'max' }).map((all) =>
  all.reduce((catalogue, wanted) => {
    const planned = plan(wanted, catalogue);
    return planned.ok ? planned.value.after : catalogue;
  }, emptyCatalogue),
);

/** What is in force, by names alone: a number in `follows` is that fate's rule. */
function meant({ eventTypes: types, fates: all }: CatalogueFile, catalogue: Catalogue): unknown {
  const sorted = (things: readonly object[]): readonly string[] =>
    things.map((each) => JSON.stringify(each, Object.keys(each).sort())).sort();
  const followed = ({ follows }: FateDefinition): unknown => {
    if (typeof follows !== 'number') return follows;
    const { name, creates, completedBy } = catalogue.fates.get(follows) ?? {};
    return name ?? [creates, completedBy];
  };
  return [sorted(types), sorted(all.map((each) => ({ ...each, follows: followed(each) })))];
}

/** The entry as the command for it alone decides it. */
function decidedAlone(entry: CatalogueEntry, catalogue: Catalogue): Decision<{ entries: readonly CatalogueEntry[] }> {
  const name = [...catalogue.types.values()].find(({ id }) => id === entry.id)?.name ?? ('none' as never);
  const fate = entry.id as FateId;
  switch (entry.kind) {
    case 'EventTypeDefined':
      return decideEventTypes({ kind: 'DefineEventTypes', definitions: [entry], ...signed }, catalogue);
    case 'EventTypeAmended':
      return decideEventTypes({ ...entry, ...signed, kind: 'AmendEventType', name }, catalogue);
    case 'EventTypeRetired':
      return decideTypeMove({ kind: 'MoveEventType', move: 'retire', name, ...signed }, catalogue);
    case 'EventTypeRestored':
      return decideTypeMove({ kind: 'MoveEventType', move: 'restore', name, ...signed }, catalogue);
    case 'FateDefined':
      return decideFates({ kind: 'DefineFates', definitions: [entry], ...signed }, catalogue);
    case 'FateAmended':
      return decideFates({ ...entry, ...signed, kind: 'AmendFate', fate }, catalogue);
    case 'FateRetired':
      return decideFateMove({ kind: 'MoveFate', move: 'retire', fate, ...signed }, catalogue);
    case 'FateRestored':
      return decideFateMove({ kind: 'MoveFate', move: 'restore', fate, ...signed }, catalogue);
    default:
      throw new Error(`a plan has ${entry.kind}`);
  }
}

test('rule 10: the plan leads to what the file says, each of its entries is one that its own command decides, and then nothing is left to do', () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(decided, files, (catalogue, wanted) => {
      const planned = plan(wanted, catalogue);
      if (!planned.ok) {
        expect(planned.refusals.length).toBeGreaterThan(0);
        return;
      }
      const { entries, after } = planned.value;
      expect(meant(fileOf(after), after)).toEqual(meant(wanted, after));
      let state = catalogue;
      for (const entry of entries) {
        kinds.set(entry.kind, (kinds.get(entry.kind) ?? 0) + 1);
        expect(decidedAlone(entry, state)).toMatchObject({ ok: true, value: { entries: [entry] } });
        state = evolveCatalogue(state, entry);
      }
      expect(state).toEqual(after);
      expect(plan(wanted, after)).toMatchObject({ ok: true, value: { entries: [] } });
    }),
    { numRuns: 1000 },
  );
  // none of the laws holds for want of cases
  for (const thing of ['EventType', 'Fate'])
    for (const done of ['Defined', 'Amended', 'Retired', 'Restored'])
      expect([thing, done, (kinds.get(thing + done) ?? 0) > 3]).toEqual([thing, done, true]);
}, 60_000);

test('a file that was written from a catalogue changes nothing in it, and one of any catalogue leads there from any other', () => {
  fc.assert(
    fc.property(decided, decided, (catalogue, other) => {
      const file = fileOf(catalogue);
      expect(plan(file, catalogue)).toMatchObject({ ok: true, value: { entries: [] } });
      // numbers are of one catalogue alone
      if (file.fates.some(({ follows }) => typeof follows === 'number')) return;
      const planned = plan(file, other);
      expect(planned.ok && fileOf(planned.value.after)).toEqual(file);
    }),
    { numRuns: 500 },
  );
});

test('changes: each thing once, and with the unchanged ones they are all that is in force or was', () => {
  fc.assert(
    fc.property(decided, files, (before, wanted) => {
      const planned = plan(wanted, before);
      if (!planned.ok) return;
      const { entries, after } = planned.value;
      const { eventTypes: types, fates: all, unchanged } = changesOf(entries, before, after);
      const changes = [...types, ...all];
      expect(new Set(changes.map((change) => JSON.stringify(change.after))).size).toBe(changes.length);
      const inForce = changes.filter((change) => change.after.status === 'in-force').length;
      expect(inForce + unchanged).toBe(wanted.eventTypes.length + wanted.fates.length);
      for (const change of changes) expect(change.after).not.toEqual(change.before);
    }),
    { numRuns: 300 },
  );
});

test('whatever entries a catalogue has, a plan that is not refused leads to what the file says', () => {
  let taken = 0;
  fc.assert(
    fc.property(catalogues(), files, (entries, wanted) => {
      const planned = plan(wanted, foldCatalogue(emptyCatalogue, entries));
      if (!planned.ok) return;
      taken += 1;
      const { after } = planned.value;
      expect(meant(fileOf(after), after)).toEqual(meant(wanted, after));
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(20);
});
