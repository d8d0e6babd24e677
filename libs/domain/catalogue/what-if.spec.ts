/** Suppositions: which fates they make of a catalogue, and what they are refused for. */
import type { Instant, TypeName } from '../names.js';
import type { FateDefinition } from './commands.js';
import type { CatalogueEntry } from './entries.js';
import { foldCatalogue } from './evolve.js';
import type { EventTypeId, FateId } from './ids.js';
import { emptyCatalogue, type Fate } from './state.js';
import { judgesOtherwise, suppose, supposedCatalogue } from './what-if.js';

const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
const [A, B, C] = ['x-a', 'x-b', 'x-c'] as TypeName[] as [TypeName, TypeName, TypeName];

const types = ['a', 'b', 'c'].map((state, index): CatalogueEntry => ({
  ...{ kind: 'EventTypeDefined', id: (index + 1) as EventTypeId, category: 'x', state, description: null },
  ...{ restricted: false, ...signed },
}));
/** A is completed by B, and then B by C. */
const fates: readonly CatalogueEntry[] = [
  { ...rule(A, B), kind: 'FateDefined', id: 1 as FateId, follows: null, ...signed },
  { ...rule(B, C, true), kind: 'FateDefined', id: 2 as FateId, follows: 1 as FateId, ...signed },
];
const before = foldCatalogue(emptyCatalogue, types);
const now = foldCatalogue(before, fates);

function rule(creates: TypeName, completedBy: TypeName, intermediate = false): Omit<FateDefinition, 'follows'> & Rule {
  return { creates, completedBy, intermediate, onRepeat: 'open', name: null, description: null, actors: [] };
}
type Rule = Pick<Fate, 'creates' | 'completedBy' | 'intermediate' | 'onRepeat' | 'name' | 'description' | 'actors'>;

function supposed(define: readonly FateDefinition[], retire: readonly (FateId | string)[] = []) {
  const decided = suppose({ define, retire }, now);
  if (!decided.ok) throw new Error(JSON.stringify(decided.refusals));
  return decided.value;
}

test('a new fate gets the number after the last', () => {
  const { defined } = supposed([{ ...rule(A, C), follows: null }]);
  expect(defined).toMatchObject([{ id: 3, creates: A, completedBy: C, status: 'in-force' }]);
});

test('rules that are in force are supposed from the beginning on, and follow each other there', () => {
  const { defined, entries } = supposed([
    { ...rule(A, B), follows: null },
    { ...rule(B, C, true), follows: 1 as FateId },
  ]);
  expect(defined).toMatchObject([
    { id: 3, follows: null },
    { id: 4, follows: 3 },
  ]);
  const then = supposedCatalogue(before, { defined, retired: [], entries });
  expect([...then.fates.keys()]).toEqual([3, 4]);
  expect(judgesOtherwise(before, then, B, 'x')).toBe(true);
  // where the same rules are in force, no event is judged otherwise
  const same = supposedCatalogue(now, { defined, retired: [], entries });
  expect([A, B, C].map((type) => judgesOtherwise(now, same, type, 'x'))).toEqual([false, false, false]);
});

test('a retired fate stays so whatever the catalogue says; its rule can be supposed again', () => {
  const { retired, defined, entries } = supposed(
    [{ ...rule(A, B), follows: null }],
    [2 as FateId, 1 as FateId, 1 as FateId],
  );
  expect([retired, defined.map(({ id }) => id)]).toEqual([[2, 1], [3]]);
  const restored = foldCatalogue(now, [{ kind: 'FateRestored', id: 1 as FateId, ...signed }]);
  expect(supposedCatalogue(restored, { defined, retired, entries }).fates.get(1 as FateId)?.status).toBe('retired');
});

test('what is not there, and what others follow, is refused with its place', () => {
  const refused = suppose(
    { define: [{ ...rule(A, 'x-none' as TypeName), follows: null }], retire: ['none', 1 as FateId] },
    now,
  );
  expect(refused).toMatchObject({
    ok: false,
    refusals: [
      { code: 'fate-unknown', path: 'retire[0]' },
      { code: 'in-use', path: 'retire[1]' },
      { code: 'event-type-unknown', path: 'define[0].completedBy' },
    ],
  });
});
