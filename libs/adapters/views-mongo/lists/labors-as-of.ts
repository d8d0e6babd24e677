/**
 * R11: labors as they were at a place of the journal. What decides is the document as of then; the query only leaves out labors
 * that cannot pass. The server looks at a bounded number of labors in the ranges of the question, then at the other conditions;
 * where few pass, a page ends early, and says where it goes on.
 */
import {
  hasForgottenAt,
  laborAsOf,
  laborPasses,
  PageRoom,
  type CursorKey,
  type LaborAsOfFilter,
  type LaborPlaceSort,
  type Page,
  type PageRequest,
  type Position,
} from '#contracts';
import type { HostName } from '#domain';
import type { LaborAsOfRow } from '#ports';
import type { Collection, Document, WithId } from 'mongodb';
import type { Connection } from '../connection.js';
import type { StoredHost } from '../documents.js';
import { findAll, type Query } from '../find.js';
import { decodeLabor, type StoredLabor } from '../labor-documents.js';
import { positionFrom } from '../positions.js';
import { inRanges, pastQuery, type PastQuery } from './past-query.js';

/** As many labors are looked at with one question. */
const MOST_LOOKED = 2000;
/** As many questions are asked for a page: documents may not pass though their fields do. */
const MAX_QUESTIONS = 4;

type Request = Omit<PageRequest<LaborPlaceSort>, 'count'>;

export async function listLaborsAsOf(
  connection: Connection,
  generation: number,
  at: Position,
  filter: LaborAsOfFilter,
  { sort, limit, after: first }: Request,
): Promise<Page<LaborAsOfRow>> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const terms: readonly number[] = await connection.run(() => labors.distinct('term', {}, connection.limits));
  const parked = new ParkedHosts(connection, generation, at);
  const room = new PageRoom();
  const items: LaborAsOfRow[] = [];
  let after = first;
  for (let question = 0; question < MAX_QUESTIONS; question += 1) {
    const query = pastQuery(at, filter, terms, sort, after);
    if (query === undefined) return { items, next: null };
    const wanted = limit + 1 - items.length;
    const found = await firstPassing(connection, labors, query, wanted);
    await parked.know(found.map(({ host }) => host));
    for (const stored of found) {
      const now = decodeLabor(stored);
      const labor = laborAsOf(now, at);
      if (labor !== undefined && laborPasses(labor, filter, () => false)) {
        if (items.length === limit || !room.takes(labor)) return { items, next: after };
        items.push({ labor, parked: parked.has(labor.host), isExact: !hasForgottenAt(now, at) });
      }
      after = keyOf(now.opened.position, now.id);
    }
    if (found.length < wanted) return { items, next: await lastLooked(connection, labors, query) };
  }
  return { items, next: after };
}

function keyOf(position: Position, id: string): CursorKey {
  return [position.toString(), id];
}

/** Of the first labors of the ranges those that pass the other conditions, at most `wanted`. */
async function firstPassing(
  connection: Connection,
  labors: Collection<StoredLabor>,
  query: PastQuery,
  wanted: number,
): Promise<readonly WithId<StoredLabor>[]> {
  const stages: readonly Document[] = [
    { $match: inRanges(query) },
    { $sort: query.sort },
    { $limit: MOST_LOOKED },
    { $match: query.residual },
    { $limit: wanted },
  ];
  const options = { ...connection.limits, batchSize: wanted + 1 };
  return connection.run(() => labors.aggregate<WithId<StoredLabor>>([...stages], options).toArray());
}

/** The key of the last that was looked at; null where there were no more. */
async function lastLooked(
  connection: Connection,
  labors: Collection<StoredLabor>,
  query: PastQuery,
): Promise<CursorKey | null> {
  const request = { sort: query.sort, skip: MOST_LOOKED - 1, limit: 1, projection: { placeKey: 1 } } as const;
  const [last] = await findAll(connection, labors, inRanges(query), request);
  if (last === undefined) return null;
  const [place = '', id = ''] = last.placeKey.split(' ');
  return keyOf(positionFrom(place), id);
}

/** Which hosts were parked by an entry up to the place. */
class ParkedHosts {
  private readonly parked = new Set<HostName>();

  constructor(
    private readonly connection: Connection,
    private readonly generation: number,
    private readonly at: Position,
  ) {}

  has(host: HostName): boolean {
    return this.parked.has(host);
  }

  /** Few hosts are parked: an index of these alone answers. */
  async know(hosts: readonly HostName[]): Promise<void> {
    if (hosts.length === 0) return;
    const query: Query = { isParked: true, _id: { $in: [...new Set(hosts)] } };
    const found = await findAll(this.connection, this.connection.of<StoredHost>('hosts', this.generation), query, {
      projection: { parked: 1 },
    });
    for (const { _id, parked } of found)
      if (parked !== null && positionFrom(parked.position) <= this.at) this.parked.add(_id);
  }
}
