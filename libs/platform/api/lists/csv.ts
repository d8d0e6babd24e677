/**
 * Rows as CSV (RFC 4180): commas, quotes only where they are needed, CRLF after every row, UTF-8 without a byte order mark
 * unless a spreadsheet is asked for. No text begins a formula, wherever a spreadsheet parts it; numbers stay numbers.
 */
import { stringify, type Options } from 'csv-stringify/sync';
import { formulaFree } from './formula-free.js';

/** Null is an empty cell. */
export type Cell = string | number | bigint | boolean | null;
/** What each column shows of an item, by its name in the header row, in their order. */
export type Columns<T> = Readonly<Record<string, (item: T) => Cell>>;

/** The fields of `T` that are cells as they are. */
type CellField<T> = { [Name in keyof T]: T[Name] extends Cell ? Name : never }[keyof T] & string;

/** Columns that show the fields of the same names. */
export function columnsOf<T>(...fields: readonly CellField<T>[]): Columns<T> {
  return Object.fromEntries(fields.map((field) => [field, (item: T) => item[field] as Cell]));
}

/** How rows are written. `excel` begins with a byte order mark, and its instants are dates that sort as such. */
export type Dialect = 'plain' | 'excel';

/** Of instants, the names of their columns. */
export interface CsvTable<T> {
  readonly columns: Columns<T>;
  readonly instants: readonly string[];
}

const BYTE_ORDER_MARK = '\ufeff';

const OPTIONS: Options = {
  record_delimiter: 'windows',
  // every kind of line end within a cell, not only this one
  quote_record_delimiter: true,
  cast: { boolean: String, string: formulaFree },
};

/** The header row. */
export function csvHeader<T>({ columns }: CsvTable<T>, dialect: Dialect): string {
  return (dialect === 'excel' ? BYTE_ORDER_MARK : '') + stringify([Object.keys(columns)], OPTIONS);
}

/** One row per item; no text for no items. */
export function csvRows<T>({ columns, instants }: CsvTable<T>, items: readonly T[], dialect: Dialect): string {
  const cells = Object.entries(columns).map(([name, cell]) =>
    dialect === 'excel' && instants.includes(name) ? (item: T) => excelTime(cell(item)) : cell,
  );
  return stringify(
    items.map((item) => cells.map((cell) => cell(item))),
    OPTIONS,
  );
}

/** `2026-03-01 12:00:00.000`, in UTC: what every spreadsheet reads as a time, whatever its language. */
function excelTime(instant: Cell): Cell {
  return typeof instant === 'string' ? instant.replace('T', ' ').replace('Z', '') : instant;
}
