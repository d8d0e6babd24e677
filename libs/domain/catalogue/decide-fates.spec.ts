/** Deciding about fates: rules 4, 6 and the words about numbers, names and sameness; every fault at once. */
import type { Instant, TypeName } from '../names.js';
import type { AmendFate, FateDefinition } from './commands.js';
import { decideFates } from './decide-fates.js';
import type { CatalogueEntry } from './entries.js';
import { foldCatalogue } from './evolve.js';
import type { EventTypeId, FateId } from './ids.js';
import { emptyCatalogue, type Catalogue } from './state.js';

const now = '2026-01-01T00:00:00.000Z' as Instant;
const signed = { by: null, recordedAt: now };

/** Event types t-1 … t-5, of which t-5 is retired. */
const types = foldCatalogue(emptyCatalogue, [
  ...[1, 2, 3, 4, 5].map((id): CatalogueEntry => ({
    ...{ kind: 'EventTypeDefined', id: id as EventTypeId, category: 't', state: `${id}` },
    ...{ description: null, restricted: false, ...signed },
  })),
  { kind: 'EventTypeRetired', id: 5 as EventTypeId, ...signed },
]);

function fate(creates: string, completedBy: string, more: Partial<FateDefinition> = {}): FateDefinition {
  const rest = { follows: null, onRepeat: 'open', name: null, description: null, actors: [] } as const;
  return { creates, completedBy, intermediate: false, ...rest, ...more };
}

function define(catalogue: Catalogue, ...definitions: readonly FateDefinition[]) {
  return decideFates({ kind: 'DefineFates', definitions, by: 'admin', now }, catalogue);
}

function having(...definitions: readonly FateDefinition[]): Catalogue {
  const decision = define(types, ...definitions);
  if (!decision.ok) throw new Error(JSON.stringify(decision.refusals));
  return foldCatalogue(types, decision.value.entries);
}

function after(catalogue: Catalogue, kind: 'FateRetired' | 'FateDeleted', id: number): Catalogue {
  return foldCatalogue(catalogue, [{ kind, id: id as FateId, ...signed }]);
}

function amend(catalogue: Catalogue, reference: AmendFate['fate'] | number, changes: Partial<AmendFate>) {
  const command = { kind: 'AmendFate', fate: reference as FateId, ...changes, by: 'admin', now } as const;
  return decideFates(command, catalogue);
}

/** `path code` of each fault. */
function faults(decision: ReturnType<typeof define>): readonly string[] {
  if (decision.ok) throw new Error('it was accepted');
  for (const { message } of decision.refusals) expect(message).toMatch(/[;,:] .+\.$/);
  return decision.refusals.map(({ path, code }) => `${path} ${code}`);
}

describe('defining', () => {
  test('fates are numbered in order of definition; types are named by name or pair; actors are stored once and sorted', () => {
    const decision = define(
      having(fate('t-1', 't-2')),
      fate('t-3', 't-4', { actors: ['owner', 'creator', 'owner'], name: 'third', onRepeat: 'absorb' }),
      { ...fate('', 't-2'), creates: { category: 't', state: '4' } },
    );
    expect(decision).toMatchObject({
      ok: true,
      value: {
        entries: [
          { kind: 'FateDefined', id: 2, creates: 't-3', actors: ['creator', 'owner'], by: 'admin', recordedAt: now },
          { kind: 'FateDefined', id: 3, creates: 't-4', completedBy: 't-2' },
        ],
        items: [
          { created: true, item: { id: 2, name: 'third', onRepeat: 'absorb', status: 'in-force' } },
          { created: true, item: { id: 3 } },
        ],
      },
    });
  });

  test('rule 10: numbers are never used again', () => {
    const catalogue = after(having(fate('t-1', 't-2')), 'FateDeleted', 1);
    expect(define(catalogue, fate('t-1', 't-2'))).toMatchObject({ value: { items: [{ item: { id: 2 } }] } });
  });

  test('its types must be there and in force; the pair must be the one that is defined', () => {
    const decision = define(types, fate('t-9', 't-5'), {
      ...fate('t-1', ''),
      completedBy: { category: 't-', state: '2' },
    });
    expect(faults(decision)).toEqual([
      '[0].creates event-type-unknown',
      '[0].completedBy event-type-retired',
      '[1].completedBy event-type-unknown',
    ]);
  });

  test('all or none, every fault of every item', () => {
    const decision = define(
      having(fate('t-1', 't-2', { name: 'first' })),
      fate('t-3', 't-4'),
      fate('t-9', 't-9'),
      fate('t-2', 't-3', { name: 'first' }),
      fate('t-1', 't-3', { follows: 'nobody', name: '12' }),
      fate('t-3', 't-1', { intermediate: true, onRepeat: 'absorb' }),
    );
    expect(faults(decision)).toEqual([
      '[1].creates event-type-unknown',
      '[1].completedBy event-type-unknown',
      '[2].name fate-name-taken',
      '[3].follows fate-not-intermediate',
      '[3].follows fate-unknown',
      '[3].name fate-name-invalid',
      '[4].onRepeat fate-not-starting',
    ]);
  });
});

describe('rule 4: following', () => {
  const follower = (follows: FateDefinition['follows'] | number) =>
    fate('t-2', 't-3', { intermediate: true, follows: follows as FateId });

  test('only an intermediate fate follows', () => {
    const decision = define(having(fate('t-1', 't-2')), fate('t-2', 't-3', { follows: 1 as FateId }));
    expect(faults(decision)).toEqual(['[0].follows fate-not-intermediate']);
  });

  test('it follows one in force that is completed by what it creates, named by number or name', () => {
    const catalogue = having(fate('t-1', 't-2', { name: 'flow' }), fate('t-1', 't-3'));
    for (const reference of [1, '1', 'flow']) {
      expect(define(catalogue, follower(reference as FateId))).toMatchObject({ value: { entries: [{ follows: 1 }] } });
    }
    expect(faults(define(catalogue, follower(2)))).toEqual(['[0].follows fate-follows-mismatch']);
    expect(faults(define(catalogue, follower(3)))).toEqual(['[0].follows fate-unknown']);
    expect(faults(define(catalogue, follower('Flow')))).toEqual(['[0].follows fate-unknown']);
    expect(faults(define(after(catalogue, 'FateRetired', 1), follower(1)))).toEqual(['[0].follows fate-retired']);
  });

  test('it may follow an earlier item of the same command, by its name or the number it will get, never a later one', () => {
    const first = fate('t-1', 't-2', { name: 'flow' });
    expect(define(types, first, follower('flow'))).toMatchObject({ value: { entries: [{ id: 1 }, { follows: 1 }] } });
    expect(define(types, first, follower(1))).toMatchObject({ value: { entries: [{ id: 1 }, { follows: 1 }] } });
    expect(faults(define(types, follower('flow'), first))).toEqual(['[0].follows fate-unknown']);
    expect(faults(define(types, follower(1)))).toEqual(['[0].follows fate-unknown']);
  });

  test('an item that is in force already takes no number', () => {
    const catalogue = having(fate('t-1', 't-2'));
    const decision = define(catalogue, fate('t-1', 't-2'), fate('t-3', 't-2'), follower(2));
    expect(decision).toMatchObject({ value: { entries: [{ id: 2 }, { id: 3, follows: 2 }] } });
  });

  test('what follows a refused item is not blamed for it', () => {
    expect(faults(define(types, fate('t-9', 't-2', { name: 'flow' }), follower('flow'), follower(1)))).toEqual([
      '[0].creates event-type-unknown',
    ]);
  });
});

describe('the same again', () => {
  const rule = fate('t-1', 't-2', { name: 'flow', description: 'what', actors: ['owner', 'creator'] });

  test('changes nothing and answers with what is in force, also within one command and with the actors in another order', () => {
    const again = { ...rule, actors: ['creator', 'owner', 'creator'] as const };
    expect(define(having(rule), again, again)).toMatchObject({
      value: {
        entries: [],
        items: [
          { created: false, item: { id: 1 } },
          { created: false, item: { id: 1 } },
        ],
      },
    });
    expect(define(types, rule, again)).toMatchObject({
      value: { entries: [{ id: 1 }], items: [{ created: true }, { created: false, item: { id: 1 } }] },
    });
  });

  test.each([
    ['name', { name: 'other' }, 'PATCH /fates/1'],
    ['name', { name: null }, 'PATCH /fates/1'],
    ['description', { description: null }, 'PATCH /fates/1'],
    ['actors', { actors: ['owner'] as const }, 'PATCH /fates/1'],
    ['onRepeat', { onRepeat: 'absorb' as const }, 'never changes'],
  ])('with another %s it is refused: two fates in force may not have the same rule', (field, more, next) => {
    const decision = define(having(rule), { ...rule, ...more });
    expect(faults(decision)).toEqual(['[0] fate-exists']);
    if (!decision.ok) expect(decision.refusals[0]?.message).toMatch(new RegExp(`another ${field}; .*${next}`));
  });

  test('creates, completedBy, intermediate and follows make the rule; another in any of them is another fate', () => {
    const catalogue = having(rule, fate('t-3', 't-1'));
    const others = [
      fate('t-3', 't-2'),
      fate('t-1', 't-3'),
      fate('t-1', 't-2', { intermediate: true }),
      fate('t-1', 't-2', { intermediate: true, follows: 2 as FateId }),
    ];
    expect(define(catalogue, ...others)).toMatchObject({ ok: true, value: { entries: [{}, {}, {}, {}] } });
  });

  test('rule 10: what is retired is restored, not defined again; with another onRepeat it is another fate', () => {
    const retired = after(having(rule), 'FateRetired', 1);
    for (const again of [rule, { ...rule, name: 'flow 2' }]) {
      expect(define(retired, again)).toMatchObject({
        refusals: [{ code: 'fate-exists', message: expect.stringContaining('POST /fates/1/restore') as string }],
      });
    }
    const onRepeat = rule.onRepeat === 'open' ? 'absorb' : 'open';
    expect(define(retired, { ...rule, name: 'flow 2', onRepeat })).toMatchObject({
      value: { items: [{ item: { id: 2 } }] },
    });
  });
});

describe('names', () => {
  test('are unique among all: also those retired, and the items before', () => {
    const catalogue = having(fate('t-1', 't-2', { name: 'one' }));
    const named = fate('t-2', 't-3', { name: 'one' });
    expect(faults(define(catalogue, named))).toEqual(['[0].name fate-name-taken']);
    expect(faults(define(after(catalogue, 'FateRetired', 1), named))).toEqual(['[0].name fate-name-taken']);
    expect(faults(define(types, fate('t-1', 't-2', { name: 'one' }), named))).toEqual(['[1].name fate-name-taken']);
    expect(define(after(catalogue, 'FateDeleted', 1), named).ok).toBe(true);
  });

  test.each(['', ' x', 'x ', '7', '-1', '1e3', '0x10', '9'.repeat(400)])('%j is none', (name) => {
    expect(faults(define(types, fate('t-1', 't-2', { name })))).toEqual(['[0].name fate-name-invalid']);
    expect(faults(amend(having(fate('t-1', 't-2')), 1, { name }))).toEqual(['name fate-name-invalid']);
  });
});

describe('amending', () => {
  const catalogue = having(fate('t-1', 't-2', { name: 'one', actors: ['owner'] }), fate('t-2', 't-3', { name: 'two' }));

  test('journals what differs and answers with the fate as it will be', () => {
    const changes = { name: 'eins', description: null, actors: ['owner', 'creator', 'owner'] } as const;
    expect(amend(catalogue, 'one', changes)).toEqual({
      ok: true,
      value: {
        entries: [
          { kind: 'FateAmended', id: 1, name: 'eins', actors: ['creator', 'owner'], by: 'admin', recordedAt: now },
        ],
        items: [
          { created: false, item: { ...catalogue.fates.get(1 as FateId), name: 'eins', actors: ['creator', 'owner'] } },
        ],
      },
    });
    expect(amend(catalogue, '2', { name: null })).toMatchObject({
      value: { items: [{ item: { id: 2, name: null } }] },
    });
  });

  test('that changes nothing gives no entries', () => {
    for (const changes of [{}, { name: 'one' }, { description: null }, { actors: ['owner', 'owner'] as const }]) {
      expect(amend(catalogue, 1, changes)).toMatchObject({
        value: { entries: [], items: [{ created: false, item: { id: 1 } }] },
      });
    }
  });

  test("is refused for an unknown fate and for another's name", () => {
    expect(faults(amend(catalogue, 9, {}))).toEqual(['fate fate-unknown']);
    expect(faults(amend(catalogue, 'three', {}))).toEqual(['fate fate-unknown']);
    expect(faults(amend(catalogue, 1, { name: 'two' }))).toEqual(['name fate-name-taken']);
    expect(faults(amend(after(catalogue, 'FateRetired', 2), 1, { name: 'two' }))).toEqual(['name fate-name-taken']);
  });
});

test('a command of 10,000 items takes time in proportion to them', () => {
  const pairs = Array.from({ length: 10_000 }, (_, index) => index);
  const wide = foldCatalogue(
    emptyCatalogue,
    pairs.map((index) => ({
      ...{ kind: 'EventTypeDefined', id: (index + 1) as EventTypeId, category: 't', state: `${index}` },
      ...{ description: null, restricted: false, ...signed },
    })) as CatalogueEntry[],
  );
  const name = (index: number) => `t-${index % 10_000}` as TypeName;
  const decision = define(wide, ...pairs.map((index) => fate(name(index), name(index + 1), { name: `fate ${index}` })));
  expect(decision.ok && decision.value.entries.length).toBe(10_000);
});
