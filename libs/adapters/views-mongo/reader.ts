/** Reading: single documents, lists, totals. Whether the generation exists is read beside the data. */
import type {
  Burndown,
  BurndownQuestion,
  CatalogueEntryDocument,
  Completion,
  CompletionQuestion,
  EventDocument,
  EventFilter,
  EventSort,
  FollowedEntryDocument,
  HostDocument,
  HostFilter,
  HostSort,
  LaborAsOfFilter,
  LaborFilter,
  LaborPlaceSort,
  LaborSort,
  NamesEntryDocument,
  Page,
  PageRequest,
  PartDocument,
  PastOpen,
  PastParts,
  Position,
  QuestDocument,
  QuestEntryDocument,
  QuestEntrySort,
  QuestFilter,
  QuestHostFilter,
  QuestHostSort,
  QuestSort,
  TimesToClose,
} from '#contracts';
import { START } from '#contracts';
import type {
  CatalogueEntry,
  EventId,
  FateId,
  HostName,
  Instant,
  LaborId,
  NamesEntry,
  QuestId,
  Revision,
} from '#domain';
import type {
  BehindHost,
  ChangedLabor,
  ChangedQuest,
  ChangesFrom,
  EventEffects,
  HostRow,
  LaborAsOfRow,
  LaborRow,
  PastTotals,
  QueriedHostRow,
  QuestHostRow,
  StoredPartKey,
  ViewsFreshness,
  ViewsReader,
  ViewsTotals,
} from '#ports';
import { behindAmong, countBehind } from './behind.js';
import { changedLabors, changedQuests } from './changes.js';
import type { Connection } from './connection.js';
import { pointerOf, progressOf, requireGeneration } from './control-document.js';
import { readControl, readFollowed } from './control-reads.js';
import type { FollowedCollection } from './layout.js';
import type { Directory } from './directory.js';
import { decodeEvent, decodeHost, type StoredEvent, type StoredHost } from './documents.js';
import { instantAt, placeBefore } from './entry-times.js';
import type { StoredLabor } from './labor-documents.js';
import { findAll, findOne } from './find.js';
import { readBurndown, readCompletions } from './lists/burndown.js';
import { readEffects } from './lists/effects.js';
import { lastByCategory, listEvents } from './lists/events.js';
import { listHosts, queriedHostsOf } from './lists/hosts.js';
import { laborRowsById, listLabors } from './lists/labors.js';
import { listLaborsAsOf } from './lists/labors-as-of.js';
import { readParts, readPastOpen, readPastTotals, sumPastParts } from './lists/past.js';
import { listQuestHosts } from './lists/quest-hosts.js';
import { listQuests } from './lists/quests.js';
import { readQuestTimes, readTimes } from './lists/times-to-close.js';
import { textOf } from './positions.js';
import { listQuestEntries } from './quest-entries.js';
import { decodeQuest, type StoredQuest } from './quest-documents.js';
import { eventsPerHour, readTotals } from './totals.js';

export class MongoReader implements ViewsReader {
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
  ) {}

  /** The server lets no question wait for another. */
  for(): this {
    return this;
  }

  async freshness(documentsVersion: number): Promise<ViewsFreshness | undefined> {
    const stored = await readControl(this.connection);
    const pointer = pointerOf(stored, documentsVersion);
    if (pointer === undefined) return undefined;
    const { generation } = pointer;
    return { generation: requireGeneration(stored, generation), progress: progressOf(stored, generation) };
  }

  async catalogue(generation: number, from: Revision, limit: number): Promise<readonly CatalogueEntryDocument[]> {
    return this.followed<CatalogueEntry>('catalogue', generation, from, limit);
  }

  async names(generation: number, from: Revision, limit: number): Promise<readonly NamesEntryDocument[]> {
    return this.followed<NamesEntry>('names', generation, from, limit);
  }

  private followed<Entry>(
    kind: FollowedCollection,
    generation: number,
    from: Revision,
    limit: number,
  ): Promise<readonly FollowedEntryDocument<Entry>[]> {
    const reading = readFollowed<Entry>(this.connection, kind, generation, from, limit);
    // who knows entries is answered with none as a rule: what it has is of the generation in any case
    return this.read(generation, reading, (found) => found.length === 0 && from === 0);
  }

  async placeBefore(instant: Instant): Promise<Position> {
    return placeBefore(this.connection, await this.directory.events(), instant);
  }

  async instantAt(position: Position): Promise<Instant | undefined> {
    return instantAt(this.connection, await this.directory.events(), position);
  }

  async event(id: EventId): Promise<EventDocument | undefined> {
    const found = await findOne(this.connection, await this.eventCollection(), id);
    return found === null ? undefined : decodeEvent(found);
  }

  async events(filter: EventFilter, page: PageRequest<EventSort>): Promise<Page<EventDocument>> {
    return listEvents(this.connection, await this.directory.events(), filter, page);
  }

  async lastByCategory(host: HostName, limit: number): Promise<readonly EventDocument[]> {
    return lastByCategory(this.connection, await this.directory.events(), host, limit);
  }

  async eventsPerHour(since: EventDocument['recordedAt']): ReturnType<ViewsReader['eventsPerHour']> {
    return eventsPerHour(this.connection, await this.directory.events(), since);
  }

  async labor(generation: number, id: LaborId): Promise<LaborRow | undefined> {
    const [row] = await this.laborsById(generation, [id]);
    return row;
  }

  async laborsById(generation: number, ids: readonly LaborId[]): Promise<readonly LaborRow[]> {
    return this.read(generation, laborRowsById(this.connection, generation, ids), (rows) => rows.length === 0);
  }

  async changedLabors(generation: number, from: ChangesFrom<LaborId>, limit: number): Promise<readonly ChangedLabor[]> {
    return this.read(generation, changedLabors(this.connection, generation, from, limit), isEmptyList);
  }

  async changedQuests(generation: number, from: ChangesFrom<QuestId>, limit: number): Promise<readonly ChangedQuest[]> {
    return this.read(generation, changedQuests(this.connection, generation, from, limit), isEmptyList);
  }

  async firedFates(generation: number): Promise<readonly FateId[]> {
    const labors = this.connection.of<StoredLabor>('labors', generation);
    const found = this.connection.run(() => labors.distinct('opened.fate', {}, this.connection.limits));
    return this.read(generation, found, (fates) => fates.length === 0);
  }

  async effects(generation: number, events: readonly EventId[]): Promise<readonly EventEffects[]> {
    const reading = readEffects(this.connection, generation, await this.directory.events(), events);
    return this.read(generation, reading, (all) => all.every(({ applied }) => applied < 0));
  }

  async labors(generation: number, filter: LaborFilter, page: PageRequest<LaborSort>): Promise<Page<LaborRow>> {
    return this.read(generation, listLabors(this.connection, generation, filter, page), isEmpty);
  }

  async laborsAsOf(
    generation: number,
    at: Position,
    filter: LaborAsOfFilter,
    page: Omit<PageRequest<LaborPlaceSort>, 'count'>,
  ): Promise<Page<LaborAsOfRow>> {
    return this.read(generation, listLaborsAsOf(this.connection, generation, at, filter, page), isEmpty);
  }

  async quest(generation: number, id: QuestId): Promise<QuestDocument | undefined> {
    const quests = this.connection.of<StoredQuest>('quests', generation);
    const found = await this.read(generation, findOne(this.connection, quests, id), (quest) => quest === null);
    return found === null ? undefined : decodeQuest(found);
  }

  async quests(generation: number, filter: QuestFilter, page: PageRequest<QuestSort>): Promise<Page<QuestDocument>> {
    return this.read(generation, listQuests(this.connection, generation, filter, page), isEmpty);
  }

  async unfinishedQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]> {
    const quests = this.connection.of<StoredQuest>('quests', generation);
    const query = { isUnfinished: true, _id: { $gt: after ?? 0 } };
    const found = findAll(this.connection, quests, query, { sort: { _id: 1 }, limit });
    return (await this.read(generation, found, (rows) => rows.length === 0)).map(decodeQuest);
  }

  async questHosts(
    generation: number,
    quest: QuestId,
    filter: QuestHostFilter,
    page: PageRequest<QuestHostSort>,
  ): Promise<Page<QuestHostRow>> {
    return this.read(generation, listQuestHosts(this.connection, generation, quest, filter, page), isEmpty);
  }

  async burndown(generation: number, question: BurndownQuestion): Promise<Burndown> {
    // it reads page by page: what was dropped between two of them must not look like the end
    return this.read(generation, readBurndown(this.connection, generation, question), () => true);
  }

  async completions(generation: number, question: CompletionQuestion): Promise<readonly Completion[]> {
    return this.read(generation, readCompletions(this.connection, generation, question), () => true);
  }

  async timesToClose(generation: number, quest: QuestId | null): Promise<TimesToClose> {
    const { connection } = this;
    const reading = quest === null ? readTimes(connection, generation) : readQuestTimes(connection, generation, quest);
    // as of a burndown
    return this.read(generation, reading, () => true);
  }

  async questEntries(
    generation: number,
    quest: QuestId,
    page: PageRequest<QuestEntrySort>,
  ): Promise<Page<QuestEntryDocument>> {
    return this.read(generation, listQuestEntries(this.connection, generation, quest, page), isEmpty);
  }

  async questsBehind(generation: number, position: Position, only: readonly QuestId[] | null): Promise<boolean> {
    if (position === START) {
      await this.directory.require(generation);
      return false;
    }
    const quests = this.connection.of<StoredQuest>('quests', generation);
    const uncounted = { label: { $lt: textOf(position) } };
    // a touch is of an entry at or below the label: the last count may have missed it
    const touched = { $expr: { $ne: ['$touches', '$recount.touches'] } };
    const behind =
      only === null ? { dirty: true, ...uncounted } : { dirty: true, _id: { $in: only }, $or: [uncounted, touched] };
    const request = { limit: 1, projection: { _id: 1 } } as const;
    const found = findAll(this.connection, quests, behind, request);
    return (await this.read(generation, found, (rows) => rows.length === 0)).length > 0;
  }

  async hostsBehind(generation: number): Promise<number> {
    return this.read(generation, countBehind(this.connection, generation), () => false);
  }

  async behindAmong(
    generation: number,
    { hosts, quests }: Parameters<ViewsReader['behindAmong']>[1],
  ): Promise<readonly BehindHost[]> {
    const found = behindAmong(this.connection, generation, hosts, quests);
    return this.read(generation, found, () => false);
  }

  async host(generation: number, host: HostName): Promise<HostDocument | undefined> {
    const hosts = this.connection.of<StoredHost>('hosts', generation);
    const found = await this.read(generation, findOne(this.connection, hosts, host), (stored) => stored === null);
    return found === null ? undefined : decodeHost(found);
  }

  async hosts(generation: number, filter: HostFilter, page: PageRequest<HostSort>): Promise<Page<HostRow>> {
    return this.read(generation, listHosts(this.connection, generation, filter, page), isEmpty);
  }

  async queriedHosts(generation: number, hosts: readonly HostName[]): Promise<readonly QueriedHostRow[]> {
    return this.read(generation, queriedHostsOf(this.connection, generation, hosts), isEmptyList);
  }

  async totals(generation: number): Promise<ViewsTotals> {
    const list = await this.directory.events();
    return this.read(generation, readTotals(this.connection, generation, list), ({ hosts }) => hosts === 0);
  }

  async partsAsOf(generation: number, quest: QuestId, at: Position): Promise<PastParts> {
    // as of a burndown
    return this.read(generation, sumPastParts(this.connection, generation, quest, at), () => true);
  }

  async parts(generation: number, keys: readonly StoredPartKey[]): Promise<readonly PartDocument[]> {
    return this.read(generation, readParts(this.connection, generation, keys), isEmptyList);
  }

  async openAsOf(generation: number, host: HostName, at: Position): Promise<PastOpen> {
    return this.read(generation, readPastOpen(this.connection, generation, host, at), () => true);
  }

  async totalsAsOf(generation: number, at: Position): Promise<PastTotals> {
    const list = await this.directory.events();
    return this.read(generation, readPastTotals(this.connection, generation, list, at), () => true);
  }

  private async eventCollection() {
    return this.connection.of<StoredEvent>('events', await this.directory.events());
  }

  /** Nothing found may mean that the generation was dropped meanwhile: then it is looked for once more. */
  private async read<T>(generation: number, data: Promise<T>, isNothing: (found: T) => boolean): Promise<T> {
    const [found] = await Promise.all([data, this.directory.require(generation)]);
    if (isNothing(found)) await this.directory.require(generation);
    return found;
  }
}

function isEmptyList({ length }: readonly unknown[]): boolean {
  return length === 0;
}

function isEmpty({ items }: Page<unknown>): boolean {
  return items.length === 0;
}
