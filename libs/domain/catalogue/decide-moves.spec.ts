/** Rule 10: who may be retired, restored and deleted, and why not; and what that does to labors that are open. */
import fc from 'fast-check';
import { catalogues, Play } from '#testing';
import type { Instant, TypeName } from '../names.js';
import type { StatusMove } from './commands.js';
import { decideEventTypes } from './decide.js';
import { decideFates } from './decide-fates.js';
import { decideFateMove, decideTypeMove, typesToGuard } from './decide-moves.js';
import { laborEffects, type LaborEffect } from './effects.js';
import type { CatalogueEntry } from './entries.js';
import { foldCatalogue } from './evolve.js';
import type { FateId } from './ids.js';
import { isStarting, isStranded, strandedTypes } from './rules.js';
import { emptyCatalogue, type Catalogue } from './state.js';

const signed = { by: 'admin', now: '2026-01-01T00:00:00.000Z' as Instant };

function ofType(catalogue: Catalogue, move: StatusMove, name: string) {
  return decideTypeMove({ kind: 'MoveEventType', move, name: name as TypeName, ...signed }, catalogue);
}

function ofFate(catalogue: Catalogue, move: StatusMove, fate: number | string) {
  return decideFateMove({ kind: 'MoveFate', move, fate: fate as FateId, ...signed }, catalogue);
}

/** The catalogue after these moves, none of which may be refused: `retire 1`, `delete a-required`. */
function after(catalogue: Catalogue, ...moves: readonly string[]): Catalogue {
  return moves.reduce((at, text) => {
    const [move, of] = text.split(' ') as [StatusMove, string];
    const decision = /^\d+$/.test(of) ? ofFate(at, move, Number(of)) : ofType(at, move, of);
    if (!decision.ok) throw new Error(`${text}: ${JSON.stringify(decision.refusals)}`);
    return foldCatalogue(at, decision.value.entries);
  }, catalogue);
}

function refused(decision: ReturnType<typeof ofType> | ReturnType<typeof ofFate>): readonly string[] {
  if (decision.ok) throw new Error('it was accepted');
  return decision.refusals.map(({ code, path, message }) => `${code} ${path} ${message}`);
}

const flow = new Play('[1] a-required => a-ready', '[2] a-ready => a-done intermediate follows 1').catalogue;

test('rule 10: a type is not retired while a fate in force names it, nor a fate while one in force follows it', () => {
  for (const name of ['a-required', 'a-ready', 'a-done']) {
    expect(refused(ofType(flow, 'retire', name))[0]).toMatch(/^in-use name The fate [12] names the event type/);
  }
  expect(refused(ofFate(flow, 'retire', 1))).toEqual(['in-use fate The fate 2 follows the fate 1; retire that first.']);
  const retired = after(flow, 'retire 2', 'retire 1', 'retire a-done', 'retire a-ready', 'retire a-required');
  expect([...retired.types.values(), ...retired.fates.values()].map(({ status }) => status)).toEqual(
    Array.from({ length: 5 }, () => 'retired'),
  );
});

test('rule 10: the entry is signed, and the answer is the thing as it will be', () => {
  expect(ofFate(flow, 'retire', 2)).toEqual({
    ok: true,
    value: {
      entries: [{ kind: 'FateRetired', id: 2, by: 'admin', recordedAt: signed.now }],
      items: [{ created: false, item: { ...flow.fates.get(2 as FateId), status: 'retired' } }],
    },
  });
  const none = after(flow, 'retire 2', 'retire 1');
  expect(ofType(none, 'retire', 'a-done')).toMatchObject({
    value: { entries: [{ kind: 'EventTypeRetired', id: 3 }], items: [{ item: { name: 'a-done', status: 'retired' } }] },
  });
});

test('rule 10: restoring runs the checks again: types, the fate that is followed, a twin in force', () => {
  const retired = after(flow, 'retire 2', 'retire 1');
  expect(refused(ofFate(retired, 'restore', 2))[0]).toMatch(/^fate-retired fate The fate 1, which this one follows/);
  const typeless = after(retired, 'retire a-ready');
  expect(refused(ofFate(typeless, 'restore', 1))).toEqual([
    'event-type-retired fate The event type a-ready is not in force; restore it first: POST /event-types/a-ready/restore.',
  ]);
  const twin = decideFates(
    {
      kind: 'DefineFates',
      definitions: [
        {
          ...{ creates: 'a-required', completedBy: 'a-ready', intermediate: false, follows: null, onRepeat: 'absorb' },
          ...{ name: null, description: null, actors: [] },
        },
      ],
      ...signed,
    },
    retired,
  );
  if (!twin.ok) throw new Error(JSON.stringify(twin.refusals));
  const beside = foldCatalogue(retired, twin.value.entries);
  expect(refused(ofFate(beside, 'restore', 1))).toEqual([
    'fate-exists fate The same rule is in force as fate 3; retire that first.',
  ]);
  expect(after(retired, 'restore 1', 'restore 2').fates).toEqual(flow.fates);
});

test('rule 10: what is in force is not deleted, nor what anything names, retired or not', () => {
  expect(refused(ofFate(flow, 'delete', 2))[0]).toMatch(/^not-retired fate /);
  expect(refused(ofType(flow, 'delete', 'a-done'))[0]).toMatch(/^not-retired name /);
  const retired = after(flow, 'retire 2', 'retire 1', 'retire a-done');
  expect(refused(ofFate(retired, 'delete', 1))).toEqual([
    'in-use fate The fate 2 follows the fate 1; delete that first.',
  ]);
  expect(refused(ofType(retired, 'delete', 'a-done'))).toEqual([
    'in-use name The fate 2 names the event type a-done; delete that first.',
  ]);
  const gone = after(retired, 'delete 2', 'delete 1', 'delete a-done');
  expect([gone.fates.size, [...gone.types.keys()]]).toEqual([0, ['a-required', 'a-ready']]);
});

test('rule 10: after a deletion the name is free, and the number is not given again', () => {
  const gone = after(flow, 'retire 2', 'delete 2', 'retire a-done', 'delete a-done');
  const definition = { category: 'a', state: 'done', description: 'new', restricted: false };
  const again = decideEventTypes({ kind: 'DefineEventTypes', definitions: [definition], ...signed }, gone);
  expect(again).toMatchObject({ value: { items: [{ created: true, item: { id: 4, name: 'a-done' } }] } });
  expect(gone.nextFateId).toBe(3);
  expect(refused(ofFate(gone, 'restore', 2))[0]).toMatch(/^fate-unknown fate /);
  expect(refused(ofType(gone, 'delete', 'a-done'))[0]).toMatch(/^event-type-unknown name /);
});

test('rule 10: quests are asked about where the last fate goes that starts their type, and where the type goes', () => {
  const two = new Play('[1] a-required => a-done', '[2] a-required => b-done').catalogue;
  const guarded = (at: Catalogue, move: StatusMove, of: number | string): readonly string[] => {
    const decision = typeof of === 'number' ? ofFate(at, move, of) : ofType(at, move, of);
    if (!decision.ok) throw new Error(JSON.stringify(decision.refusals));
    const { entries } = decision.value;
    return typesToGuard(entries, at, foldCatalogue(at, entries));
  };
  expect(guarded(two, 'retire', 1)).toEqual([]);
  const one = after(two, 'retire 1');
  expect(guarded(one, 'retire', 2)).toEqual(['a-required']);
  expect(guarded(one, 'restore', 1)).toEqual([]);
  const none = after(one, 'retire 2', 'delete 2');
  expect(guarded(none, 'delete', 1)).toEqual(['a-required']);
  expect(guarded(after(none, 'delete 1'), 'retire', 'a-required')).toEqual(['a-required']);
  expect(guarded(flow, 'retire', 2)).toEqual([]);
});

function effectsOf(before: Catalogue, after: Catalogue): readonly LaborEffect[] {
  const steps = laborEffects(before, after);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

test('rules 8 and 10: labors of a type are stranded by the last fate that goes, changed by another, freed by one that comes back', () => {
  const two = new Play('[1] a-required => a-done', '[2] a-required => b-done').catalogue;
  const one = after(two, 'retire 1');
  const none = after(one, 'retire 2');
  expect(effectsOf(two, one)).toEqual([{ type: 'a-required', effect: 'changed' }]);
  expect(effectsOf(one, none)).toEqual([{ type: 'a-required', effect: 'stranded' }]);
  expect(effectsOf(none, one)).toEqual([{ type: 'a-required', effect: 'freed' }]);
  expect(effectsOf(none, after(none, 'retire a-done'))).toEqual([]);
  expect(strandedTypes(none)).toEqual(['a-required']);
});

const moves = fc.array(
  fc.tuple(fc.constantFrom<StatusMove>('retire', 'restore', 'delete'), fc.boolean(), fc.nat({ max: 7 })),
  { maxLength: 30 },
);

/** As a client can make it: types and fates that nothing in force contradicts. */
const sound: readonly CatalogueEntry[] = new Play(
  ...['[1] a-required => a-ready', '[2] b-required => a-ready', '[3] a-ready => a-done intermediate follows 1'],
  ...['[4] a-ready => a-done intermediate', '[5] a-done => b-done'],
).history.steps.flatMap((step) => (step.kind === 'catalogue' ? [step.entry] : []));

describe('whatever is moved', () => {
  test('rule 10: the catalogue stays sound: what is in force names and follows only what is in force; the same again changes nothing', () => {
    let done = 0;
    fc.assert(
      fc.property(moves, (all) => {
        let catalogue = foldCatalogue(emptyCatalogue, sound);
        for (const [move, ofAType, nth] of all) {
          const types = [...catalogue.types.keys()];
          const decide = (at: Catalogue) =>
            ofAType ? ofType(at, move, types[nth % types.length] ?? 'no-such') : ofFate(at, move, nth + 1);
          const decision = decide(catalogue);
          if (!decision.ok) continue;
          done += 1;
          const before = catalogue;
          catalogue = foldCatalogue(catalogue, decision.value.entries);
          if (move !== 'delete') expect(decide(catalogue)).toMatchObject({ ok: true, value: { entries: [] } });
          for (const fate of catalogue.fates.values()) {
            if (fate.status === 'retired') continue;
            for (const name of [fate.creates, fate.completedBy]) {
              expect(catalogue.types.get(name)?.status).toBe('in-force');
            }
            if (fate.follows !== null) expect(catalogue.fates.get(fate.follows)?.status).toBe('in-force');
          }
          const ceased = [...before.types.keys()].filter(
            (type) => isStarting(before, type) && !isStarting(catalogue, type),
          );
          expect(typesToGuard(decision.value.entries, before, catalogue)).toEqual(expect.arrayContaining(ceased));
        }
      }),
      { numRuns: 300 },
    );
    expect(done).toBeGreaterThan(300);
  });

  test('no decision fails on any catalogue; effects tell exactly which types come to be stranded, or no longer', () => {
    fc.assert(
      fc.property(catalogues(), moves, (entries, all) => {
        let catalogue = foldCatalogue(emptyCatalogue, entries);
        for (const [move, ofAType, nth] of all) {
          const types = [...catalogue.types.keys()];
          const decision = ofAType
            ? ofType(catalogue, move, types[nth % types.length] ?? 'no-such')
            : ofFate(catalogue, move, nth + 1);
          if (!decision.ok) continue;
          const before = catalogue;
          catalogue = foldCatalogue(catalogue, decision.value.entries);
          for (const { type, effect } of effectsOf(before, catalogue)) {
            expect([type, isStranded(before, type), isStranded(catalogue, type)]).toEqual([
              type,
              effect === 'freed',
              effect === 'stranded',
            ]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
