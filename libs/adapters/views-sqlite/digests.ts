/**
 * Digests of what is stored of hosts (R8): rows are hashed as they are, nothing of them is decoded. Columns that follow from the
 * documents are left out, as are row numbers and the host's version. To be called with one state of the file.
 */
import { createHash, type Hash } from 'node:crypto';
import { MAX_PAGE_CHARACTERS } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import {
  MAX_DIGEST_ITEMS,
  type StoredDigest,
  type StoredDigestBegun,
  type StoredDigestPlace,
  type StoredPage,
} from '#ports';
import { HOST_REVISION } from './documents.js';
import type { Store } from './store.js';

/** Rows that are read at once: few of them may have many characters. */
const ROWS = 50;
/** No text that is stored has one: columns are JSON, ids and numbers. */
const END = '\n';

/** Everything of a host's document but its name, its version and whether it is behind. */
const HOST_ROW = `version, ${HOST_REVISION}, doc, parked, retired, inventories, attributes, last_event`;
type HostRow = readonly [version: number, revision: number, ...stored: (string | null)[]];
type LaborRow = readonly [LaborId, string];
type PartRow = readonly [quest: bigint, ...stored: (string | bigint | null)[]];

export function readDigests(
  store: Store,
  hosts: readonly HostName[],
  from: StoredDigestPlace | null,
): StoredPage<StoredDigest, StoredDigestPlace> {
  const reading = new DigestReading(store);
  const items: StoredDigest[] = [];
  const sorted = [...new Set(hosts)].sort();
  for (const host of from === null ? sorted : sorted.filter((each) => each >= from.host)) {
    if (reading.isFull) return { items, next: { host, begun: null } };
    const found = reading.host(host, host === from?.host ? from.begun : null);
    if ('digest' in found) items.push(found);
    else return { items, next: { host, begun: found.begun } };
  }
  return { items, next: null };
}

/** What was hashed in one call. */
class DigestReading {
  private items = 0;
  private characters = 0;

  constructor(private readonly store: Store) {}

  get isFull(): boolean {
    return this.items >= MAX_DIGEST_ITEMS || this.characters >= MAX_PAGE_CHARACTERS;
  }

  /** Of a host with many documents a piece, so long as the piece does not depend on the hosts before it. */
  host(host: HostName, begun: StoredDigestBegun | null): StoredDigest | { readonly begun: StoredDigestBegun } {
    const row = this.store.statement(`SELECT ${HOST_ROW} FROM hosts WHERE host = ?`).get(host) as HostRow | undefined;
    const [version, revision, ...stored] = row ?? [0, -1];
    if (begun !== null && begun.version !== version) return { host, revision, digest: null };
    const piece = new Piece();
    piece.add(begun === null ? stored.join(END) : begun.digest);
    let [labor, quest] = [begun?.labor ?? null, begun?.quest ?? null];
    if (quest === null) {
      for (const [id, doc] of this.labors(host, labor)) {
        piece.add(doc);
        labor = id;
        if (piece.isFull()) break;
      }
      // no labor is empty: here they end
      if (!piece.isFull()) piece.add('');
    }
    if (!piece.isFull())
      for (const [number, ...columns] of this.parts(host, quest)) {
        piece.add(`${number}${END}${columns.join(END)}`);
        quest = Number(number) as QuestId;
        if (piece.isFull()) break;
      }
    this.items += piece.items;
    this.characters += piece.characters;
    const digest = piece.digest();
    return piece.isFull() ? { begun: { version, digest, labor, quest } } : { host, revision, digest };
  }

  private *labors(host: HostName, after: LaborId | null): Generator<LaborRow> {
    const find = this.store.statement(
      'SELECT id, doc FROM labors INDEXED BY labors_id WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
    );
    // of a host's ids none comes after the host and the character after `~`
    const end = `${host}\x7f`;
    for (let from: string = after ?? `${host}~`; ;) {
      const rows = find.all(from, end, ROWS) as readonly LaborRow[];
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS) return;
      [from] = last;
    }
  }

  private *parts(host: HostName, after: QuestId | null): Generator<PartRow> {
    const find = this.store.wide(
      `SELECT quest, position, tally, emptied, emptied_at, past FROM parts INDEXED BY parts_host
       WHERE host = ? AND quest > ? ORDER BY quest LIMIT ?`,
    );
    for (let from: number = after ?? 0; ;) {
      const rows = find.all(host, from, ROWS) as readonly PartRow[];
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < ROWS) return;
      from = Number(last[0]);
    }
  }
}

class Piece {
  items = 0;
  characters = 0;
  private readonly hash: Hash = createHash('sha256');

  isFull(): boolean {
    return this.items >= MAX_DIGEST_ITEMS || this.characters >= MAX_PAGE_CHARACTERS;
  }

  add(text: string): void {
    this.items += 1;
    this.characters += text.length;
    this.hash.update(text).update(END);
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}
