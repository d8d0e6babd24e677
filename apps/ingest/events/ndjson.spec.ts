/** NDJSON as it comes over the wire: cut anywhere, with lines of any kind, batched and counted. */
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { EventReport } from '#contracts';
import { Lines, MAX_LINE_BYTES } from '../streams/lines.js';
import { MAX_LINE_ERRORS } from '../streams/line-reader.js';
import { NdjsonReader } from './ndjson.js';

const clock = { nowMs: () => Date.parse('2026-01-31T12:00:00Z') };

function linesOf(chunks: readonly Buffer[]): readonly (readonly [number: number, text: string | null])[] {
  const lines = new Lines();
  const found: [number, string | null][] = [];
  const take = ({ number, bytes }: { readonly number: number; readonly bytes: Uint8Array | null }) =>
    found.push([number, bytes === null ? null : Buffer.from(bytes).toString()]);
  for (const chunk of chunks) for (const line of lines.take(chunk)) take(line);
  for (const line of lines.end()) take(line);
  return found;
}

async function* given(...chunks: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function read(reader: NdjsonReader, chunks: AsyncIterable<Buffer>): Promise<readonly (readonly EventReport[])[]> {
  const batches: (readonly EventReport[])[] = [];
  for await (const batch of reader.batches(chunks)) batches.push(batch);
  return batches;
}

const event = (host: string) => JSON.stringify({ host, type: 'disk-full' });

test('wherever the bytes are cut, the lines are the same', () => {
  const text = fc.array(
    fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 10 }), (all, cuts) => {
      const bytes = Buffer.from(all.join('\n'));
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
      const last = all.at(-1) === '' ? all.slice(0, -1) : all;
      expect(linesOf(chunks)).toEqual(last.map((line, index) => [index + 1, line]));
    }),
  );
});

test('a line that is too long is not kept, whatever pieces it comes in, and the lines after it are read', () => {
  const long = Buffer.alloc(MAX_LINE_BYTES + 1, 'x');
  const just = Buffer.alloc(MAX_LINE_BYTES, 'y');
  const end = Buffer.from('\n');
  const whole = [Buffer.concat([long, end, just, end]), Buffer.from('z')];
  const pieces = [
    long.subarray(0, 7),
    long.subarray(7),
    long,
    end,
    just.subarray(0, 9),
    just.subarray(9),
    end,
    Buffer.from('z'),
  ];
  for (const chunks of [whole, pieces]) {
    const found = linesOf(chunks);
    expect(found.map(([number, text]) => [number, text?.length])).toEqual([
      [1, undefined],
      [2, MAX_LINE_BYTES],
      [3, 1],
    ]);
  }
  expect(linesOf([long])).toEqual([[1, null]]);
});

test('a batch ends with 500 lines or 256 KiB; paths are the numbers of lines', async () => {
  const many = `${event('a')}\n`.repeat(1200);
  const byLines = await read(new NdjsonReader(clock), given(many));
  expect(byLines.map((batch) => batch.length)).toEqual([500, 500, 200]);
  expect(byLines.flat().map(({ path }) => path)).toEqual(Array.from({ length: 1200 }, (_, nth) => String(nth + 1)));
  const large = `${JSON.stringify({ host: 'a', type: 'disk-full', note: 'x'.repeat(4000) })}\n`.repeat(100);
  const byBytes = await read(new NdjsonReader(clock), given(large));
  expect(byBytes.map((batch) => batch.length)).toEqual([65, 35]);
});

test('good lines are not kept waiting for those that do not come', async () => {
  let end = (): void => undefined;
  async function* slow(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${event('a')}\n${event('b').slice(0, 9)}`);
    await new Promise<void>((resolve) => (end = resolve));
    yield Buffer.from(event('b').slice(9));
  }
  const batches = new NdjsonReader(clock).batches(slow());
  expect((await batches.next()).value).toMatchObject([{ host: 'a' }]);
  const second = batches.next();
  end();
  expect((await second).value).toMatchObject([{ host: 'b', path: '2' }]);
  expect((await batches.next()).done).toBe(true);
});

test('where the sender goes away, whole lines are given, the broken one is not, and the failure is handed on', async () => {
  async function* gone(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${event('a')}\n${event('b')}`);
    throw new Error('gone');
  }
  const batches: unknown[] = [];
  const reading = (async () => {
    for await (const batch of new NdjsonReader(clock).batches(gone())) batches.push(batch);
  })();
  await expect(reading).rejects.toThrow('gone');
  expect(batches).toMatchObject([[{ host: 'a' }]]);
});

describe('when the process stops', () => {
  const alone = { idle: () => undefined, busy: () => Promise.resolve() };

  test('what has come is read, then reading ends at the last whole line', async () => {
    const stopping = new AbortController();
    async function* silent(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${event('a')}\n`);
      stopping.abort();
      yield Buffer.from(`${event('b')}\n${event('c').slice(0, 9)}`);
      await new Promise(() => undefined);
    }
    const reader = new NdjsonReader(clock, alone, stopping.signal);
    expect((await read(reader, silent())).flat()).toMatchObject([{ host: 'a' }, { host: 'b' }]);
    expect(reader.stoppedAt).toBe(2);
  });

  test('a body that ends in time is read to its end', async () => {
    const reader = new NdjsonReader(clock, alone, AbortSignal.abort());
    expect((await read(reader, given(`${event('a')}\n`, event('b')))).flat()).toHaveLength(2);
    expect(reader.stoppedAt).toBeNull();
  });

  test('one of which something comes all the time is read for some seconds more', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        await turn();
        yield Buffer.from('\n');
      }
    }
    const reader = new NdjsonReader(clock, alone, AbortSignal.abort());
    await read(reader, endless());
    expect(reader.stoppedAt).toBeGreaterThan(0);
  }, 30_000);
});

test('a reader that stops early does not wait for the next bytes', async () => {
  async function* silent(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${event('a')}\n`);
    await new Promise(() => undefined);
  }
  for await (const batch of new NdjsonReader(clock).batches(silent())) {
    expect(batch).toHaveLength(1);
    break;
  }
});

test('bad lines are reported, each with its first faults; blank lines are not bad', async () => {
  const reader = new NdjsonReader(clock);
  const bad = [
    '{"host": ',
    Buffer.from([0x22, 0xff, 0x22]),
    '{"host": "a", "type": "disk-full", "constructor": 1}',
    `${'['.repeat(20)}${']'.repeat(20)}`,
    '{"host": "-", "type": "disk-full", "colour": 1}',
    '7',
    '{"type": "disk-full", "hosts": ["a"]}',
    '{"host": "a", "type": "disk-full", "note": "\\ud800"}',
  ];
  const chunks = bad.flatMap((line) => [line, '\r\n', ' \t\r\n']);
  expect(await read(reader, given(...chunks))).toEqual([]);
  expect(reader.rejected).toBe(bad.length);
  expect(reader.errors.map(({ line, code }) => [line, code])).toEqual([
    [1, 'malformed'],
    [3, 'malformed'],
    [5, 'validation-failed'],
    [7, 'malformed'],
    [9, 'validation-failed'],
    [11, 'validation-failed'],
    [13, 'validation-failed'],
    [15, 'malformed'],
  ]);
  expect(reader.errors[0]!.detail).toMatch(/^the line is not JSON/);
  expect(reader.errors[4]!.detail).toMatch(/^host: .*; colour: "colour" is no field of an event$/);
});

test('of many bad lines the first are reported, all are counted', async () => {
  const reader = new NdjsonReader(clock);
  await read(reader, given('x\n'.repeat(250)));
  expect([reader.rejected, reader.errors.length, reader.errors.at(-1)?.line]).toEqual([250, MAX_LINE_ERRORS, 100]);
});
