/** Decoders in sum: what they may take is counted while their bodies come, too much is 503, and however a request ends, it is free again. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Body, Controller, Post } from '@nestjs/common';
import { Needs } from '../api/access/guard.js';
import { StreamedBody } from '../http/bodies.js';
import { JSON_MEDIA, NDJSON_MEDIA, TakesMedia } from '../http/media.js';
import { eventually } from '../../testing/until.js';
import { served } from './testing-app.js';
import { chunked, PATH, wireFrom, type Wire } from './testing-wire.js';

const MIB = 1_048_576;
/** Of any decoder, and of one with the largest window. */
const BASE = 65_536;
const LARGEST = BASE + 19 * MIB;

/** Lets the answer go that does not wait for its body. */
const gate: { open?: () => void } = {};

@Controller('things')
@Needs('report')
class ThingsController {
  @Post()
  @TakesMedia(JSON_MEDIA, NDJSON_MEDIA)
  async take(@Body() body: unknown): Promise<object> {
    let bytes = 0;
    if (body instanceof StreamedBody) for await (const chunk of body.chunks()) bytes += chunk.length;
    return { bytes };
  }

  @Post('full')
  @TakesMedia(NDJSON_MEDIA)
  async full(): Promise<object> {
    await new Promise<void>((resolve) => (gate.open = resolve));
    return { full: true };
  }
}

const server = served(ThingsController, {
  adjust: (settings) => ({ ...settings, limits: { ...settings.limits, decoderBytes: 40 * MIB } }),
});

const brotli = (bits: number): Buffer =>
  brotliCompressSync('"text"'.padEnd(1000), { params: { [constants.BROTLI_PARAM_LGWIN]: bits } });

interface Sent {
  readonly path?: string;
  readonly media?: string;
  readonly encoding?: string;
  readonly address?: string;
}

/** Sends a body as a chunk, and not its end. */
function begin(
  body: Buffer,
  { path = PATH, media = NDJSON_MEDIA, encoding = 'br', address = '127.0.0.1' }: Sent = {},
): Wire {
  const head = chunked(path).replace(JSON_MEDIA, `${media}\r\nContent-Encoding: ${encoding}`);
  const wire = wireFrom(address, server.origin, head);
  wire.socket.write(`${body.length.toString(16)}\r\n`);
  wire.socket.write(body);
  wire.socket.write('\r\n');
  return wire;
}

async function untilTaken(bytes: number): Promise<void> {
  await eventually(`${bytes} bytes are taken`, async () => {
    expect(await server.figure('hermes_http_decoder_bytes')).toBe(bytes);
  });
}

async function expectRefused(wire: Wire): Promise<void> {
  const answer = await wire.said(/"overloaded"[^]*\}$/);
  expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1\r\n/i);
  expect(answer).toContain('send it as gzip, or again later');
}

test.each([NDJSON_MEDIA, JSON_MEDIA])(
  'of bodies in brotli (%s) a few are decoded at once, of one holder fewer; who is refused takes nothing, also where it stays',
  async (media) => {
    const wires = [begin(brotli(24), { media })];
    await untilTaken(LARGEST);
    for (let nth = 0; nth < 4; nth += 1) {
      wires.push(begin(brotli(24), { media }));
      await expectRefused(wires.at(-1)!);
    }
    await untilTaken(LARGEST);
    // smaller windows, and gzip, have room beside it
    wires.push(begin(brotli(22), { media }), begin(gzipSync('"text"'), { media, encoding: 'gzip' }));
    await untilTaken(LARGEST + BASE + 7 * MIB + BASE);
    wires[5]!.socket.destroy();
    wires.push(begin(brotli(24), { media, address: '127.0.0.2' }));
    await untilTaken(2 * LARGEST + BASE);
    for (const { socket } of wires) socket.destroy();
    await untilTaken(0);
  },
);

test('a body that is answered before its end is decoded no further, and its decoder closed, where its sender stays', async () => {
  const wire = begin(brotli(24), { path: `${PATH}/full` });
  await untilTaken(LARGEST);
  gate.open?.();
  await wire.said(/"full"/);
  await untilTaken(0);
  expect(wire.socket.destroyed).toBe(false);
  wire.socket.destroy();
});

test('decoders count before the first byte of their bodies has come', async () => {
  const head = chunked(PATH).replace(JSON_MEDIA, `${NDJSON_MEDIA}\r\nContent-Encoding: gzip`);
  const { socket } = wireFrom('127.0.0.1', server.origin, head);
  await untilTaken(BASE);
  socket.destroy();
  await untilTaken(0);
});
