/** The codec: what is written comes back the same, and what nobody wrote is a reason, never an exception or an entry. */
import fc from 'fast-check';
import type { CatalogueEntry, EventTypeId, HostEntry, Instant, NamesEntry, OperationEntry, QuestEntry } from '#domain';
import { anyText } from '../../testing/any-text.js';
import type { StoredEntry } from '../entries.js';
import { positionOf } from '../position.js';
import {
  decodeCatalogueEntry,
  decodeHostEntry,
  decodeNamesEntry,
  decodeOperationEntry,
  decodeQuestEntry,
  encodeEntry,
  type Decoded,
  type DomainEntry,
} from './index.js';
import { HOST, HOST_STREAM, ID, reasonOf, stored } from './testing-entries.js';

const OPERATION = `operation-${ID}`;
const AT = '2026-01-31T10:00:00.000Z' as Instant;

/** Whatever the stream holds, decoded by the function for its kind. */
function decode(entry: StoredEntry): Decoded<DomainEntry> {
  if (entry.stream === 'catalogue') return decodeCatalogueEntry(entry);
  if (entry.stream === 'names') return decodeNamesEntry(entry);
  if (entry.stream === OPERATION) return decodeOperationEntry(entry);
  return entry.stream.startsWith('host-') ? decodeHostEntry(entry) : decodeQuestEntry(entry);
}

const instant = fc
  .date({ min: new Date('0000-01-01T00:00:00.000Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

const texts = anyText({ maxLength: 30 });

const loneSurrogates = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 })
  .map((codes) => String.fromCharCode(...codes));

const text = fc.oneof(texts, loneSurrogates);
const textOrNull = fc.option(text);
const part = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/);
const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const host = fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,40}[a-z0-9])?$/);
const labor = fc
  .tuple(host, fc.nat(), fc.option(fc.integer({ min: 1, max: 9999 })))
  .map(([on, revision, n]) => `${on}~${revision}${n === null ? '' : `.${n}`}`);
const event = fc.tuple(host, fc.nat()).map(([on, revision]) => `${on}~${revision}`);
const typeName = fc.tuple(part, part).map(([category, state]) => `${category}-${state}`);

const attributes = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  // JSON has no negative zero
  fc.oneof(
    text,
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  ),
  { noNullPrototype: true },
);

const reference = fc.record({ label: text, key: text, url: text }, { requiredKeys: [], noNullPrototype: true });
const actors = fc.array(fc.constantFrom('owner', 'creator'), { maxLength: 2 });
type Shapes<E extends DomainEntry> = { readonly [K in E['kind']]: Readonly<Record<string, fc.Arbitrary<unknown>>> };

/** Arbitrary entries of one kind, with `own` fields of which `optional` ones may be absent. */
function entries(kind: string, own: Readonly<Record<string, fc.Arbitrary<unknown>>>, optional: readonly string[] = []) {
  const fields = { kind: fc.constant(kind), by: textOrNull, recordedAt: instant, ...own };
  const requiredKeys = Object.keys(fields).filter((field) => !optional.includes(field)) as (keyof typeof fields)[];
  return fc.record(fields, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<DomainEntry>;
}

const hostShapes: Shapes<HostEntry> = {
  EventLogged: {
    category: part,
    state: part,
    at: instant,
    key: textOrNull,
    note: textOrNull,
    attributes: fc.option(attributes),
    data: fc.dictionary(
      text.filter((name) => name !== '__proto__'),
      // JSON has no negative zero
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
      { noNullPrototype: true },
    ),
    quest: fc.option(number),
  },
  LaborAcknowledged: { labor, note: textOrNull },
  LaborAssigned: { labor, to: textOrNull, note: textOrNull },
  LaborWaived: { labor, reason: text },
  LaborReopened: { labor, reason: text },
  LaborNoted: { labor, text },
  LaborAdopted: { labor, quest: fc.option(number) },
  QuestEnded: { quest: number, reason: text },
  QuestLaborsEnded: { quest: number, reason: text },
  QuestLeft: { quest: number, reason: textOrNull },
  LaborsClaimed: { quest: number, laborType: typeName, from: fc.constantFrom('none', 'any') },
  HostAttributesSet: { set: attributes, clear: fc.array(text, { maxLength: 3 }) },
  HostRetired: { reason: text },
  HostImported: { inventory: text, set: attributes, clear: fc.array(text, { maxLength: 3 }) },
  HostMissing: { inventory: text },
  EventRedacted: { event, reason: text },
};

const questShapes: Shapes<QuestEntry> = {
  QuestDrafted: {
    quest: fc.constant(7),
    type: typeName,
    creator: textOrNull,
    description: text,
    target: fc.option(instant),
    references: fc.array(reference),
  },
  QuestHostsListed: { batch: fc.uuid(), hosts: fc.array(host), after: fc.uuid() },
  QuestHostsAccepted: { batch: fc.uuid(), hosts: fc.nat(), claim: fc.constantFrom('none', 'any') },
  QuestHostsEmbarked: { batch: fc.uuid() },
  QuestLaborsAccepted: { adoption: fc.uuid(), request: fc.uuid(), labors: fc.array(labor) },
  QuestLaborsAdopted: { adoption: fc.uuid() },
  QuestRemovalAccepted: {
    ...{ removal: fc.uuid(), request: fc.uuid(), reason: textOrNull, hosts: fc.array(host), named: fc.nat() },
    ...{ batch: fc.uuid(), after: fc.uuid(), last: fc.boolean() },
  },
  QuestHostsRemoved: { removal: fc.uuid() },
  QuestAmended: { creator: textOrNull, description: text, target: fc.option(instant), references: fc.array(reference) },
  QuestAbandoned: { reason: text },
  QuestHostsEnded: {},
};

const commandBy = (kind: string, own: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.record({ kind: fc.constant(kind), by: textOrNull, ...own }, { noNullPrototype: true });

const operationShapes: Shapes<OperationEntry> = {
  OperationDrafted: {
    command: fc.oneof(
      commandBy('LaborAcknowledged', { note: textOrNull }),
      commandBy('LaborAssigned', { to: textOrNull, note: textOrNull }),
      commandBy('LaborWaived', { reason: text }),
      commandBy('LaborReopened', { reason: text }),
      commandBy('LaborNoted', { text }),
      commandBy('LaborAdopted', { quest: fc.option(number) }),
      commandBy('HostAttributesSet', { set: attributes, clear: fc.array(text, { maxLength: 3 }) }),
      commandBy('HostRetired', { reason: text }),
    ),
    where: fc.option(fc.constant({ state: ['open'], hostQuery: 'role = web' })),
  },
  OperationListed: { nth: fc.nat(), ids: fc.array(labor), found: fc.nat(), after: fc.array(text) },
  OperationAccepted: { listings: fc.nat(), found: fc.nat() },
  OperationAdvanced: {
    nth: fc.nat(),
    position: textOrNull,
    refused: fc.array(fc.record({ nth: fc.nat(), code: text }, { noNullPrototype: true })),
    done: fc.nat(),
    refusedInAll: fc.array(fc.record({ code: text, count: fc.nat() }, { noNullPrototype: true })),
  },
  OperationCancelled: { reason: text, advanced: fc.nat() },
};

const id = { id: number };
const catalogueShapes: Shapes<CatalogueEntry> = {
  EventTypeDefined: { ...id, category: part, state: part, description: textOrNull, restricted: fc.boolean() },
  EventTypeAmended: { ...id, description: textOrNull, restricted: fc.boolean() },
  EventTypeRetired: id,
  EventTypeRestored: id,
  EventTypeDeleted: id,
  FateDefined: {
    ...id,
    creates: typeName,
    completedBy: typeName,
    intermediate: fc.boolean(),
    follows: fc.option(number),
    onRepeat: fc.constantFrom('open', 'absorb'),
    name: textOrNull,
    description: textOrNull,
    actors,
  },
  FateAmended: { ...id, name: textOrNull, description: textOrNull, actors },
  FateRetired: id,
  FateRestored: id,
  FateDeleted: id,
};

const aliases = { host, names: fc.array(host) };
const namesShapes: Shapes<NamesEntry> = {
  HostAliased: aliases,
  HostAliasesRemoved: aliases,
  NameRulesSet: { cut: fc.array(host), domain: fc.option(host) },
};

/** In an amendment every field may be absent but those that say what is amended. */
function optionalIn(kind: string, own: object): readonly string[] {
  return kind.endsWith('Amended') ? Object.keys(own).filter((field) => field !== 'id') : [];
}

const arbitraryEntry: fc.Arbitrary<readonly [stream: string, entry: DomainEntry]> = fc.oneof(
  ...Object.entries(hostShapes).map(([kind, own]) =>
    entries(kind, { ...own, host: fc.constant(HOST) }, ['data']).map((entry): [string, DomainEntry] => [
      HOST_STREAM,
      entry.kind === 'EventLogged' ? ({ ...entry, type: `${entry.category}-${entry.state}` } as HostEntry) : entry,
    ]),
  ),
  ...Object.entries(questShapes).map(([kind, own]) =>
    entries(kind, own, optionalIn(kind, own)).map((entry): [string, DomainEntry] => ['quest-7', entry]),
  ),
  ...Object.entries(catalogueShapes).map(([kind, own]) =>
    entries(kind, own, optionalIn(kind, own)).map((entry): [string, DomainEntry] => ['catalogue', entry]),
  ),
  ...Object.entries(namesShapes).map(([kind, own]) =>
    entries(kind, own).map((entry): [string, DomainEntry] => ['names', entry]),
  ),
  ...Object.entries(operationShapes).map(([kind, own]) =>
    entries(kind, own).map((entry): [string, DomainEntry] => [OPERATION, entry]),
  ),
);

test('what is encoded is decoded to the same entry, with the principal of its cause', () => {
  fc.assert(
    fc.property(arbitraryEntry, fc.option(texts), ([stream, entry], principal) => {
      expect(decode(stored(stream, encodeEntry(entry, ID, { principal })))).toStrictEqual({
        ok: true,
        entry: principal === null ? entry : { ...entry, principal },
      });
    }),
    { numRuns: 1000 },
  );
});

test('who wrote an entry is said by its cause alone: not by the entry, never by its data', () => {
  const entry = {
    kind: 'EventTypeRetired',
    id: 7 as EventTypeId,
    by: 'ann',
    recordedAt: AT,
    principal: 'liar',
  } as const;
  expect(encodeEntry(entry, ID)).not.toHaveProperty('principal');
  const encoded = encodeEntry(entry, ID, { principal: 'agent', trace: 'trace' });
  expect(encoded).toMatchObject({ principal: 'agent', trace: 'trace' });
  expect(encoded.json).not.toMatch(/liar|agent|principal/);
  const json = encoded.json.replace('{', '{"principal":"liar",');
  expect(reasonOf(decode(stored('catalogue', { ...encoded, json })))).toContain('principal');
});

test('the JSON does not say what the envelope says, holds text that every store keeps, and nulls only in amendments', () => {
  fc.assert(
    fc.property(arbitraryEntry, ([stream, entry]) => {
      const encoded = encodeEntry(entry, ID);
      const data = JSON.parse(encoded.json) as Record<string, unknown>;
      expect(encoded).toMatchObject({ id: ID, type: entry.kind, recordedAt: entry.recordedAt });
      const inStream = { 'quest-7': ['host', 'quest'], names: [] }[stream] ?? ['host'];
      for (const field of ['kind', 'recordedAt', ...inStream]) expect(data).not.toHaveProperty(field);
      expect(encoded.json).not.toMatch(/[\0\p{Surrogate}]/u);
      if (!entry.kind.endsWith('Amended')) expect(Object.values(data)).not.toContain(null);
    }),
    { numRuns: 500 },
  );
});

test('cut short anywhere, an entry is refused with a reason', () => {
  fc.assert(
    fc.property(
      arbitraryEntry,
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      ([stream, entry], share) => {
        const encoded = encodeEntry(entry, ID);
        const json = encoded.json.slice(0, Math.floor(encoded.json.length * share));
        expect(reasonOf(decode(stored(stream, { ...encoded, json })))).toContain(entry.kind);
      },
    ),
  );
});

test('with any one field of another type, or one field more, an entry is refused with a reason that names the field', () => {
  // none of them is right for any field
  const wrong = fc.constantFrom<unknown>(-1.5, { nested: [null] }, [[[]]]);
  fc.assert(
    fc.property(arbitraryEntry, fc.nat(), wrong, ([stream, entry], which, value) => {
      const encoded = encodeEntry(entry, ID);
      const data = JSON.parse(encoded.json) as Record<string, unknown>;
      const fields = [...Object.keys(data), 'colour'];
      const field = fields[which % fields.length]!;
      // for data every object is right
      if ((field === 'data' || field === 'where') && !Array.isArray(value) && typeof value === 'object') return;
      const json = JSON.stringify({ ...data, [field]: value });
      expect(reasonOf(decode(stored(stream, { ...encoded, json })))).toContain(field);
      const polluted = encoded.json.replace(/^\{/, '{"__proto__":{"by":"x"},').replace(/,\}$/, '}');
      expect(reasonOf(decode(stored(stream, { ...encoded, json: polluted })))).toContain('__proto__');
    }),
    { numRuns: 500 },
  );
});

test('whatever is stored, decoding answers: either a reason, or an entry that encodes and decodes to itself', () => {
  const kinds = [
    ...Object.keys(hostShapes),
    ...Object.keys(questShapes),
    ...Object.keys(catalogueShapes),
    ...Object.keys(namesShapes),
    ...Object.keys(operationShapes),
  ];
  const field = fc.constantFrom(
    'id',
    'by',
    'labor',
    'category',
    'state',
    'at',
    'batch',
    'hosts',
    'reason',
    'quest',
    'attributes',
  );
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), part, instant, labor, number);
  const json = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(field, value).map((data) => JSON.stringify(data)),
  );
  const stream = fc.constantFrom(
    'catalogue',
    'names',
    HOST_STREAM,
    OPERATION,
    'operation-7',
    'quest-7',
    'quest-07',
    'host-',
    'host-A',
    'journal',
    '',
  );
  const version = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.double(), fc.maxSafeInteger());
  const type = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...kinds) },
    fc.constantFrom('constructor', '__proto__', 'toString', ''),
  );
  const recordedAt = fc.oneof({ weight: 4, arbitrary: instant }, fc.string());
  const anything = fc.record({ stream, version, type, json, recordedAt });
  fc.assert(
    fc.property(anything, (given) => {
      const entry = { ...given, id: ID, revision: 0, position: positionOf(0n) } as StoredEntry;
      for (const decoded of [decodeHostEntry, decodeCatalogueEntry, decodeNamesEntry, decodeQuestEntry].map(
        (decodeOne) => decodeOne(entry),
      )) {
        if (decoded.ok) expect(decode(stored(entry.stream, encodeEntry(decoded.entry, ID)))).toStrictEqual(decoded);
        else expect(decoded.reason.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 5000 },
  );
});
