/** The plan that brings a catalogue to what a file says: what it does to fates whose names and rules move, and what it refuses. */
import type { Instant } from '../names.js';
import { changesOf } from './changes.js';
import type { CatalogueFile, EventTypeDefinition, FateDefinition } from './commands.js';
import type { CatalogueEntry } from './entries.js';
import { foldCatalogue } from './evolve.js';
import { catalogueFile } from './file.js';
import type { FateId } from './ids.js';
import { MAX_FATES } from './limits.js';
import { planCatalogue } from './plan.js';
import { MAX_FAULTS } from './plan-faults.js';
import { emptyCatalogue, type Catalogue } from './state.js';
import { allOf } from './testing-steps.js';

const eventType = (category: string, state: string, more: Partial<EventTypeDefinition> = {}): EventTypeDefinition => ({
  ...{ category, state, description: null, restricted: false, ...more },
});
const fate = (creates: string, completedBy: string, more: Partial<FateDefinition> = {}): FateDefinition => ({
  ...{ creates, completedBy, intermediate: false, follows: null, onRepeat: 'open' as const },
  ...{ name: null, description: null, actors: [], ...more },
});
const [A, B, C] = ['a', 'b', 'c'].map((category) => eventType(category, 'done'));
const eventTypes = [A!, B!, C!];

function plan(wanted: CatalogueFile, catalogue: Catalogue) {
  const command = { kind: 'ReplaceCatalogue', wanted, by: 'me', now: '2026-01-01T00:00:00.000Z' as Instant } as const;
  return allOf(planCatalogue(command, catalogue));
}
function planned(wanted: CatalogueFile, catalogue: Catalogue) {
  const decision = plan(wanted, catalogue);
  if (!decision.ok) throw new Error(JSON.stringify(decision.refusals));
  return decision.value;
}
function reached(...files: readonly CatalogueFile[]): Catalogue {
  return files.reduce((catalogue, wanted) => planned(wanted, catalogue).after, emptyCatalogue);
}
function steps(entries: readonly CatalogueEntry[]): readonly string[] {
  return entries.map((entry) => {
    const { kind, id, by: _, recordedAt: __, ...rest } = entry;
    return kind === 'EventTypeDefined' || kind === 'FateDefined'
      ? `${kind} ${id}`
      : [kind, id, ...Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
  });
}
function refusals(wanted: CatalogueFile, catalogue: Catalogue = emptyCatalogue) {
  const decision = plan(wanted, catalogue);
  return decision.ok ? [] : decision.refusals.map(({ code, path }) => [path, code]);
}

test('an empty catalogue is defined: types first, followed fates before their followers, wherever they stand', () => {
  const wanted = {
    eventTypes,
    fates: [
      fate('b-done', 'c-done', { intermediate: true, follows: 'first' }),
      fate('a-done', 'b-done', { name: 'first' }),
    ],
  };
  const { entries, after } = planned(wanted, emptyCatalogue);
  expect(steps(entries)).toEqual([
    ...['EventTypeDefined 1', 'EventTypeDefined 2', 'EventTypeDefined 3'],
    ...['FateDefined 1', 'FateDefined 2'],
  ]);
  expect([...after.fates.values()]).toMatchObject([
    { creates: 'a-done', name: 'first' },
    { creates: 'b-done', follows: 1 },
  ]);
});

test('rule 10: what the file does not have is retired, followers before the followed, fates before types; later it is restored', () => {
  const full = {
    eventTypes,
    fates: [
      fate('a-done', 'b-done', { name: 'first' }),
      fate('b-done', 'c-done', { intermediate: true, follows: 'first' }),
    ],
  };
  const before = reached(full);
  const { entries, after } = planned({ eventTypes: [A!], fates: [] }, before);
  expect(steps(entries)).toEqual(['FateRetired 2', 'FateRetired 1', 'EventTypeRetired 2', 'EventTypeRetired 3']);
  const changed = { ...full, eventTypes: [A!, B!, eventType('c', 'done', { restricted: true })] };
  expect(steps(planned(changed, after).entries)).toEqual([
    ...['EventTypeRestored 2', 'EventTypeRestored 3', 'EventTypeAmended 3 restricted=true'],
    ...['FateRestored 1', 'FateRestored 2'],
  ]);
});

test('another rule under a known name is another fate, and its followers are others too; the way back restores the first', () => {
  const file = (completedBy: string): CatalogueFile => ({
    eventTypes,
    fates: [
      fate('a-done', completedBy, { name: 'x' }),
      fate(completedBy, 'a-done', { intermediate: true, follows: 'x' }),
    ],
  });
  const before = reached(file('b-done'));
  const { entries, after } = planned(file('c-done'), before);
  expect(steps(entries)).toEqual([
    ...['FateAmended 1 name=null', 'FateRetired 2', 'FateRetired 1'],
    ...['FateDefined 3', 'FateDefined 4'],
  ]);
  const { fates, unchanged } = changesOf(entries, before, after);
  expect(fates.map(({ change, after: { id, name } }) => [change, id, name])).toEqual([
    ...[
      ['retired', 1, null],
      ['retired', 2, null],
    ],
    ...[
      ['defined', 3, 'x'],
      ['defined', 4, null],
    ],
  ]);
  expect(unchanged).toBe(3);
  expect(steps(planned(file('b-done'), after).entries)).toEqual([
    ...['FateAmended 3 name=null', 'FateRetired 4', 'FateRetired 3'],
    ...['FateRestored 1', 'FateAmended 1 name=x', 'FateRestored 2'],
  ]);
});

test('two fates change their names with each other, and one that is retired gives its name up', () => {
  const file = (one: string | null, other: string | null): CatalogueFile => ({
    eventTypes,
    fates: [fate('a-done', 'b-done', { name: one }), fate('b-done', 'c-done', { name: other })],
  });
  const before = reached(file('x', 'y'));
  const swapped = planned(file('y', 'x'), before);
  expect(steps(swapped.entries)).toEqual([
    ...['FateAmended 1 name=null', 'FateAmended 2 name=null', 'FateAmended 1 name=y', 'FateAmended 2 name=x'],
  ]);
  expect(changesOf(swapped.entries, before, swapped.after).fates).toHaveLength(2);
  const without = planned({ eventTypes, fates: [file('x', 'y').fates[0]!] }, before).after;
  expect(steps(planned(file('y', null), without).entries)).toEqual([
    ...['FateAmended 2 name=null', 'FateAmended 1 name=y', 'FateRestored 2'],
  ]);
});

test('a fate that follows one without a name names it by its number, and that one must stay', () => {
  const followed = fate('a-done', 'b-done');
  const before = reached({ eventTypes, fates: [followed] });
  const follower = fate('b-done', 'c-done', { intermediate: true, follows: 1 as FateId });
  const wanted = { eventTypes, fates: [follower, followed] };
  const { after, entries } = planned(wanted, before);
  expect(steps(entries)).toEqual(['FateDefined 2']);
  expect(allOf(catalogueFile(after)).fates).toEqual([followed, follower]);
  expect(refusals({ eventTypes, fates: [follower] }, before)).toEqual([['fates[0].follows', 'fate-retired']]);
  expect(refusals(wanted)).toEqual([['fates[0].follows', 'fate-unknown']]);
});

test('all faults are named at once, in the order of the file, each with its place', () => {
  const taken = reached({ eventTypes: [eventType('x', 'y-z')], fates: [] });
  const wanted: CatalogueFile = {
    eventTypes: [A!, eventType('x-y', 'z'), B!, A!],
    fates: [
      fate('a-done', 'no-such', { name: '7' }),
      fate('b-done', 'a-done', { intermediate: true, onRepeat: 'absorb', follows: 'nobody' }),
      fate('a-done', 'a-done', { name: 'x', intermediate: true, follows: 'y' }),
      fate('a-done', 'a-done', { name: 'y', intermediate: true, follows: 'x' }),
      fate('b-done', 'b-done', { name: 'x' }),
      fate('b-done', 'b-done', { onRepeat: 'absorb' }),
      fate('b-done', 'a-done', { follows: 'x' }),
    ],
  };
  expect(refusals(wanted, taken)).toEqual([
    ['eventTypes[1]', 'event-type-exists'],
    ['eventTypes[3]', 'event-type-exists'],
    ['fates[0].completedBy', 'event-type-unknown'],
    ['fates[0].name', 'fate-name-invalid'],
    ['fates[1].follows', 'fate-unknown'],
    ['fates[1].onRepeat', 'fate-not-starting'],
    ['fates[2].follows', 'fate-follows-mismatch'],
    ['fates[4].name', 'fate-name-taken'],
    ['fates[5]', 'fate-exists'],
    ['fates[6].follows', 'fate-not-intermediate'],
  ]);
});

test('no more faults are looked for than an answer has, of a file that has many', () => {
  const many = Array.from({ length: MAX_FAULTS }, (_, index) => index);
  const unknown = many.map((index) => fate('a-done', `x-${index}`, { name: `${index}` }));
  const places = refusals({ eventTypes: [A!, A!], fates: [...unknown, fate('a-done', 'y', { follows: 'x' })] });
  expect(places).toHaveLength(MAX_FAULTS);
  expect(places.slice(0, 4)).toEqual([
    ['eventTypes[1]', 'event-type-exists'],
    ['fates[0].completedBy', 'event-type-unknown'],
    ['fates[0].name', 'fate-name-invalid'],
    ['fates[1].completedBy', 'event-type-unknown'],
  ]);
  const circle = many.map((index) => fate('a-done', 'a-done', { name: `n${index}`, follows: `n${index}` }));
  const twice: CatalogueFile = { eventTypes: [A!, ...many.map(() => A!)], fates: circle };
  const byPlace = many.map((index) => [`eventTypes[${index + 1}]`, 'event-type-exists']);
  expect(refusals(twice)).toEqual(byPlace);
  expect(refusals({ eventTypes, fates: [...circle, ...circle] })).toHaveLength(MAX_FAULTS);
  const following = many.map((index) => fate('a-done', `x-${index}`, { intermediate: true, follows: 1 as FateId }));
  const types = [A!, B!, B!, ...many.map((index) => eventType('x', `${index}`))];
  const present = reached({ eventTypes: [A!, B!], fates: [fate('b-done', 'a-done')] });
  expect(refusals({ eventTypes: types, fates: following }, present)).toEqual([
    ['eventTypes[2]', 'event-type-exists'],
    ...many.slice(1).map((index) => [`fates[${index - 1}].follows`, 'fate-retired']),
  ]);
});

test('a catalogue that would be larger than any may be is refused as a whole', () => {
  const full = new Map(Array.from({ length: MAX_FATES }, (_, index) => [index + 1, fate('a-done', `t${index}-x`)]));
  const present = foldCatalogue(
    emptyCatalogue,
    [...full].map(([id, definition]) => ({
      ...{ kind: 'FateDefined', id: id as FateId, ...definition, by: null, recordedAt: '' as Instant },
    })) as unknown as readonly CatalogueEntry[],
  );
  expect(refusals({ eventTypes, fates: [fate('a-done', 'b-done')] }, present)).toEqual([['', 'catalogue-full']]);
});
