/** Inventories as they come over the wire: NDJSON, or CSV with a header row that names the host and the attributes. */
import {
  FaultLog,
  inventoryItem,
  isAttributeName,
  parseInventoryLine,
  type Fault,
  type InventoryItem,
} from '#contracts';
import { ProblemError } from '#platform';
import { CsvRows, type CsvRow } from '../streams/csv-rows.js';
import { readJson, sentenceOf } from '../streams/json-lines.js';
import { LineFault, type LineKind } from '../streams/line-reader.js';
import { Lines, type Line } from '../streams/lines.js';

const HOST = 'host';
/** Stands where bytes were no text. */
const NO_TEXT = '\ufffd';

export function ndjsonInventory(): LineKind<Line, InventoryItem> {
  const read = (line: Line) => readJson(line, '', (value, faults) => parseInventoryLine(value, line.number, faults));
  return { lines: new Lines(), read };
}

/** A cell that is empty clears its attribute; all values are texts. */
export function csvInventory(): LineKind<CsvRow, InventoryItem> {
  let header: readonly string[] | undefined;
  return {
    lines: new CsvRows(),
    read: (row) => {
      if ('fault' in row) {
        if (row.isLast) throw unreadable(row.number, row.fault);
        throw new LineFault('validation-failed', row.fault);
      }
      const { cells, number, bytes } = row;
      if (header === undefined) {
        header = headerOf(cells);
        return undefined;
      }
      const columns = header.map((name, index) => [name, cells[index] ?? ''] as const);
      const host = columns.find(([name]) => name === HOST)?.[1];
      const attributes = columns.flatMap(([name, cell]) => (name === HOST ? [] : [[name, cell === '' ? null : cell]]));
      if (cells.some((cell) => cell.includes(NO_TEXT))) throw new LineFault('malformed', 'it is not UTF-8');
      const faults: Fault[] = [];
      const log = new FaultLog('', faults);
      const item = inventoryItem({ host, attributes: Object.fromEntries(attributes) }, number, log);
      if (item === undefined) throw new LineFault('validation-failed', sentenceOf(faults, ''));
      return { item, bytes };
    },
  };
}

function headerOf(cells: readonly string[]): readonly string[] {
  const wrong = cells.find((name, index) => !isAttributeName(name) || cells.indexOf(name) !== index);
  if (wrong === undefined && cells.includes(HOST)) return cells;
  const message =
    wrong === undefined
      ? 'the header row names no column "host": give it one, and one for each attribute'
      : `the header row has the column ${JSON.stringify(wrong)} twice, or it cannot name an attribute`;
  throw new ProblemError({
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
