/** The stored form of documents: fields are stored by their place, so a change of it would garble the views of yesterday. */
import { DOCUMENTS_VERSION, EVENTS_VERSION } from '#contracts';
import { closedLabor, eventDoc, laborDoc } from '#testing';
import { decodeEvent, decodeLabor, encodeEvent, encodeLabor } from './documents.js';
import { LAYOUT_VERSION } from './layout.js';

/** Where one of these differs from what was recorded, raise the version that it stands under, and record it again. */
const RECORDED = {
  versions: { documents: 9, events: 4, layout: 10 },
  event:
    'id host revision position type category state key at recordedAt by principal note attributes data quest late duplicate redacted',
  labor:
    'id host type state quest chain ack notes assignee assignment reopened actors occurrences lastSeen overflow position' +
    ' | event position at recordedAt by principal note fate catalogueRevision redacted' +
    ' | event type position at recordedAt by principal note fate catalogueRevision redacted' +
    ' | absorbed',
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

test('the stored form is the one recorded for these versions', () => {
  const event = distinct(eventDoc());
  const opened = distinct(CLOSED.opened);
  const closed = distinct(CLOSED.closed ?? {});
  const { opened: _, closed: __, absorbed: ___, ...own } = distinct({ ...CLOSED, opened: null, closed: null });
  const absorbed = 7n;
  const values = JSON.parse(
    encodeLabor({ ...own, opened, closed, absorbed: [absorbed] } as never),
  ) as readonly (readonly unknown[])[];
  expect({
    versions: { documents: DOCUMENTS_VERSION, events: EVENTS_VERSION, layout: LAYOUT_VERSION },
    event: placesIn(event, JSON.parse(encodeEvent(event)) as readonly unknown[]),
    labor: values.map((part, index) => placesIn([own, opened, closed, { absorbed }][index] ?? {}, part)).join(' | '),
  }).toEqual(RECORDED);
});

test('what is stored is read back', () => {
  expect(decodeEvent(encodeEvent(eventDoc()))).toEqual(eventDoc());
  expect(decodeLabor(encodeLabor(CLOSED))).toEqual(CLOSED);
});
