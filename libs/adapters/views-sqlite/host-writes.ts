/** Storing hosts by compare-and-set on their version, and with them the rows of their attributes. */
import { attributeTerms, type HostDocument } from '#contracts';
import type { Attributes, HostName } from '#domain';
import { encodeBehind, encodeHost, encodeLastEvent, encodeParked } from './documents.js';
import { MINUTE_MS } from './event-writes.js';
import { toMs } from './lists/instants.js';
import type { Store } from './store.js';

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

class HostWriting {
  private readonly insert;
  private readonly amend;
  private readonly replace;

  constructor(private readonly store: Store) {
    this.insert = store.statement(
      'INSERT OR IGNORE INTO hosts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    // most writes change no flag, no attribute and no minute, and so no index
    this.amend = store.statement(
      `UPDATE hosts SET version = ?, open = ?, updated_at = ?, last_event = ?, heard_ms = ?, doc = ?
       WHERE host = ? AND version = ? AND has_open = ? AND heard_minute = ? AND attributes = ?
         AND parked IS NULL AND behind IS NULL AND is_retired = 0`,
    );
    this.replace = store.statement(
      `UPDATE hosts SET version = ?, open = ?, updated_at = ?, last_event = ?, heard_ms = ?, doc = ?, has_open = ?,
         heard_minute = ?, attributes = ?, parked = ?, behind = ?, is_retired = ?, retired = ?
       WHERE host = ? AND version = ?`,
    );
  }

  /** Whether it was stored. */
  write(document: HostDocument): boolean {
    const { host, version, updatedAt, state, lastEvent } = document;
    const { retired } = state;
    const open = state.open.length;
    const hasOpen = open > 0 ? 1 : 0;
    const isRetired = retired === null ? 0 : 1;
    const parked = encodeParked(document.parked);
    const behind = encodeBehind(document.behind);
    const attributes = JSON.stringify(state.attributes);
    const last = encodeLastEvent(lastEvent);
    const heardMs = lastEvent === null ? NEVER_MS : toMs(lastEvent.recordedAt);
    const minute = minuteOf(heardMs);
    const why = retired && JSON.stringify(retired);
    const doc = encodeHost(document);
    const next = version + 1;
    if (version === 0) {
      const flags = [parked, behind, isRetired, why, attributes, last, heardMs, minute] as const;
      const inserted = this.insert.run(host, next, hasOpen, open, updatedAt, ...flags, doc).changes > 0;
      if (inserted) this.writeAttributes(host, {}, state.attributes);
      return inserted;
    }
    const common = [next, open, updatedAt, last, heardMs, doc] as const;
    const isPlain = parked === null && behind === null && retired === null;
    if (isPlain && this.amend.run(...common, host, version, hasOpen, minute, attributes).changes > 0) return true;
    const before = this.attributesOf(host);
    const flags = [hasOpen, minute, attributes, parked, behind, isRetired, why] as const;
    const replaced = this.replace.run(...common, ...flags, host, version).changes > 0;
    if (replaced && before !== attributes)
      this.writeAttributes(host, JSON.parse(before) as Attributes, state.attributes);
    return replaced;
  }

  /** As stored. */
  private attributesOf(host: HostName): string {
    const find = this.store.statement('SELECT attributes FROM hosts WHERE host = ?');
    return (find.get(host) as readonly [string] | undefined)?.[0] ?? '{}';
  }

  private writeAttributes(host: HostName, before: Attributes, after: Attributes): void {
    const old = new Set(attributeTerms(before));
    const add = this.store.statement('INSERT INTO host_attributes VALUES (?, ?)');
    for (const term of attributeTerms(after)) if (!old.delete(term)) add.run(term, host);
    const remove = this.store.statement('DELETE FROM host_attributes WHERE attribute = ? AND host = ?');
    for (const term of old) remove.run(term, host);
  }
}
