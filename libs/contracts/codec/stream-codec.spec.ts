/** A second version of an entry: the first is still read, as today's entry, and written where it says the entry. */
import type { Instant, LaborId } from '#domain';
import { positionOf } from '../position.js';
import { labor, optional, text } from './fields.js';
import { streamCodec, type Reader } from './stream-codec.js';

interface Moved {
  readonly kind: 'Moved';
  readonly labor: LaborId;
  readonly reason: string | null;
  readonly stream: string;
  readonly recordedAt: Instant;
}

const recordedAt = '2026-01-31T10:00:00.000Z' as Instant;

/** Version 1 called the reason `why`, and always had one. */
const moved1: Reader<Moved, string> = (data, stream, at) => ({
  kind: 'Moved',
  labor: labor.read(data.labor, 'labor'),
  reason: text.read(data.why, 'why'),
  stream,
  recordedAt: at,
});

const codec = streamCodec<Moved, string, 'stream'>('a stream of moves', (stream) => stream, {
  Moved: {
    fields: { labor, reason: optional(text) },
    imply: (entry, stream) => {
      entry.stream = stream;
    },
    before: [
      {
        read: moved1,
        write: ({ labor: of, reason: why }) => (why === null ? null : JSON.stringify({ labor: of, why })),
      },
    ],
  },
});

function decode(version: number, data: object) {
  const envelope = { id: '00000000-0000-8000-8000-000000000001', stream: 's', revision: 0, position: positionOf(0n) };
  return codec.decode({ ...envelope, type: 'Moved', version, recordedAt, json: JSON.stringify(data) });
}

test('an older version is brought up to date by its reader, with that version’s fields', () => {
  const entry = { kind: 'Moved', labor: 'a~0', reason: 'scrapped', stream: 's', recordedAt };
  expect(decode(1, { labor: 'a~0', why: 'scrapped' })).toStrictEqual({ ok: true, entry });
  expect(decode(2, { labor: 'a~0', reason: 'scrapped' })).toStrictEqual({ ok: true, entry });
  expect(decode(1, { labor: 'a~0', reason: 'scrapped' })).toMatchObject({
    reason: expect.stringMatching(/version 1 is damaged: why is missing/) as string,
  });
  expect(decode(2, { labor: 'a~0', why: 'scrapped' })).toMatchObject({
    reason: expect.stringMatching(/"why" is no field/) as string,
  });
  expect(decode(3, {})).toMatchObject({
    reason: expect.stringMatching(/of version 1 to 2; use a newer one/) as string,
  });
});

test('the oldest version that says the entry is written, and the newest is described by its schema', () => {
  const { version, write, schema } = codec.entries.Moved;
  const entry = { kind: 'Moved', labor: 'a~0' as LaborId, reason: null, stream: 's', recordedAt } as const;
  expect(version).toBe(2);
  expect(write(entry)).toEqual({ version: 2, json: '{"labor":"a~0"}' });
  expect(write({ ...entry, reason: 'x' })).toEqual({ version: 1, json: '{"labor":"a~0","why":"x"}' });
  expect(schema).toMatchObject({ required: ['labor'], additionalProperties: false });
  expect(Object.keys(schema.properties as object)).toEqual(['labor', 'reason']);
});
