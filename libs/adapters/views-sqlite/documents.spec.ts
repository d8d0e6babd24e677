/** The stored form of documents: fields are stored by their place, so a change of it would garble the views of yesterday. */
import { DOCUMENTS_VERSION, EVENTS_VERSION } from '#contracts';
import { closedLabor, eventDoc, laborDoc, pastLabor } from '#testing';
import { decodeEvent, decodeLabor, encodeEvent, encodeLabor } from './documents.js';
import { LAYOUT_VERSION } from './layout.js';

/** Where one of these differs from what was recorded, raise the version that it stands under, and record it again. */
const RECORDED = {
  versions: { documents: 13, events: 5, layout: 14 },
  event:
    'id host revision position type category state key at recordedAt by principal note attributes data quest late duplicate redacted',
  labor:
    'id host type state quest chain assignee actors occurrences lastSeen position' +
    ' | event position at recordedAt by principal note fate catalogueRevision redacted' +
    ' | event type position at recordedAt by principal note fate catalogueRevision redacted' +
    ' | position at' +
    ' | position at' +
    ' | by principal at note position' +
    ' | by principal at note position' +
    ' | to by principal at note position' +
    ' | by principal at note position, event type position at recordedAt by principal note fate catalogueRevision redacted' +
    ' | position at by principal from',
};

/** The names of the fields in the order in which their values stand in the stored text. */
function placesIn(document: object, values: readonly unknown[]): string {
  const entries = Object.entries(document).map(([name, value]) => [name, JSON.stringify(plain(value))] as const);
  const left = new Map(entries);
  return values
    .map((value) => {
      const text = JSON.stringify(value);
      const [name] = [...left].find(([, each]) => each === text) ?? ['?'];
      left.delete(name);
      return name;
    })
    .join(' ');
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Every field has a distinct value, so that a misplaced one shows. */
function distinct<T extends object>(document: T): T {
  let next = 0;
  const fields = Object.entries(document).map(([name, value]) => {
    next += 1;
    if (typeof value === 'bigint') return [name, BigInt(1000 + next)];
    if (typeof value === 'object' && value !== null) return [name, value as unknown];
    return [name, `${name} ${next}`];
  });
  return Object.fromEntries(fields) as T;
}

const CLOSED = closedLabor(laborDoc(), 7);
const SAID = { by: 'ann', principal: 'ann', at: CLOSED.lastSeen, note: 'n', position: CLOSED.position };

type Values = readonly unknown[];
type PackedPast = readonly [readonly (readonly Values[])[], readonly Values[], Values, Values, Values, unknown];
/** The fourth and the seventh are lists. */
type PackedParts = readonly [Values, Values, Values, readonly Values[], Values, Values, readonly Values[], Values];

/** A labor's parts, and those of its past, which is the last. */
function withPast(stored: string): readonly [readonly Values[], PackedPast] {
  const parts = JSON.parse(stored) as readonly Values[];
  return [parts.slice(0, -1), parts.at(-1) as unknown as PackedPast];
}

test('the stored form is the one recorded for these versions', () => {
  const event = distinct(eventDoc());
  const opened = distinct(CLOSED.opened);
  const closed = distinct(CLOSED.closed ?? {});
  const apart = { opened: 0, closed: 0, absorbed: 0, overflow: 0, ack: 0, notes: 0, assignment: 0, past: 0 };
  const own = Object.fromEntries(
    Object.entries(distinct({ ...CLOSED, ...apart })).filter(([name]) => !(name in apart)),
  );
  const repeat = distinct({ position: CLOSED.position, at: CLOSED.lastSeen });
  const ack = distinct(SAID);
  const assignment = distinct({ to: 'bob', ...SAID });
  const move = distinct({ ...SAID, note: undefined, from: 3 });
  const past = {
    reopenings: [{ ...ack, closed }],
    moves: [move],
    acks: [ack],
    assignments: [assignment],
    notes: [ack],
    forgotten: 1,
  };
  const [packed, packedPast] = withPast(
    encodeLabor({
      ...{ ...own, opened, closed, absorbed: [repeat], overflow: repeat, ack, notes: [ack], assignment, past },
    } as never),
  );
  const [labor, opening, closing, [repeated = []], overflow, acked, [noted = []], assigned] = packed as PackedParts;
  const parts = [own, opened, closed, repeat, repeat, ack, ack, assignment];
  const single = [labor, opening, closing, repeated, overflow, acked, noted, assigned];
  const [[reopening], [moved], acks, assignments, notes, forgotten] = packedPast;
  expect([acks, assignments, notes, forgotten]).toEqual([[acked], [assigned], [acked], 1]);
  expect({
    versions: { documents: DOCUMENTS_VERSION, events: EVENTS_VERSION, layout: LAYOUT_VERSION },
    event: placesIn(event, JSON.parse(encodeEvent(event)) as readonly unknown[]),
    labor: [
      ...single.map((part, index) => placesIn(parts[index] ?? {}, part)),
      [ack, closed].map((part, index) => placesIn(part, reopening?.[index] ?? [])).join(', '),
      placesIn(move, moved ?? []),
    ].join(' | '),
  }).toEqual(RECORDED);
});

test('what is stored is read back', () => {
  expect(decodeEvent(encodeEvent(eventDoc()))).toEqual(eventDoc());
  expect(decodeLabor(encodeLabor(CLOSED))).toEqual(CLOSED);
  expect(decodeLabor(encodeLabor(pastLabor()))).toEqual(pastLabor());
});
