/** Content encodings (RFC 9110, 8.4) that bodies may come in and answers may leave in. */
import {
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createGunzip,
  createGzip,
  createInflate,
} from 'node:zlib';
import type { Transform } from 'node:stream';

/** In the order in which answers prefer them, where a request does not say: gzip costs the least memory. */
export const ENCODINGS = ['gzip', 'br', 'deflate'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** As `Accept-Encoding` of an answer says them. */
export const TAKEN_ENCODINGS = ENCODINGS.join(', ');

/** Both middling: more costs much time for little. */
const DEFLATE_LEVEL = 4;
const BROTLI_QUALITY = 4;
/** Of brotli's window, in bits: with the largest one each answer would take megabytes while it is made. */
const BROTLI_WINDOW = 17;

/** The encoding of a body: null where it has none, undefined where it is not taken. */
export function encodingOf(header: string | undefined): Encoding | null | undefined {
  const name = header?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return null;
  const known = name === 'x-gzip' ? 'gzip' : name;
  return ENCODINGS.find((encoding) => encoding === known);
}

/** What any decoder takes before its first byte: its own state, and a piece of what comes out. */
export const DECODER_BYTES = 65_536;
/** Of brotli's prefix codes: 256 trees of each of its three kinds. */
const BROTLI_CODES_BYTES = 3 * 1_048_576;

/** What a decoder may take beyond {@link DECODER_BYTES}, by the first byte of the body: of brotli the window (RFC 7932, 9.1), up to 16 MiB. */
export function windowBytes(encoding: Encoding, first: number): number {
  return encoding === 'br' ? 2 ** brotliWindowBits(first) + BROTLI_CODES_BYTES : 0;
}

/** From 10 to 24. A code that is reserved makes no window: the decoder refuses it. */
function brotliWindowBits(first: number): number {
  const high = (first >> 1) & 7;
  const low = (first >> 4) & 7;
  if ((first & 1) === 0) return 16;
  if (high > 0) return 17 + high;
  return low === 0 ? 17 : 8 + low;
}

/** What takes an encoding away. */
export function decoderOf(encoding: Encoding): Transform {
  switch (encoding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
  }
}

/** What puts it on. `flushes`: whatever is written comes out at once. */
export function encoderOf(encoding: Encoding, flushes: boolean): Transform {
  const { Z_SYNC_FLUSH, Z_NO_FLUSH, BROTLI_OPERATION_FLUSH, BROTLI_OPERATION_PROCESS } = constants;
  const deflate = { level: DEFLATE_LEVEL, flush: flushes ? Z_SYNC_FLUSH : Z_NO_FLUSH };
  switch (encoding) {
    case 'gzip':
      return createGzip(deflate);
    case 'deflate':
      return createDeflate(deflate);
    case 'br':
      return createBrotliCompress({
        flush: flushes ? BROTLI_OPERATION_FLUSH : BROTLI_OPERATION_PROCESS,
        params: {
          [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW,
        },
      });
  }
}

/** The encoding that `Accept-Encoding` weighs most (RFC 9110, 12.5.3); null: none. No header asks for none. */
export function chooseEncoding(accept: string | undefined): Encoding | null {
  if (accept === undefined) return null;
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    weights.set(name === 'x-gzip' ? 'gzip' : name, quality >= 0 && quality <= 1 ? quality : 0);
  }
  const anything = weights.get('*') ?? 0;
  let chosen: Encoding | null = null;
  let best = weights.get('identity') ?? 0;
  for (const encoding of ENCODINGS) {
    const quality = weights.get(encoding) ?? anything;
    if (quality === 0 || quality < best || (chosen !== null && quality === best)) continue;
    chosen = encoding;
    best = quality;
  }
  return chosen;
}
