/**
 * Digests of what is stored of hosts (R8): documents are hashed as the server sends them. A host's documents are not read at one
 * moment: its own is read before the others and after them.
 */
import { createHash } from 'node:crypto';
import { MAX_PAGE_CHARACTERS } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import {
  MAX_DIGEST_ITEMS,
  type StoredDigest,
  type StoredDigestBegun,
  type StoredDigestPlace,
  type StoredPage,
} from '#ports';
import type { Connection } from './connection.js';
import { partId, type StoredHost } from './documents.js';
import { findAll } from './find.js';
import { findRaw, type RawDocument } from './raw-documents.js';

/** Of a host: its version, how its versions were stored, and whether it is behind. */
const HOST_LEFT_OUT: ReadonlySet<string> = new Set(['version', 'marks', 'behind', 'isBehind']);
/** Of a labor: where changes are published. */
const LABOR_LEFT_OUT: ReadonlySet<string> = new Set(['seenAt', 'lateWrite']);
const NOTHING: ReadonlySet<string> = new Set();
const ROOM = { limit: MAX_DIGEST_ITEMS, bytes: MAX_PAGE_CHARACTERS };

type Standing = Pick<StoredHost, '_id' | 'version'> & { readonly state: Pick<StoredHost['state'], 'revision'> };

/** The documents of the hosts, up to where a call ends. */
interface Group {
  /** The id of the first that is not among them. */
  readonly next: string | undefined;
  of(host: HostName): readonly RawDocument[];
}

export async function readDigests(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
  from: StoredDigestPlace | null,
): Promise<StoredPage<StoredDigest, StoredDigestPlace>> {
  const sorted = [...new Set(hosts)].sort((one, other) => (prefixOf(one) < prefixOf(other) ? -1 : 1));
  const left = from === null ? sorted : sorted.slice(sorted.indexOf(from.host));
  const [first] = left;
  if (first === undefined) return { items: [], next: null };
  const begun = from?.begun ?? null;
  const group = (kind: 'labors' | 'parts', after: string | null): Promise<Group> =>
    groupOf(connection, { kind, generation }, rangesOf(left, after));
  const before = await standingsOf(connection, generation, left);
  const [documents, labors, parts] = await Promise.all([
    ownOf(connection, generation, left),
    // once a part is hashed all labors are
    group('labors', begun !== null && begun.quest !== null ? endOf(first) : (begun?.labor ?? null)),
    group('parts', begun !== null && begun.quest !== null ? partId({ host: first, quest: begun.quest }) : null),
  ]);
  const after = await standingsOf(connection, generation, left);
  const items: StoredDigest[] = [];
  for (const host of left) {
    const earlier = host === first ? begun : null;
    const [one, other] = [before.get(host), after.get(host)];
    const [version, revision] = [one?.version ?? 0, other?.state.revision ?? -1];
    if (version !== (other?.version ?? 0) || (earlier !== null && earlier.version !== version)) {
      items.push({ host, revision, digest: null });
      continue;
    }
    const [isInLabors, isInParts] = [endsIn(labors, host), endsIn(parts, host)];
    const isCut = isInLabors || isInParts;
    if (isCut && host !== first) return { items, next: { host, begun: null } };
    const piece = {
      before: earlier?.digest ?? documents.get(host)?.digest(HOST_LEFT_OUT) ?? '',
      labors: labors.of(host),
      parts: isInLabors ? null : parts.of(host),
    };
    const digest = digestOf(piece);
    if (isCut) return { items, next: { host, begun: { version, digest, ...lastOf(piece, earlier) } } };
    items.push({ host, revision, digest });
  }
  return { items, next: null };
}

function rangesOf(hosts: readonly HostName[], after: string | null): readonly { readonly _id: object }[] {
  return hosts.flatMap((host, index) => {
    const [begin, end] = [index === 0 && after !== null ? after : prefixOf(host), endOf(host)];
    return begin < end ? [{ _id: { $gt: begin, $lt: end } }] : [];
  });
}

async function groupOf(
  connection: Connection,
  of: { readonly kind: 'labors' | 'parts'; readonly generation: number },
  ranges: ReturnType<typeof rangesOf>,
): Promise<Group> {
  const nothing = { found: [], next: undefined };
  const { found, next } =
    ranges.length === 0 ? nothing : await findRaw(connection, { ...of, query: { $or: ranges } }, ROOM);
  const groups = new Map<string, RawDocument[]>();
  for (const document of found) {
    const host = document.id.slice(0, document.id.lastIndexOf('~'));
    const group = groups.get(host);
    if (group === undefined) groups.set(host, [document]);
    else group.push(document);
  }
  return { next, of: (host) => groups.get(host) ?? [] };
}

function endsIn({ next }: Group, host: HostName): boolean {
  return next !== undefined && next < endOf(host);
}

async function ownOf(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<string, RawDocument>> {
  const query = { _id: { $in: hosts } };
  const room = { limit: hosts.length, bytes: Infinity };
  const { found } = await findRaw(connection, { kind: 'hosts', generation, query }, room);
  return new Map(found.map((document) => [document.id, document]));
}

/** With which the ids of a host's labors and parts begin: their order is that of these. */
function prefixOf(host: HostName): string {
  return `${host}~`;
}

/** After all of these ids. */
function endOf(host: HostName): string {
  return `${host}\x7f`;
}

interface Piece {
  /** What was hashed before it. */
  readonly before: string;
  readonly labors: readonly RawDocument[];
  /** Null where there are more labors. */
  readonly parts: readonly RawDocument[] | null;
}

function digestOf({ before, labors, parts }: Piece): string {
  const hash = createHash('sha256').update(before);
  for (const labor of labors) hash.update(labor.digest(LABOR_LEFT_OUT));
  if (parts !== null) hash.update('parts');
  for (const part of parts ?? []) hash.update(part.digest(NOTHING));
  return hash.digest('hex');
}

function lastOf(
  { labors, parts }: Piece,
  earlier: StoredDigestBegun | null,
): Pick<StoredDigestBegun, 'labor' | 'quest'> {
  const [labor, part] = [labors.at(-1)?.id, parts?.at(-1)?.id];
  return {
    labor: (labor as LaborId | undefined) ?? earlier?.labor ?? null,
    quest: part === undefined ? (earlier?.quest ?? null) : (Number(part.slice(part.lastIndexOf('~') + 1)) as QuestId),
  };
}

async function standingsOf(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, Standing>> {
  const collection = connection.of<StoredHost>('hosts', generation);
  const projection = { version: 1, 'state.revision': 1 } as const;
  const found: readonly Standing[] = await findAll(connection, collection, { _id: { $in: hosts } }, { projection });
  return new Map(found.map((standing) => [standing._id, standing]));
}
