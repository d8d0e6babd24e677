/** Deciding about event types: the words of semantics.md about them, and every fault at once. */
import type { Instant, TypeName } from '../names.js';
import type { EventTypeDefinition } from './commands.js';
import { decideEventTypes } from './decide.js';
import { foldCatalogue } from './evolve.js';
import type { EventTypeId } from './ids.js';
import { emptyCatalogue, type Catalogue } from './state.js';

const signed = { by: 'admin', now: '2026-01-01T00:00:00.000Z' as Instant };

function pair(category: string, state: string, more: Partial<EventTypeDefinition> = {}): EventTypeDefinition {
  return { category, state, description: null, restricted: false, ...more };
}

function define(catalogue: Catalogue, ...definitions: readonly EventTypeDefinition[]) {
  return decideEventTypes({ kind: 'DefineEventTypes', definitions, ...signed }, catalogue);
}

/** The catalogue with these defined. */
function having(...definitions: readonly EventTypeDefinition[]): Catalogue {
  const decision = define(emptyCatalogue, ...definitions);
  if (!decision.ok) throw new Error(JSON.stringify(decision.refusals));
  return foldCatalogue(emptyCatalogue, decision.value.entries);
}

function amend(catalogue: Catalogue, name: string, changes: { description?: string | null; restricted?: boolean }) {
  return decideEventTypes({ kind: 'AmendEventType', name: name as TypeName, ...changes, ...signed }, catalogue);
}

test('types are numbered in order of definition, signed, and answered as they will be', () => {
  const decision = define(
    having(pair('x', 'y')),
    pair('disk', 'full', { description: 'no space' }),
    pair('disk', 'ok'),
  );
  expect(decision).toMatchObject({
    ok: true,
    value: {
      entries: [
        { kind: 'EventTypeDefined', id: 2, category: 'disk', state: 'full', by: 'admin', recordedAt: signed.now },
        { kind: 'EventTypeDefined', id: 3, category: 'disk', state: 'ok' },
      ],
      items: [
        { created: true, item: { id: 2, name: 'disk-full', description: 'no space', status: 'in-force' } },
        { created: true, item: { id: 3, name: 'disk-ok', restricted: false } },
      ],
    },
  });
});

test('the number of a deleted type is not given again', () => {
  const catalogue = foldCatalogue(having(pair('a', 'b')), [
    { kind: 'EventTypeDeleted', id: 1 as EventTypeId, by: null, recordedAt: signed.now },
  ]);
  expect(define(catalogue, pair('a', 'b'))).toMatchObject({ value: { items: [{ created: true, item: { id: 2 } }] } });
});

test('the same again changes nothing and answers with the existing item, also within one command', () => {
  const catalogue = having(pair('disk', 'full', { restricted: true }));
  const decision = define(catalogue, pair('disk', 'full', { restricted: true }), pair('a', 'b'), pair('a', 'b'));
  expect(decision).toMatchObject({
    value: {
      entries: [{ id: 2 }],
      items: [
        { created: false, item: { id: 1 } },
        { created: true, item: { id: 2 } },
        { created: false, item: { id: 2 } },
      ],
    },
  });
});

test('two pairs with one name may not both be defined; every clash is named, and nothing is journalled', () => {
  const decision = define(
    having(pair('x-y', 'z')),
    pair('x', 'y-z'),
    pair('a', 'b-c'),
    pair('a-b', 'c'),
    pair('x-y', 'z', { description: 'other', restricted: true }),
  );
  expect(decision).toMatchObject({
    ok: false,
    refusals: [
      { code: 'event-type-exists', path: '[0]', message: expect.stringContaining('category "x-y"') as string },
      { code: 'event-type-exists', path: '[2]' },
      {
        code: 'event-type-exists',
        path: '[3]',
        message: expect.stringMatching(/another description and restricted.*PATCH \/event-types\/x-y-z/) as string,
      },
    ],
  });
});

test('rule 10: a retired type keeps its name, and is restored, not defined again', () => {
  const retired = foldCatalogue(having(pair('a', 'b')), [
    { kind: 'EventTypeRetired', id: 1 as EventTypeId, by: null, recordedAt: signed.now },
  ]);
  expect(define(retired, pair('a', 'b'))).toMatchObject({
    refusals: [
      {
        code: 'event-type-exists',
        path: '[0]',
        message: expect.stringContaining('POST /event-types/a-b/restore') as string,
      },
    ],
  });
});

test('an amendment journals what differs, and answers with the type as it will be', () => {
  const catalogue = having(pair('a', 'b', { description: 'old' }));
  expect(amend(catalogue, 'a-b', { description: null, restricted: false })).toEqual({
    ok: true,
    value: {
      entries: [{ kind: 'EventTypeAmended', id: 1, description: null, by: 'admin', recordedAt: signed.now }],
      items: [{ created: false, item: { ...catalogue.types.get('a-b' as TypeName), description: null } }],
    },
  });
  expect(amend(catalogue, 'a-b', { restricted: true })).toMatchObject({
    value: { items: [{ item: { restricted: true } }] },
  });
});

test('an amendment that changes nothing gives no entries; of an unknown type it is refused', () => {
  const catalogue = having(pair('a', 'b', { description: 'old' }));
  for (const changes of [{}, { description: 'old' }, { restricted: false }]) {
    expect(amend(catalogue, 'a-b', changes)).toMatchObject({
      ok: true,
      value: { entries: [], items: [{ created: false, item: { description: 'old' } }] },
    });
  }
  expect(amend(catalogue, 'a-c', {})).toMatchObject({
    ok: false,
    refusals: [{ code: 'event-type-unknown', path: 'name' }],
  });
});
