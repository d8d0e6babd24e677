/**
 * Documents as rows, for a file that is loading: encoded once, by the thread that has them, and handed over as plain lists, one
 * value after the other, which cost a thread less than documents do.
 */
import { attributeTerms } from '#contracts';
import type { LoadedDocuments } from '#ports';
import { hostRow, HOST_ROW, HOST_VALUES } from '../host-writes.js';
import { formerQuestsOf, laborRow, LABOR_VALUES } from '../labor-writes.js';
import { partRow, PART_VALUES } from '../part-writes.js';
import { placeOf } from '../positions.js';
import type { SqlValue, Store } from '../store.js';

/** Values of rows of one table, row after row. */
export type Values = SqlValue[];

export interface LoadRows {
  readonly labors: Values;
  /** Of labors, by their place among these: the place of each, and a place or quest. */
  readonly absorptions: Values;
  readonly formerQuests: Values;
  readonly fates: readonly number[];
  readonly parts: Values;
  readonly hosts: Values;
  readonly attributes: Values;
  readonly marks: Values;
  /** These are few, and written as they always are. */
  readonly few: Pick<LoadedDocuments, 'quests' | 'questEntries' | 'catalogue' | 'names'>;
}

export function rowsOf({ labors = [], parts = [], hosts = [], marks = [], ...few }: LoadedDocuments): LoadRows {
  const rows = {
    ...{ labors: [] as Values, absorptions: [] as Values, formerQuests: [] as Values },
    ...{ parts: [] as Values, hosts: [] as Values, attributes: [] as Values, marks: [] as Values },
  };
  const fates = new Set<number>();
  for (const [index, labor] of labors.entries()) {
    for (const value of laborRow(labor)) rows.labors.push(value);
    for (const { position } of labor.absorbed) rows.absorptions.push(index, placeOf(position));
    for (const quest of formerQuestsOf(labor)) rows.formerQuests.push(index, quest);
    fates.add(labor.opened.fate);
  }
  for (const part of parts) rows.parts.push(...partRow(part));
  for (const host of hosts) {
    for (const value of hostRow(host)) rows.hosts.push(value);
    for (const term of attributeTerms(host.state.attributes)) rows.attributes.push(term, host.host);
  }
  for (const { quest, position } of marks) rows.marks.push(quest, placeOf(position));
  return { ...rows, fates: [...fates], few };
}

export const LABORS: RowTarget = { into: 'labors', row: `(NULL${', ?'.repeat(LABOR_VALUES)})`, values: LABOR_VALUES };
export const HOSTS: RowTarget = targetOf(`hosts (${HOST_ROW})`, HOST_VALUES);
export const PARTS = targetOf('loaded_parts', PART_VALUES);
export const ATTRIBUTES = targetOf('loaded_host_attributes', 2);
export const FORMER_QUESTS = targetOf('loaded_former_quests', 2);
export const ABSORPTIONS = targetOf('absorptions', 2);

/** Where rows go, and how many values each has. */
export interface RowTarget {
  readonly into: string;
  readonly row: string;
  readonly values: number;
}

function targetOf(into: string, values: number): RowTarget {
  return { into, row: `(?${', ?'.repeat(values - 1)})`, values };
}

/** Rows that one statement inserts: a call of the driver costs as much as a row. */
const ROWS_AT_ONCE = 16;

export function insertRows(store: Store, { into, row, values }: RowTarget, all: Values): void {
  const piece = ROWS_AT_ONCE * values;
  const whole = all.length - (all.length % piece);
  if (whole > 0) {
    const many = store.statement(`INSERT INTO ${into} VALUES ${row}${`, ${row}`.repeat(ROWS_AT_ONCE - 1)}`);
    for (let at = 0; at < whole; at += piece) many.run(...all.slice(at, at + piece));
  }
  if (whole === all.length) return;
  const one = store.statement(`INSERT INTO ${into} VALUES ${row}`);
  for (let at = whole; at < all.length; at += values) one.run(...all.slice(at, at + values));
}
