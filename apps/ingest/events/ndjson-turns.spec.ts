/** However many lines a stream has, of whatever kind, and however its bytes come: others have their turn while it is read. */
import { jest } from '@jest/globals';
import { mostInATurn, turnsOf } from '../../../libs/testing/turns.js';
import { NdjsonReader } from './ndjson.js';

const READ_BYTES = 65_536;
const MIB = 1024 * 1024;

afterEach(() => {
  jest.restoreAllMocks();
});

/** Chunks that have all come. */
async function* cut(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += READ_BYTES) yield bytes.subarray(from, from + READ_BYTES);
}

/** How many events are in them. */
async function read(reader: NdjsonReader, chunks: AsyncIterable<Buffer>): Promise<number> {
  let events = 0;
  for await (const batch of reader.batches(chunks)) events += batch.length;
  return events;
}

const kinds: readonly (readonly [what: string, line: string, events: number])[] = [
  ['events', '{"host":"a","type":"disk-full"}\n', 1],
  ['no events', '{"a":1}\n', 0],
];

test.each(kinds)(
  'of eight streams of lines that are %s, a few hundred lines are read in one turn',
  async (_, line, events) => {
    let nowMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const clock = { nowMs: () => (nowMs += 0.1) };
    const all = 8;
    const lines = 5000;
    const reads: number[] = [];
    const most = await mostInATurn(
      () => nowMs * 10,
      () =>
        Promise.all(
          Array.from({ length: all }, async () => {
            reads.push(await read(new NdjsonReader(clock), cut(Buffer.from(line.repeat(lines)))));
          }),
        ),
    );
    expect([reads, Math.round(nowMs * 10)]).toEqual([Array(all).fill(lines * events), all * lines]);
    expect(most).toBeLessThan(1000);
  },
);

const bodies: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['blank lines', Buffer.alloc(MIB / 2, '\n')],
  ['lines that are no JSON', Buffer.alloc(8192, 'x\n')],
];

test.each(bodies)(
  'four streams of %s hold up nobody',
  async (_, bytes) => {
    const clock = { nowMs: () => 0 };
    const streams = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 4 }, () => read(new NdjsonReader(clock), cut(bytes))));
    expect(await turnsOf(streams)).toBe('in turns');
  },
  60_000,
);
