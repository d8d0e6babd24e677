/**
 * Rows as CSV (RFC 4180): commas, quotes only where they are needed, CRLF after every row, UTF-8 without a byte order mark.
 * Cells that a spreadsheet would take for a formula have an apostrophe before them.
 */
import { stringify, type Options } from 'csv-stringify/sync';

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

const OPTIONS: Options = {
  record_delimiter: 'windows',
  // every kind of line end within a cell, not only this one
  quote_record_delimiter: true,
  // of what begins with = + - @ (also in full width), a tab or a carriage return; numbers are let be
  escape_formulas: true,
  cast: { boolean: String },
};

/** The header row. */
export function csvHeader<T>(columns: Columns<T>): string {
  return stringify([Object.keys(columns)], OPTIONS);
}

/** One row per item; no text for no items. */
export function csvRows<T>(columns: Columns<T>, items: readonly T[]): string {
  const cells = Object.values(columns);
  return stringify(
    items.map((item) => cells.map((cell) => cell(item))),
    OPTIONS,
  );
}
