/** All documents of some hosts as one generation has them, and whether they are of one moment: writers go on meanwhile. */
import { createHash } from 'node:crypto';
import {
  EXPECTED_PART_POSITION,
  hostOfLabor,
  type HostDocument,
  type LaborDocument,
  type PartDocument,
} from '#contracts';
import type { HostName } from '#domain';
import type { StoredDigest, StoredDigestPlace, StoredPage, ViewsWriter } from '#ports';
import type { StoredHostDocuments } from '../replay/canonical.js';

export interface StoredHost extends StoredHostDocuments {
  /** But for those that are only expected: they are of a quest's stream. */
  readonly parts: readonly PartDocument[];
  /**
   * `moving`: the host was stored meanwhile, so that the documents may be of different moments. `ahead`: some of them are of entries
   * that the host's own does not have yet (P2).
   */
  readonly state: 'settled' | 'ahead' | 'moving';
}

type Reading = Pick<ViewsWriter, 'load' | 'laborsOf' | 'partsOf'>;

/** At most MAX_STORED_HOSTS of them; one for each. */
export async function readStoredHosts(
  views: Reading,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, StoredHost>> {
  const before = await documentsOf(views, generation, hosts);
  const [labors, parts] = await Promise.all([
    allOf((after: LaborDocument['id'] | null) => views.laborsOf(generation, hosts, after)),
    allOf((after: Pick<PartDocument, 'host' | 'quest'> | null) => views.partsOf(generation, hosts, after)),
  ]);
  const after = await documentsOf(views, generation, hosts);
  const laborsBy = grouped(labors, ({ id }) => hostOfLabor(id));
  const partsBy = grouped(
    parts.filter(({ position }) => position !== EXPECTED_PART_POSITION),
    ({ host }) => host,
  );
  return new Map(
    hosts.map((host) => {
      const document = before.get(host) ?? null;
      const own = { labors: laborsBy.get(host) ?? [], parts: partsBy.get(host) ?? [] };
      const isMoving = document?.version !== after.get(host)?.version;
      return [host, { document, ...own, state: isMoving ? 'moving' : stateOf(document, own) }];
    }),
  );
}

/** At most MAX_STORED_HOSTS of them; one for each. */
export async function digestsOf(
  views: Pick<ViewsWriter, 'digestsOf'>,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, StoredDigest>> {
  const found = await allOf((from: StoredDigestPlace | null) => views.digestsOf(generation, hosts, from));
  return new Map(found.map((digest) => [digest.host, digest]));
}

/** What they are like: something else as soon as anybody has stored the host, or a document that is ahead of it. */
export function signOf({ document, labors, parts }: StoredHost): string {
  const hash = createHash('sha256').update(String(document?.version));
  for (const { id, position } of labors) hash.update(` ${id} ${position}`);
  for (const { quest, position } of parts) hash.update(` ${quest} ${position}`);
  return hash.digest('hex');
}

function stateOf(
  document: HostDocument | null,
  { labors, parts }: Pick<StoredHost, 'labors' | 'parts'>,
): StoredHost['state'] {
  const isAhead = document !== null && [...labors, ...parts].some(({ position }) => position > document.position);
  return isAhead ? 'ahead' : 'settled';
}

async function documentsOf(
  views: Reading,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, HostDocument>> {
  const { hosts: found } = await views.load(generation, { hosts });
  return new Map(found.map((document) => [document.host, document]));
}

async function allOf<T, K>(read: (after: K | null) => Promise<StoredPage<T, K>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let after: K | null = null; ;) {
    const page: StoredPage<T, K> = await read(after);
    for (const item of page.items) items.push(item);
    if (page.next === null) return items;
    after = page.next;
  }
}

function grouped<T>(items: readonly T[], hostOf: (item: T) => HostName): ReadonlyMap<HostName, readonly T[]> {
  const groups = new Map<HostName, T[]>();
  for (const item of items) {
    const host = hostOf(item);
    const group = groups.get(host);
    if (group === undefined) groups.set(host, [item]);
    else group.push(item);
  }
  return groups;
}
