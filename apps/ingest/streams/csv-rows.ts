/** CSV as it comes (RFC 4180), cut into rows: UTF-8 with or without a byte order mark, or UTF-16 with one. */
import { finished } from 'node:stream/promises';
import { Parser, type CsvError, type Info } from 'csv-parse';
import { MAX_LINE_BYTES, type LineSource } from './lines.js';

/** `number`: of the line in which it ends, from 1. */
export type CsvRow =
  | { readonly number: number; readonly cells: readonly string[]; readonly bytes: number }
  /** `isLast`: nothing after it can be read, since it is not known where it ends. `first`: its first cell, where it has one. */
  | { readonly number: number; readonly fault: string; readonly isLast: boolean; readonly first: string | undefined };

interface Parsed {
  readonly record: readonly string[];
  readonly info: Info;
}

/** Each row may end as it likes: guessed from the first one, another end would be part of a cell. */
const ROW_ENDS = ['\r\n', '\n', '\r'];

export class CsvRows implements LineSource<CsvRow> {
  count = 0;
  private readonly parser: Parser;
  private readonly faults: (CsvRow & { readonly fault: string })[] = [];
  /** Cells of the first row, and so of each. */
  private width: number | undefined;
  private bytes = 0;
  private rowsEnd = 0;

  constructor() {
    this.parser = new Parser({
      ...{ bom: true, info: true, skip_empty_lines: true, max_record_size: MAX_LINE_BYTES },
      // lengths are compared here: the parser makes an error of a third of a millisecond of each other one
      ...{ relax_column_count: true, record_delimiter: ROW_ENDS },
      ...{
        skip_records_with_error: true,
        on_skip: (error?: CsvError) => {
          this.skipped(error);
        },
      },
    });
  }

  *take(chunk: Buffer): Generator<CsvRow, void> {
    this.bytes += chunk.length;
    // it parses at once, and keeps the rows until they are read
    this.parser.write(chunk);
    yield* this.rows();
  }

  async end(): Promise<Generator<CsvRow, void>> {
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

  private *rows(): Generator<CsvRow, void> {
    const last = this.faults.find((fault) => 'isLast' in fault && fault.isLast);
    for (let row = this.next(); row !== null; row = this.next()) {
      const { lines: number, bytes } = row.info;
      if (last !== undefined && number >= last.number) break;
      this.count = number;
      this.width ??= row.record.length;
      if (row.record.length === this.width) yield { number, cells: row.record, bytes: bytes - this.rowsEnd };
      else yield { number, fault: 'it has not as many cells as the header', isLast: false, first: row.record[0] };
      this.rowsEnd = bytes;
    }
    yield* this.faults.splice(0);
  }

  private next(): Parsed | null {
    return this.parser.read() as Parsed | null;
  }

  private skipped(error: CsvError | undefined): undefined {
    if (error === undefined) return;
    const number = Number(error['lines'] ?? this.count + 1);
    const fault =
      'it is no CSV from here on: a cell with quotes stands in quotes as a whole, with each quote in it doubled, and a row ends within 1 MiB';
    this.faults.push({ number, fault, isLast: true, first: undefined });
  }
}
