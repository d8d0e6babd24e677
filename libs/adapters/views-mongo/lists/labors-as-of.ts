/**
 * R11: labors as they were at a place of the journal. What decides is the document as of then; the query only leaves out labors
 * that cannot pass. The server looks at a bounded number of labors in the ranges of the question, then at the other conditions;
 * where few pass, a page ends early, and says where it goes on.
 *
 * A labor may be closed or reopened between two exchanges, and any server promises no more than single documents. So the terms are
 * asked for in the order in which a labor takes them, one stage after the other: what leaves a stage before it was asked for is in a
 * later one, and what leaves it after that is found twice, and shown once.
 */
import {
  hasForgottenAt,
  laborAsOf,
  laborPasses,
  OPEN_TERM,
  PageRoom,
  REOPENED_TERM,
  stageOf,
  TERM_STAGES,
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
import { inRanges, isByTerms, pastQuery, storedKeyOf, type PastQuery, type Stretch } from './past-query.js';

/** As many labors of a stage are looked at for one question. */
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
  const question = new Question(connection, generation, at, filter);
  const parked = new ParkedHosts(connection, generation, at);
  const room = new PageRoom();
  const items: LaborAsOfRow[] = [];
  let after = first;
  for (let asked = 0; asked < MAX_QUESTIONS; asked += 1) {
    const { found, end } = await question.ask({ sort, after }, limit + 1 - items.length);
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
    if (end === null) return { items, next: null };
    after = end;
  }
  return { items, next: after };
}

function keyOf(position: Position, id: string): CursorKey {
  return [position.toString(), id];
}

interface Found {
  /** In the order of the list, none twice. */
  readonly found: readonly WithId<StoredLabor>[];
  /** No labor up to it is missing; null: none at all. */
  readonly end: CursorKey | null;
}

class Question {
  private readonly labors: Collection<StoredLabor>;

  constructor(
    private readonly connection: Connection,
    generation: number,
    private readonly at: Position,
    private readonly filter: LaborAsOfFilter,
  ) {
    this.labors = connection.of<StoredLabor>('labors', generation);
  }

  /** The labors up to the end whose fields pass; fewer than `wanted` where the bound of the work comes first. */
  async ask(stretch: Stretch, wanted: number): Promise<Found> {
    if (!isByTerms(this.filter)) return this.askTerms([], stretch, wanted);
    const stages: Found[] = [];
    let ended: readonly number[] = [];
    for (const stage of TERM_STAGES) {
      // ends of the labors that were still open when these were asked for, among them
      if (stage === 'ended') ended = await this.endedTerms();
      const terms = { open: [OPEN_TERM], ended, reopened: [REOPENED_TERM] }[stage];
      stages.push(await this.askTerms(terms, stretch, wanted));
    }
    return merged(stages, stretch.sort);
  }

  private async endedTerms(): Promise<readonly number[]> {
    const terms = await this.connection.run(() => this.labors.distinct('term', {}, this.connection.limits));
    return terms.filter((term) => stageOf(term) === 'ended');
  }

  private async askTerms(terms: readonly number[], stretch: Stretch, wanted: number): Promise<Found> {
    const query = pastQuery(this.at, this.filter, terms, stretch);
    if (query === undefined) return { found: [], end: null };
    // the end first, the labors up to it afterwards: labors that leave in between must not move it
    const isAll = Object.keys(query.residual).length === 0;
    const end = isAll ? null : await this.lastToLookAt(query);
    const bounded = end === null ? query : pastQuery(this.at, this.filter, terms, { ...stretch, end });
    const found = bounded === undefined ? [] : await this.firstPassing(bounded, wanted);
    const last = found.length < wanted ? undefined : found.at(-1);
    return { found, end: last === undefined ? end : keyIn(last) };
  }

  /** The key of the last labor that is looked at; null where there are no more. */
  private async lastToLookAt(query: PastQuery): Promise<CursorKey | null> {
    const request = { sort: query.sort, skip: MOST_LOOKED - 1, limit: 1, projection: { _id: 0, placeKey: 1 } } as const;
    const [last] = await findAll(this.connection, this.labors, inRanges(query), request);
    return last === undefined ? null : keyIn(last);
  }

  /** Of the labors of the ranges those that pass the other conditions, at most `wanted`. */
  private async firstPassing(query: PastQuery, wanted: number): Promise<readonly WithId<StoredLabor>[]> {
    const { connection, labors } = this;
    const stages: readonly Document[] = [
      { $match: inRanges(query) },
      { $sort: query.sort },
      { $match: query.residual },
      { $limit: wanted },
    ];
    const options = { ...connection.limits, batchSize: wanted + 1 };
    return connection.run(() => labors.aggregate<WithId<StoredLabor>>([...stages], options).toArray());
  }
}

function keyIn({ placeKey }: Pick<StoredLabor, 'placeKey'>): CursorKey {
  const [place = '', id = ''] = placeKey.split(' ');
  return keyOf(positionFrom(place), id);
}

/** Up to the first end of a stage. */
function merged(stages: readonly Found[], sort: LaborPlaceSort): Found {
  const isUp = sort === 'openedPlace';
  const comesFirst = (one: string, other: string): boolean => (isUp ? one < other : one > other);
  const ends = stages.flatMap(({ end }) => (end === null ? [] : [{ end, key: storedKeyOf(end) }]));
  const [first] = ends.sort((one, other) => (comesFirst(one.key, other.key) ? -1 : 1));
  const byKey = new Map<string, WithId<StoredLabor>>();
  for (const { found } of stages) {
    for (const labor of found) {
      if (first === undefined || !comesFirst(first.key, labor.placeKey)) byKey.set(labor.placeKey, labor);
    }
  }
  const found = [...byKey.values()].sort((one, other) => (comesFirst(one.placeKey, other.placeKey) ? -1 : 1));
  return { found, end: first?.end ?? null };
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
