/** Bodies and answers in encodings: the same as without, bounded after decoding, and in time. */
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import {
  brotliCompressSync,
  brotliDecompressSync,
  createGunzip,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import { Body, Controller, Get, HttpCode, Module, Post, StreamableFile } from '@nestjs/common';
import type { Feed, Journal, Views } from '#ports';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { Tagged } from '../api/entity-tag.js';
import { Serves } from '../api/head-guard.js';
import type { PlatformLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { StreamedBody } from '../http/bodies.js';
import { NDJSON_MEDIA, TakesMedia } from '../http/media.js';
import { createApp, type App } from './create-app.js';

const MOST = 65_536;
const LARGE = 'large '.repeat(10_000);
const MIB = 1024 * 1024;

/** Bytes of streamed bodies that were read so far. */
let streamed = 0;
/** Writes another piece of the streamed answer. */
let more: ((piece: string | null) => void) | undefined;

@Controller('things')
@Needs('read')
class ThingsController {
  @Post()
  @HttpCode(201)
  echo(@Body() body: object): object {
    return { body };
  }

  @Post('lines')
  @HttpCode(200)
  @TakesMedia(NDJSON_MEDIA)
  async lines(@Body() body: StreamedBody): Promise<object> {
    for await (const chunk of body.chunks()) {
      streamed += chunk.length;
      if (streamed > 4 * MIB) break;
    }
    return { bytes: streamed };
  }

  @Get('large')
  @Tagged()
  large(): object {
    return { text: LARGE };
  }

  @Get('small')
  @Tagged()
  small(): object {
    return { text: 'small' };
  }

  @Get('pieces')
  @Serves(NDJSON_MEDIA)
  pieces(): StreamableFile {
    const pieces = new Readable({ read: () => undefined });
    more = (piece) => void pieces.push(piece);
    return new StreamableFile(pieces, { type: NDJSON_MEDIA });
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const ignore = (): void => undefined;
const errors: unknown[] = [];
const log: PlatformLog = { debug: ignore, info: ignore, warn: ignore, error: (...line) => errors.push(line) };

let app: App;
let origin: string;
beforeAll(async () => {
  app = await createApp({
    modules: [ThingsModule],
    useCases: [],
    settings: readSettings({ HERMES_PORT: '0', HERMES_MAX_BODY_BYTES: String(MOST) }),
    log,
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  origin = await app.listen();
});
beforeEach(() => {
  streamed = 0;
});
afterAll(async () => {
  await app.close();
  expect(errors).toEqual([]);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Whether the length is not announced. */
  readonly chunked?: boolean;
}

function open(path: string, { method = 'GET', headers = {}, body, chunked = false }: Asked): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/api/v1/things${path}`, { method, headers: { ...headers } });
    sent.on('response', resolve).on('error', reject);
    if (body !== undefined && chunked) sent.write(body.subarray(0, 10));
    sent.end(chunked ? body?.subarray(10) : body);
  });
}

async function ask(path: string, asked: Asked = {}): Promise<Answer> {
  const answer = await open(path, asked);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(chunks) };
}

function post(path: string, type: string, encoding: string, body: Buffer, chunked = false): Promise<Answer> {
  return ask(path, { method: 'POST', headers: { 'content-type': type, 'content-encoding': encoding }, body, chunked });
}

async function held(): Promise<string | undefined> {
  return /^hermes_http_held_bytes (\d+)$/m.exec(await (await fetch(`${origin}/metrics`)).text())?.[1];
}

const encoders = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const;
const decoders = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync } as const;

describe.each(encoders)('a body in %s', (encoding, encode) => {
  test.each([false, true])('is read as if it were not (chunked: %s)', async (chunked) => {
    const body = { text: 'x'.repeat(20_000) };
    const answer = await post('', 'application/json', encoding, encode(JSON.stringify(body)), chunked);
    expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([201, { body }]);
  });

  test.each([false, true])('of lines is read as it comes, whatever its length (chunked: %s)', async (chunked) => {
    const answer = await post('/lines', NDJSON_MEDIA, encoding, encode('\n'.repeat(4 * MIB)), chunked);
    expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([200, { bytes: 4 * MIB }]);
  });

  test.each([false, true])(
    'that becomes too large is 413, and costs no more than one that is (chunked: %s)',
    async (chunked) => {
      const bomb = encode(Buffer.alloc(16 * MIB, ' '));
      expect(bomb.length).toBeLessThan(MOST);
      const answer = await post('', 'application/json', encoding, bomb, chunked);
      expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([
        413,
        expect.objectContaining({ code: 'payload-too-large' }),
      ]);
      await until('nothing is held', async () => (await held()) === '0');
    },
  );

  test('of lines that nobody reads to its end is not decoded to its end', async () => {
    const answer = await post('/lines', NDJSON_MEDIA, encoding, encode(Buffer.alloc(32 * MIB, '\n')));
    expect(answer.status).toBe(200);
    expect(streamed).toBeLessThan(5 * MIB);
  });

  test.each(['', '/lines'])('that is none, or is cut, is refused (%s)', async (path) => {
    const type = path === '' ? 'application/json' : NDJSON_MEDIA;
    const whole = encode(JSON.stringify({ text: LARGE.slice(0, 9000) }));
    for (const body of [Buffer.from('{"text": "plain"}'), whole.subarray(0, -12)]) {
      const answer = await post(path, type, encoding, body);
      expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([
        400,
        expect.objectContaining({ code: 'malformed', detail: expect.stringContaining('Content-Encoding') as string }),
      ]);
    }
  });
});

test.each(['zstd', 'gzip, br', 'gzip, gzip', 'nothing'])(
  '%s is not taken, and the answer says what is',
  async (encoding) => {
    const answer = await post('', 'application/json', encoding, Buffer.from('{}'));
    expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'gzip, br, deflate']);
  },
);

test('a body without encoding may say so', async () => {
  expect((await post('', 'application/json', 'identity', Buffer.from('{}'))).status).toBe(201);
});

describe.each(['gzip', 'deflate', 'br'] as const)('an answer in %s', (encoding) => {
  const headers = { 'accept-encoding': encoding };

  test('is the same, says how it comes, and has a tag of its own', async () => {
    const plain = await ask('/large');
    const answer = await ask('/large', { headers });
    expect(decoders[encoding](answer.bytes).toString()).toBe(plain.bytes.toString());
    expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 10);
    expect(answer.headers).toMatchObject({
      'content-encoding': encoding,
      'content-length': String(answer.bytes.length),
      'content-type': 'application/json; charset=utf-8',
      vary: 'accept-encoding',
      etag: plain.headers.etag?.replace(/"$/, `.${encoding}"`),
    });
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'accept-encoding']);
  });

  test('is not sent again to who has it, in whichever encoding', async () => {
    const { etag = '' } = (await ask('/large', { headers })).headers;
    for (const asked of [headers, {}]) {
      const again = await ask('/large', { headers: { ...asked, 'if-none-match': `"x", ${etag}` } });
      expect([again.status, again.headers.etag, again.bytes.length]).toEqual([304, etag, 0]);
    }
  });

  test('has the head of its GET where only that is asked for', async () => {
    const { headers: whole } = await ask('/large', { headers });
    const head = await ask('/large', { method: 'HEAD', headers });
    for (const name of ['content-encoding', 'content-length', 'etag', 'vary'])
      expect([name, head.headers[name]]).toEqual([name, whole[name]]);
    expect(head.bytes.length).toBe(0);
  });

  test('is left as it is where it is small', async () => {
    const answer = await ask('/small', { headers });
    expect([answer.headers['content-encoding'], JSON.parse(answer.bytes.toString())]).toEqual([
      undefined,
      { text: 'small' },
    ]);
  });
});

test('what is streamed comes as it is written, and an end that is none is none', async () => {
  const opened = open('/pieces', { headers: { 'accept-encoding': 'gzip' } });
  await until('it is asked for', () => more !== undefined);
  more?.('one\n');
  const answer = await opened;
  expect(answer.headers['content-encoding']).toBe('gzip');
  let text = '';
  const decoder = createGunzip();
  decoder.on('data', (chunk: Buffer) => (text += chunk.toString()));
  answer.pipe(decoder);
  await until('the first has come', () => text === 'one\n');
  more?.('two\n');
  await until('the second has come', () => text === 'one\ntwo\n');
  const ended = new Promise((resolve) => decoder.once('end', resolve));
  more?.(null);
  await ended;
  expect(text).toBe('one\ntwo\n');
});
