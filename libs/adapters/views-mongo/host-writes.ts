/** Stores hosts by compare-and-set on their version, and names the hosts that lost. */
import { randomBytes } from 'node:crypto';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { HostDocument } from '#contracts';
import type { HostName } from '#domain';
import type { Connection } from './connection.js';
import { encodeHost, type StoredHost } from './documents.js';

/** For this many of its last versions a host remembers who stored them. */
const MAX_MARKS = 4;
const MARK_BYTES = 9;

/**
 * Answers the hosts that were stored at another version meanwhile. A first version that is there already is refused by the
 * server by name; of later ones it only counts the matches, so where some were not, marks are read that say whose
 * each version is.
 */
export async function writeHosts(
  connection: Connection,
  generation: number,
  hosts: readonly HostDocument[],
): Promise<readonly HostName[]> {
  if (hosts.length === 0) return [];
  const collection = connection.of<StoredHost>('hosts', generation);
  const mark = randomBytes(MARK_BYTES).toString('base64url');
  const { refused, matched } = await connection.bulk(
    collection,
    hosts.map((document) => writeOf(document, mark)),
  );
  const lost = new Set(refused.map((index) => (hosts[index] as HostDocument).host));
  const later = hosts.filter(({ version }) => version > 0);
  if (matched < later.length) {
    const ids = later.map(({ host }) => host);
    const stored = await connection.run(() =>
      collection
        .find({ _id: { $in: ids } }, { projection: { version: 1, marks: 1 }, batchSize: ids.length + 1 })
        .toArray(),
    );
    const found = new Map(stored.map((host) => [host._id, host]));
    for (const { host, version } of later) if (!isOurs(found.get(host), version + 1, mark)) lost.add(host);
  }
  return [...lost];
}

/** The first version finds nothing below it, and so is inserted or, where the host is there, refused. */
function writeOf(document: HostDocument, mark: string): AnyBulkWriteOperation<StoredHost> {
  const { _id, ...fields } = encodeHost(document);
  const { version } = document;
  const first = version === 0;
  const filter = { _id, version: first ? { $lt: 1 } : version };
  const update = {
    $set: { ...fields, version: version + 1 },
    $push: { marks: { $each: [mark], $slice: -MAX_MARKS } },
  };
  return { updateOne: { filter, update, upsert: first } };
}

/**
 * Whether the version was stored under the mark, judged from the stored document, maybe some versions later. A version whose mark is gone already counts as lost: a reader that looks again finds its own write and loses nothing.
 */
export function isOurs(
  stored: Pick<StoredHost, 'version' | 'marks'> | undefined,
  version: number,
  mark: string,
): boolean {
  if (stored === undefined || stored.version < version) return false;
  return stored.marks.at(version - stored.version - 1) === mark;
}
