/** CSV as it comes (RFC 4180), cut into rows: UTF-8 with or without a byte order mark, or UTF-16 with one. */
import { isUtf8 } from 'node:buffer';
import { finished } from 'node:stream/promises';
import { Parser, type CsvError, type Info } from 'csv-parse';
import { MAX_LINE_BYTES, type LineSource } from './lines.js';
import { Utf8Source } from './utf8-source.js';

/** `number`: of the line in which it ends, from 1. */
export type CsvRow =
  /** `notText`: why a cell is none, where the bytes of one are not. */
  | { readonly number: number; readonly cells: readonly string[]; readonly notText?: string; readonly bytes: number }
  | { readonly number: number; readonly fault: string; readonly isLast: false; readonly first: string | undefined }
  | UnreadableRow;

/** Nothing after it can be read, since it is not known where it ends. `number`: of the line where that begins. */
interface UnreadableRow {
  readonly number: number;
  readonly fault: string;
  readonly isLast: true;
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
  /** All that stands since the row before, and the first byte of what ends it; of what ends a blank line, the first byte. */
  readonly raw: string;
}

interface Unreadable {
  readonly isTooLong: boolean;
  /** How many rows stand before it. */
  readonly after: number;
  /** As that of a row, up to where it cannot be read. */
  readonly raw: string;
}

const NOT_ASCII = /[\x80-\xff]/;

/** Each row may end as it likes: guessed from the first one, another end would be part of a cell. */
const ROW_ENDS = ['\r\n', '\n', '\r'];

const WRONG_QUOTE =
  'a quote that opens in it is none of CSV: a cell with quotes stands in quotes as a whole, with each quote in it doubled';
const TOO_LONG = 'the row that begins in it has more than 1 MiB';
const TOO_LONG_IN_QUOTES =
  'the cell whose quote opens in it has no end within 1 MiB: a closing quote is missing, or the row is too long';

export class CsvRows implements LineSource<CsvRow> {
  count = 0;
  private readonly parser: Parser;
  private readonly text = new Utf8Source();
  /** What ends the reading. */
  private last: Unreadable | undefined;
  private rowsRead = 0;
  /** Cells of the first row, and so of each. */
  private width: number | undefined;
  private bytes = 0;
  private rowsEnd = 0;

  constructor() {
    this.parser = new Parser({
      // each byte is a character here, so that cells are known by their bytes
      ...{ encoding: 'latin1', info: true, raw: true, skip_empty_lines: true, max_record_size: MAX_LINE_BYTES },
      // lengths are compared here: the parser makes an error of a third of a millisecond of each other one
      ...{ relax_column_count: true, record_delimiter: ROW_ENDS },
      ...{
        skip_records_with_error: true,
        on_skip: (error?: CsvError, raw?: string) => {
          if (error !== undefined) this.unreadable(error, raw ?? '');
        },
      },
    });
  }

  *take(chunk: Buffer): Generator<CsvRow, void> {
    // it parses at once, and keeps the rows until they are read
    this.write(this.text.take(chunk));
    yield* this.rows();
  }

  async end(): Promise<Generator<CsvRow, void>> {
    this.write(this.text.end());
    this.parser.end();
    await finished(this.parser, { readable: false });
    return this.rows();
  }

  /** Of a row whose end has not come. */
  get kept(): number {
    return Math.max(0, this.bytes - this.rowsEnd);
  }

  /** The parser's own memory grows and shrinks with its rows. */
  shrink(): void {
    return undefined;
  }

  private write(utf8: Buffer): void {
    this.bytes += utf8.length;
    if (utf8.length > 0) this.parser.write(utf8);
  }

  private *rows(): Generator<CsvRow, void> {
    while (this.last === undefined || this.rowsRead < this.last.after) {
      const parsed = this.parser.read() as Parsed | null;
      if (parsed === null) return;
      this.rowsRead += 1;
      yield this.row(parsed);
    }
    if (this.rowsRead > this.last.after) return;
    this.rowsRead += 1;
    yield unreadableRow(this.last, this.count + 1);
  }

  private row({ record, raw, info }: Parsed): CsvRow {
    const ended = lineEnds(raw);
    this.count += /[\r\n]$/.test(raw) ? ended : ended + 1;
    const number = this.count;
    const bytes = info.bytes - this.rowsEnd;
    this.rowsEnd = info.bytes;
    this.width ??= record.length;
    const { cells, isText } = textsOf(record);
    if (record.length !== this.width)
      return { number, fault: 'it has not as many cells as the header', isLast: false, first: cells[0] };
    return { number, cells, ...(isText ? {} : { notText: `it is not ${this.text.encoding ?? 'UTF-8'}` }), bytes };
  }

  private unreadable({ code }: CsvError, raw: string): void {
    // the parser goes on, but what it finds from here on means nothing
    this.last ??= { isTooLong: code === 'CSV_MAX_RECORD_SIZE', after: this.parser.info.records, raw };
  }
}

/** `from`: the line with which `raw` begins. */
function unreadableRow({ isTooLong, raw }: Unreadable, from: number): UnreadableRow {
  const { quote, isOpen } = lastQuote(raw);
  if (!isTooLong) return { number: from + quote, fault: WRONG_QUOTE, isLast: true };
  if (isOpen) return { number: from + quote, fault: TOO_LONG_IN_QUOTES, isLast: true };
  return { number: from + blankLines(raw), fault: TOO_LONG, isLast: true };
}

/** How many lines of `raw` end before the last quote that opens a cell, or that stands in one without; and whether its cell has no end. */
function lastQuote(raw: string): { readonly quote: number; readonly isOpen: boolean } {
  let at = 0;
  let isOpen = false;
  for (let next = raw.indexOf('"'); next >= 0; next = raw.indexOf('"', next + 1)) {
    if (!isOpen) {
      at = next;
      isOpen = next === 0 || ',\r\n'.includes(raw.charAt(next - 1));
    } else if (raw.charAt(next + 1) === '"') next += 1;
    else isOpen = false;
  }
  return { quote: lineEnds(raw.slice(0, at)), isOpen };
}

/** Before the first row of `raw`; its parser leaves one byte of each. */
function blankLines(raw: string): number {
  return Math.max(0, raw.search(/[^\r\n]/));
}

function lineEnds(raw: string): number {
  const blank = blankLines(raw);
  return blank + (raw.slice(blank).match(/\r\n|\r|\n/g)?.length ?? 0);
}

/** Cells of which each character is a byte, as texts; what of them is not UTF-8, as replacement characters. */
function textsOf(record: readonly string[]): { readonly cells: readonly string[]; readonly isText: boolean } {
  let isText = true;
  const cells = record.map((cell) => {
    if (!NOT_ASCII.test(cell)) return cell;
    const bytes = Buffer.from(cell, 'latin1');
    isText &&= isUtf8(bytes);
    return bytes.toString();
  });
  return { cells, isText };
}
