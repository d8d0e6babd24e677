/** Storing hosts by compare-and-set on their version. */
import type { HostDocument } from '#contracts';
import type { HostName } from '#domain';
import { encodeBehind, encodeHost, encodeParked } from './documents.js';
import type { Store } from './store.js';

/** Answers the hosts that were stored at another version meanwhile. */
export function writeHosts(store: Store, hosts: readonly HostDocument[]): readonly HostName[] {
  if (hosts.length === 0) return [];
  const insert = store.statement('INSERT OR IGNORE INTO hosts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)');
  // most writes change no flag, and so no index
  const amend = store.statement(
    `UPDATE hosts SET version = ?, open = ?, updated_at = ?, doc = ?
     WHERE host = ? AND version = ? AND has_open = ? AND parked IS NULL AND behind IS NULL`,
  );
  const replace = store.statement(
    `UPDATE hosts SET version = ?, open = ?, updated_at = ?, doc = ?, has_open = ?, parked = ?, behind = ?
     WHERE host = ? AND version = ?`,
  );
  const lost: HostName[] = [];
  for (const document of hosts) {
    const { host, version, updatedAt } = document;
    const open = document.state.open.length;
    const hasOpen = open > 0 ? 1 : 0;
    const parked = encodeParked(document.parked);
    const behind = encodeBehind(document.behind);
    const doc = encodeHost(document);
    const next = version + 1;
    const stored =
      version === 0
        ? insert.run(host, next, hasOpen, open, updatedAt, parked, behind, doc).changes > 0
        : (parked === null &&
            behind === null &&
            amend.run(next, open, updatedAt, doc, host, version, hasOpen).changes > 0) ||
          replace.run(next, open, updatedAt, doc, hasOpen, parked, behind, host, version).changes > 0;
    if (!stored) lost.push(host);
  }
  return lost;
}
