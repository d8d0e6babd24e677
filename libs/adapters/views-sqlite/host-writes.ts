/** Storing hosts by compare-and-set on their version, and with them the rows of their attributes. */
import { attributeTerms, beginningOf, type HostDocument } from '#contracts';
import type { Attributes, HostName } from '#domain';
import { encodeBehind, encodeHost, encodeLastEvent, encodeParked } from './documents.js';
import { MINUTE_MS } from './event-writes.js';
import { toMs } from './lists/instants.js';
import { placeOrNull } from './positions.js';
import type { SqlValue, Store } from './store.js';

/** Stands for the time of an event that never was: before every other. */
const NEVER_MS = -8.64e15;

/** Since 1970. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}

/** Answers the hosts that were stored at another version meanwhile. */
export function writeHosts(store: Store, hosts: readonly HostDocument[]): readonly HostName[] {
  if (hosts.length === 0) return [];
  const writing = new HostWriting(store);
  return hosts.filter((document) => !writing.write(document)).map(({ host }) => host);
}

/** number, version, then the values of INDEXED */
type Found = readonly [number, number, ...(string | number | null)[]];

/**
 * The columns that indexes have. SQLite rewrites every index of a column that is set, changed or not, so each is set only
 * where its value is another; most writes change none of them, or one.
 */
const INDEXED = ['has_open', 'heard_minute', 'attributes', 'parked', 'behind', 'is_retired', 'is_listed'] as const;
const ATTRIBUTES = 2;

/** The values of {@link HOST_ROW} in their order, the name apart. */
function columnsOf(document: HostDocument): {
  readonly attributes: string;
  readonly common: readonly SqlValue[];
  readonly indexed: readonly SqlValue[];
} {
  const { version, updatedAt, state, lastEvent, parked, behind } = document;
  const { retired, inventories } = state;
  const open = state.open.length;
  const heardMs = lastEvent === null ? NEVER_MS : toMs(lastEvent.recordedAt);
  const attributes = JSON.stringify(state.attributes);
  const why = retired && JSON.stringify(retired);
  return {
    attributes,
    common: [
      ...[version + 1, open, updatedAt, encodeLastEvent(lastEvent), heardMs, why],
      ...[JSON.stringify(inventories), encodeHost(document)],
    ],
    indexed: [
      ...[open > 0 ? 1 : 0, minuteOf(heardMs), attributes],
      ...[encodeParked(parked), encodeBehind(behind), retired === null ? 0 : 1],
      inventories.length > 0 ? 1 : 0,
    ],
  };
}

/** The columns of a host's row, as {@link hostRow} has them. */
export const HOST_ROW = [
  'host, version, open, updated_at, last_event, heard_ms, retired, inventories, doc',
  ...INDEXED,
  'first_place',
].join(', ');
export const HOST_VALUES = 10 + INDEXED.length;

/** As it is inserted. */
export function hostRow(document: HostDocument): readonly SqlValue[] {
  const { common, indexed } = columnsOf(document);
  return [document.host, ...common, ...indexed, firstPlaceOf(document)];
}

/** For ever: a host is stored with its first entry, judged or not. */
function firstPlaceOf(document: HostDocument): bigint | null {
  const beginning = beginningOf(document);
  return beginning === null ? null : placeOrNull(beginning);
}

class HostWriting {
  private readonly find;
  private readonly insert;

  constructor(private readonly store: Store) {
    this.find = store.statement(`SELECT number, version, ${INDEXED.join(', ')} FROM hosts WHERE host = ?`);
    this.insert = store.statement(`INSERT INTO hosts (${HOST_ROW}) VALUES (?${', ?'.repeat(HOST_VALUES - 1)})`);
  }

  /** Whether it was stored. */
  write(document: HostDocument): boolean {
    const { host, version, state } = document;
    const found = this.find.get(host) as Found | undefined;
    const [number, stored, ...before] = found ?? [0, 0];
    if (stored !== version) return false;
    const { attributes, common, indexed } = columnsOf(document);
    if (found === undefined) {
      this.insert.run(host, ...common, ...indexed, firstPlaceOf(document));
      this.writeAttributes(host, {}, state.attributes);
      return true;
    }
    const changed = INDEXED.map((column, index) => ({ column, value: indexed[index] ?? null })).filter(
      ({ value }, index) => value !== before[index],
    );
    const sets = changed.map(({ column }) => `, ${column} = ?`).join('');
    this.store
      .statement(
        `UPDATE hosts SET version = ?, open = ?, updated_at = ?, last_event = ?, heard_ms = ?, retired = ?, inventories = ?, doc = ?${sets}
         WHERE number = ?`,
      )
      .run(...common, ...changed.map(({ value }) => value), number);
    if (attributes !== before[ATTRIBUTES])
      this.writeAttributes(host, JSON.parse(before[ATTRIBUTES] as string) as Attributes, state.attributes);
    return true;
  }

  private writeAttributes(host: HostName, before: Attributes, after: Attributes): void {
    const old = new Set(attributeTerms(before));
    const add = this.store.statement('INSERT INTO host_attributes VALUES (?, ?)');
    for (const term of attributeTerms(after)) if (!old.delete(term)) add.run(term, host);
    const remove = this.store.statement('DELETE FROM host_attributes WHERE attribute = ? AND host = ?');
    for (const term of old) remove.run(term, host);
  }
}
