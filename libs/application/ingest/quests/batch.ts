/** The entries of a batch of hosts: listed in chunks that one write can hold, counting for nothing until it is accepted. */
import { inTurns, type NewEntry, type Steps, type Uuid } from '#contracts';
import type { ClaimFrom, HostName, Instant, QuestEntry } from '#domain';

const MAX_CHUNK_HOSTS = 2000;
/** Of what the journal takes in one write: what a chunk's hosts, and all entries of a write, may come to. */
const CHUNK_SHARE = 0.4;
const WRITE_SHARE = 0.9;
/** Of a host beside its name, in JSON. */
const QUOTES = 3;

export interface NewBatch {
  readonly batch: Uuid;
  /** All that the batch is to have. */
  readonly hosts: readonly HostName[];
  /** The hosts that are listed already. */
  readonly listed: ReadonlySet<HostName>;
  /** Of those that were taken out before, the removal that did it last. */
  readonly after: ReadonlyMap<HostName, string>;
  /** How many of them the quest does not name yet. */
  readonly added: number;
  readonly claim: ClaimFrom | undefined;
  readonly by: string | null;
  readonly now: Instant;
}

/** Hosts between which others have their turn. */
const HOSTS_AT_ONCE = 10_000;

/** Hosts as named by a caller, each once, in the order first named; others have their turn meanwhile. */
export function distinctHosts(named: readonly HostName[]): Promise<ReadonlySet<HostName>> {
  return inTurns(eachOnce(named));
}

function* eachOnce(named: readonly HostName[]): Steps<ReadonlySet<HostName>> {
  const hosts = new Set<HostName>();
  for (const [nth, host] of named.entries()) {
    hosts.add(host);
    if ((nth + 1) % HOSTS_AT_ONCE === 0) yield;
  }
  return hosts;
}

/** The entries of a batch that are missing: its hosts, each once, and its acceptance at the end. */
export function* entriesOf(
  { batch, hosts, listed, after, added, claim, by, now }: NewBatch,
  maxAppendBytes: number,
): Generator<QuestEntry, void> {
  const signed = { batch, by, recordedAt: now };
  const missing = hosts.filter((host) => !listed.has(host));
  for (const [removal, some] of groupedBy(missing, (host) => after.get(host)))
    for (const chunk of chunksOf(some, maxAppendBytes))
      yield { kind: 'QuestHostsListed', hosts: chunk, ...(removal === undefined ? {} : { after: removal }), ...signed };
  yield { kind: 'QuestHostsAccepted', hosts: added, ...(claim === undefined ? {} : { claim }), ...signed };
}

/** By what `keyOf` says of each, in the order of the first of each group. */
export function groupedBy<K>(
  hosts: readonly HostName[],
  keyOf: (host: HostName) => K,
): ReadonlyMap<K, readonly HostName[]> {
  const groups = new Map<K, HostName[]>();
  for (const host of hosts) {
    const key = keyOf(host);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [host]);
    else group.push(host);
  }
  return groups;
}

/** As many hosts as one entry may name, again and again. */
export function* chunksOf(hosts: readonly HostName[], maxAppendBytes: number): Generator<readonly HostName[], void> {
  const most = maxAppendBytes * CHUNK_SHARE;
  let chunk: HostName[] = [];
  let bytes = 0;
  for (const host of hosts) {
    if (chunk.length === MAX_CHUNK_HOSTS || bytes + host.length + QUOTES > most) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(host);
    bytes += host.length + QUOTES;
  }
  if (chunk.length > 0) yield chunk;
}

/** As few writes as there can be, in order. */
export function writesOf(entries: readonly NewEntry[], maxAppendBytes: number): readonly (readonly NewEntry[])[] {
  const writes: NewEntry[][] = [];
  const most = maxAppendBytes * WRITE_SHARE;
  let bytes = Infinity;
  for (const entry of entries) {
    const its = Buffer.byteLength(entry.json);
    if (bytes + its > most) {
      writes.push([]);
      bytes = 0;
    }
    writes.at(-1)?.push(entry);
    bytes += its;
  }
  return writes;
}
