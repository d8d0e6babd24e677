/** Inventories as they come over the wire: NDJSON, or CSV with a header row that names the host, its aliases and the attributes. */
import {
  FaultLog,
  inventoryItem,
  isAttributeName,
  MAX_NAMED_ATTRIBUTES,
  parseInventoryLine,
  rejectedItem,
  type Fault,
  type InventoryItem,
  type InventoryLine,
} from '#contracts';
import { ProblemError } from '#platform';
import { CsvRows, type CsvRow } from '../streams/csv-rows.js';
import { readJson, sentenceOf } from '../streams/json-lines.js';
import { LineFault, type LineKind } from '../streams/line-reader.js';
import { Lines, type Line } from '../streams/lines.js';

const HOST = 'host';
const ALIASES = 'aliases';
/** Between the names in a cell. */
const BETWEEN = /[\s,;]+/;

/** Lines that are rejected are handed on, too, where their host can be read. */
export function ndjsonInventory(): LineKind<Line, InventoryLine> {
  const parse = (value: unknown, line: number, faults: Fault[]): InventoryLine | undefined =>
    parseInventoryLine(value, line, faults) ?? rejectedItem(hostIn(value), line, sentenceOf(faults, ''));
  const read = (line: Line) => readJson(line, '', (value, faults) => parse(value, line.number, faults));
  return { lines: new Lines(), read };
}

function hostIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && HOST in value ? value[HOST] : undefined;
}

/** A cell that is empty clears its attribute; all values are texts. One of aliases names them with blanks, commas or semicolons between. As for NDJSON, rows that are rejected are handed on. */
export function csvInventory(): LineKind<CsvRow, InventoryLine> {
  let header: readonly string[] | undefined;
  return {
    lines: new CsvRows(),
    read: (row) => {
      if ('fault' in row) {
        if (row.isLast) throw unreadable(row.number, row.fault);
        // of a row that lacks a cell, or has one too many, all after that stand in the wrong column
        const item = rejectedItem(header?.[0] === HOST ? row.first : undefined, row.number, row.fault);
        if (item === undefined) throw new LineFault('validation-failed', row.fault);
        return { item, bytes: row.fault.length };
      }
      const { cells, number, bytes, notText } = row;
      if (header === undefined) {
        header = headerOf(cells);
        return undefined;
      }
      const faults: Fault[] = [];
      const item = notText === undefined ? itemOf(header, cells, number, faults) : undefined;
      if (item !== undefined) return { item, bytes };
      const code = notText === undefined ? 'validation-failed' : 'malformed';
      const message = notText ?? sentenceOf(faults, '');
      const rejected = rejectedItem(cells[header.indexOf(HOST)], number, message, code);
      if (rejected === undefined) throw new LineFault(code, message);
      return { item: rejected, bytes };
    },
  };
}

function itemOf(
  header: readonly string[],
  cells: readonly string[],
  line: number,
  faults: Fault[],
): InventoryItem | undefined {
  const columns = header.map((name, index) => [name, cells[index] ?? ''] as const);
  const [host, aliases = ''] = [HOST, ALIASES].map((column) => columns.find(([name]) => name === column)?.[1]);
  const attributes = columns
    .filter(([name]) => name !== HOST && name !== ALIASES)
    .map(([name, cell]) => [name, cell === '' ? null : cell] as const);
  const row = {
    host,
    attributes: Object.fromEntries(attributes),
    aliases: aliases.split(BETWEEN).filter((name) => name !== ''),
  };
  return inventoryItem(row, line, new FaultLog('', faults));
}

function headerOf(cells: readonly string[]): readonly string[] {
  // as many attributes as a line of NDJSON may name, the host, and its aliases where it has them
  const most = MAX_NAMED_ATTRIBUTES + (cells.includes(ALIASES) ? 2 : 1);
  if (cells.length > most) throw nothingImported(`the header row has ${cells.length} columns, and may have ${most}`);
  const wrong = cells.find((name, index) => !isAttributeName(name) || cells.indexOf(name) !== index);
  if (wrong === undefined && cells.includes(HOST)) return cells;
  const message =
    wrong === undefined
      ? 'the header row names no column "host": give it one, and one for each attribute'
      : `the header row has the column ${JSON.stringify(wrong)} twice, or it cannot name an attribute`;
  throw nothingImported(message);
}

function nothingImported(message: string): ProblemError {
  return new ProblemError({
    code: 'validation-failed',
    detail: `nothing is imported: ${message}`,
    errors: [{ path: 'line 1', code: 'invalid', message }],
  });
}

function unreadable(line: number, message: string): ProblemError {
  const detail = `line ${line} cannot be read, and nothing after it; what stands before it is imported: ${message}`;
  return new ProblemError({
    code: 'validation-failed',
    detail,
    errors: [{ path: `line ${line}`, code: 'invalid', message }],
  });
}
