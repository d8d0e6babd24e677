/** Documents through the driver's own bytes and back, and the keys that lists are sorted by. */
import fc from 'fast-check';
import { BSON } from 'mongodb';
import type { Attributes, JsonObject } from '#domain';
import { START, positionOf, type QuestDocument } from '#contracts';
import {
  closedLabor,
  eventDoc,
  hostDoc,
  laborDoc,
  lastEventDoc,
  partDoc,
  pastLabor,
  questRecord,
  recountOf,
  tallyOf,
} from '#testing';
import { anyText } from '../../testing/any-text.js';
import { decodeEvent, decodeHost, decodePart, encodeEvent, encodeHost, encodePart } from './documents.js';
import { decodeLabor, encodeLabor, openedKeyOf } from './labor-documents.js';
import { decodeQuest, dueOf, encodeRecord, encodeRecount, targetIn, type StoredQuest } from './quest-documents.js';

/** As the driver sends and reads it. */
function stored<T extends object>(document: T): T {
  return BSON.deserialize(BSON.serialize(document, { ignoreUndefined: true })) as T;
}

const texts = fc.oneof(
  anyText({ maxLength: 8 }),
  fc.constantFrom('', '\0', 'a\0b', '$where', '$$ROOT', 'a.b', '.', '__proto__', 'constructor', '\ufeff', 'e\u0301'),
);
const values = fc.oneof(texts, fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const attributes: fc.Arbitrary<Attributes> = fc
  .uniqueArray(fc.tuple(texts, values), { selector: ([name]) => name, maxLength: 5 })
  .map((pairs) => Object.fromEntries(pairs));
const positions = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(positionOf);

test('events come back as they were, whatever their texts and the names of their attributes hold', () => {
  fc.assert(
    fc.property(texts, attributes, positions, (text, some, position) => {
      // as a body gives it: JSON has no negative zero
      const data = JSON.parse(JSON.stringify({ [text]: [{ ...some, nested: { [text]: null } }] })) as JsonObject;
      const event = eventDoc({ key: text, by: text, note: text, attributes: some, data, position, late: true });
      const back = decodeEvent(stored(encodeEvent(event)));
      expect(back).toEqual(event);
      expect(Object.keys(back.attributes ?? {})).toEqual(Object.keys(some));
      expect(Object.keys(back).sort()).toEqual(Object.keys(event).sort());
    }),
  );
});

test('labors come back as they were, open and closed', () => {
  fc.assert(
    fc.property(texts, positions, fc.boolean(), (text, position, isOpen) => {
      const open = laborDoc({
        assignee: text,
        actors: ['creator'],
        position,
        ack: { by: text, principal: text, at: laborDoc().lastSeen, note: text, position },
        notes: [{ by: text, principal: text, at: laborDoc().lastSeen, note: text, position }],
      });
      const labor = isOpen ? open : closedLabor(open, 3, 'waived');
      expect(decodeLabor(stored(encodeLabor(pastLabor())))).toEqual(pastLabor());
      const back = decodeLabor(stored(encodeLabor(labor)));
      expect(back).toEqual(labor);
      expect(Object.keys(back).sort()).toEqual(Object.keys(labor).sort());
    }),
  );
});

test('hosts come back as they were, parked and not', () => {
  fc.assert(
    fc.property(
      texts,
      attributes,
      fc.oneof(positions, fc.constant(START)),
      fc.boolean(),
      (reason, some, position, isParked) => {
        const parked = { state: 'parked' as const, reason, revision: 4, position, since: hostDoc().updatedAt };
        const { state } = hostDoc({ open: 3 });
        const host = hostDoc({
          ...{ position, entryId: null, parked: isParked ? parked : null, version: 7 },
          state: {
            ...state,
            attributes: some,
            inventories: ['cmdb', 'aws'],
            retired: { by: null, principal: reason, at: hostDoc().updatedAt, reason },
          },
          lastEvent: isParked ? null : lastEventDoc(3, { position }),
        });
        const back = decodeHost(stored({ ...encodeHost(host), marks: ['m'] }));
        expect(back).toEqual(host);
        expect(Object.keys(back.state.attributes)).toEqual(Object.keys(some));
        expect(encodeHost(host)).toMatchObject({ open: 3, hasOpen: true, isParked, isRetired: true, isListed: true });
      },
    ),
  );
});

test('parts come back as they were, whatever their types are called', () => {
  const steps = JSON.parse('{"__proto__":{"open":1,"closed":0},"a.$b":{"open":0,"closed":2}}') as ReturnType<
    typeof tallyOf
  >['steps'];
  const part = partDoc({
    tally: { ...tallyOf(1, 2), steps },
    emptied: { position: positionOf(2n ** 63n), at: hostDoc().updatedAt },
  });
  expect(decodePart(stored(encodePart(part)))).toEqual(part);
  expect(Object.keys(decodePart(stored(encodePart(part))).tally.steps)).toEqual(['__proto__', 'a.$b']);
  expect(decodePart(stored(encodePart(partDoc())))).toEqual(partDoc());
});

test('quests come back as they were, with what absent fields of references are', () => {
  fc.assert(
    fc.property(texts, positions, (text, position) => {
      const record = questRecord(7, 3, { creator: text, references: [{ label: text }, { key: text }] }, { position });
      const recount = {
        ...recountOf(4, { completed: { position, at: hostDoc().updatedAt }, label: position }),
        version: 2,
      };
      const quest: QuestDocument = { quest: record.quest, record, recount, mark: position, touches: 3 };
      const written = {
        ...{ _id: quest.quest, mark: encodeRecount(recount).label, touches: 3, label: '', due: dueOf(null, 7) },
        ...{
          record: encodeRecord(record),
          recount: encodeRecount(recount),
          dirty: false,
          phase: null,
          isParked: false,
          isUnfinished: false,
          seenAt: null,
        },
      } satisfies StoredQuest;
      expect(decodeQuest(stored(written))).toEqual(quest);
      expect(decodeQuest(stored({ ...written, record: null, recount: null }))).toEqual({
        ...{ ...quest, record: null, recount: null },
      });
    }),
  );
});

test('a labor’s key is in the order of opening, then of ids', () => {
  const early = '2024-01-01T00:00:00.000Z';
  const late = '2024-01-01T00:00:00.001Z';
  const keys = [
    openedKeyOf(early, 'a~1'),
    openedKeyOf(early, 'a~10'),
    openedKeyOf(early, 'b~1'),
    openedKeyOf(late, 'a~0'),
  ];
  expect([...keys].sort()).toEqual(keys);
  // bounds by the instant alone: from it on, and before it
  expect(openedKeyOf(late, 'a~0') >= late).toBe(true);
  expect(openedKeyOf(early, 'z~9') < late).toBe(true);
});

test('a quest’s key is in the order of targets, then of numbers, and those without a target come last', () => {
  const keys = [
    dueOf('2024-01-01T00:00:00.000Z', 9),
    dueOf('2024-01-01T00:00:00.000Z', 10),
    dueOf('9999-12-31T23:59:59.999Z', 1),
    dueOf(null, 2),
    dueOf(null, 11),
  ];
  expect([...keys].sort()).toEqual(keys);
  expect(keys.map(targetIn)).toEqual([
    '2024-01-01T00:00:00.000Z',
    '2024-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    null,
    null,
  ]);
});
