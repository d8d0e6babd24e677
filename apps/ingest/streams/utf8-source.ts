/**
 * Text as it comes over the wire, made UTF-8: it is that already, with or without a byte order mark, or UTF-16 of either order
 * with one. The mark is left out. What is no text stays none: it becomes bytes that are not UTF-8.
 */

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LITTLE_ENDIAN_MARK = Buffer.from([0xff, 0xfe]);
const BIG_ENDIAN_MARK = Buffer.from([0xfe, 0xff]);

const NOTHING = Buffer.alloc(0);
const NOT_UTF8 = Buffer.from([0xff]);

/** In a regular expression for whole characters, this is half of one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export type TextEncoding = 'UTF-8' | 'UTF-16';

export class Utf8Source {
  /** Known once the first three bytes have come. */
  encoding: TextEncoding | undefined;
  private isBigEndian = false;
  /** What has come of a mark or a character whose end has not. */
  private rest: Buffer = NOTHING;

  take(chunk: Buffer): Buffer {
    return this.read(this.joined(chunk), false);
  }

  /** What is left when the last chunk has come. */
  end(): Buffer {
    return this.read(this.joined(NOTHING), true);
  }

  private joined(chunk: Buffer): Buffer {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = NOTHING;
    return bytes;
  }

  private read(bytes: Buffer, isEnd: boolean): Buffer {
    if (this.encoding === 'UTF-8') return bytes;
    if (this.encoding === 'UTF-16') return this.fromUtf16(bytes, isEnd);
    if (bytes.length < UTF8_MARK.length && !isEnd) {
      this.rest = Buffer.from(bytes);
      return NOTHING;
    }
    this.isBigEndian = startsWith(bytes, BIG_ENDIAN_MARK);
    this.encoding = this.isBigEndian || startsWith(bytes, LITTLE_ENDIAN_MARK) ? 'UTF-16' : 'UTF-8';
    if (this.encoding === 'UTF-16') return this.fromUtf16(bytes.subarray(BIG_ENDIAN_MARK.length), isEnd);
    return startsWith(bytes, UTF8_MARK) ? bytes.subarray(UTF8_MARK.length) : bytes;
  }

  private fromUtf16(bytes: Buffer, isEnd: boolean): Buffer {
    const units = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
    if (this.isBigEndian) units.swap16();
    const last = units.length === 0 ? 0 : units.readUInt16LE(units.length - 2);
    const isHalf = last >= 0xd800 && last <= 0xdbff;
    const whole = isHalf && !isEnd ? units.length - 2 : units.length;
    const utf8 = utf8Of(units.toString('utf16le', 0, whole));
    const rest = bytes.subarray(whole);
    if (isEnd) return rest.length === 0 ? utf8 : Buffer.concat([utf8, NOT_UTF8]);
    this.rest = Buffer.from(rest);
    return utf8;
  }
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}

function utf8Of(text: string): Buffer {
  if (!LONE_SURROGATE.test(text)) return Buffer.from(text);
  const [first = '', ...others] = text.split(LONE_SURROGATE);
  return Buffer.concat([Buffer.from(first), ...others.flatMap((piece) => [NOT_UTF8, Buffer.from(piece)])]);
}
