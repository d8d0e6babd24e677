/** Reading: single documents, lists, totals. */
import {
  PastLaborsSum,
  type Burndown,
  type BurndownQuestion,
  type CatalogueEntryDocument,
  type Completion,
  type CompletionQuestion,
  type EventDocument,
  type EventFilter,
  type EventSort,
  type HostDocument,
  type HostFilter,
  type HostSort,
  type LaborAsOfFilter,
  type LaborFilter,
  type LaborPlaceSort,
  type LaborSort,
  type NamesEntryDocument,
  type Page,
  type PageRequest,
  type PartDocument,
  type PastOpen,
  type PastParts,
  type Position,
  type QuestDocument,
  type QuestEntryDocument,
  type QuestEntrySort,
  type QuestFilter,
  type QuestHostFilter,
  type QuestHostSort,
  type QuestSort,
  type TimesToClose,
} from '#contracts';
import type { EventId, FateId, HostName, Instant, LaborId, QuestId, Revision } from '#domain';
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
import { readFollowed, readPointer, readProgress } from './control-writes.js';
import { decodeHost, HOST_COLUMNS, type HostColumns } from './documents.js';
import { instantAt, placeBefore } from './entry-times.js';
import type { EventList } from './event-list.js';
import type { OpenFiles } from './files.js';
import { readBurndown, readCompletions } from './lists/burndown.js';
import { readEffects } from './lists/effects.js';
import { listEvents } from './lists/events.js';
import { eventOf, lastByCategory } from './lists/host-events.js';
import { readQueriedHosts } from './lists/host-query.js';
import { listHosts } from './lists/hosts.js';
import { laborRowSql, listLabors, toLaborRow, type LaborRowColumns } from './lists/labors.js';
import { listLaborsAsOf } from './lists/labors-as-of.js';
import { listQuestHosts } from './lists/quest-hosts.js';
import { listQuests } from './lists/quests.js';
import { readQuestTimes, readTimes } from './lists/times-to-close.js';
import {
  countPastEvents,
  countPastHosts,
  readParts,
  readPastLabors,
  readPastOpen,
  sumPastParts,
} from './lists/past.js';
import { AT_ONCE_ROWS, nextStep, type Steps } from './lists/steps.js';
import { listQuestEntries } from './quest-entries.js';
import { readQuest, unfinishedQuests } from './quest-writes.js';
import { questsBehind } from './quests-behind.js';
import type { Store } from './store.js';
import { storedGeneration } from './stored-generations.js';
import { eventsPerHour, readTotals } from './totals.js';

export class SqliteReader implements ViewsReader {
  constructor(
    private readonly files: OpenFiles,
    /** Among whose long reads its own have their turn. */
    private readonly holder = '',
  ) {}

  for(holder: string): SqliteReader {
    return new SqliteReader(this.files, holder);
  }

  async freshness(documentsVersion: number): Promise<ViewsFreshness | undefined> {
    const { control } = this.files;
    const current = control.reading(() => readPointer(control, documentsVersion));
    const generation = current === null ? undefined : storedGeneration(this.files, current);
    return generation && { generation, progress: this.read(generation.number, readProgress) };
  }

  async catalogue(generation: number, from: Revision, limit: number): Promise<readonly CatalogueEntryDocument[]> {
    return this.read(generation, (store) => readFollowed(store, 'catalogue', from, limit));
  }

  async names(generation: number, from: Revision, limit: number): Promise<readonly NamesEntryDocument[]> {
    return this.read(generation, (store) => readFollowed(store, 'names', from, limit));
  }

  async placeBefore(instant: Instant): Promise<Position> {
    return this.ofEvents((store) => placeBefore(store, instant));
  }

  async instantAt(position: Position): Promise<Instant | undefined> {
    return this.ofEvents((store) => instantAt(store, position));
  }

  async event(id: EventId): Promise<EventDocument | undefined> {
    return this.ofEvents((store) => eventOf(store, id));
  }

  async events(filter: EventFilter, page: PageRequest<EventSort>): Promise<Page<EventDocument>> {
    return this.listed(this.files.events, (store) => listEvents(store, filter, page));
  }

  async lastByCategory(host: HostName, limit: number): Promise<readonly EventDocument[]> {
    return this.ofEvents((store) => lastByCategory(store, host, limit));
  }

  async eventsPerHour(since: EventDocument['recordedAt']): ReturnType<ViewsReader['eventsPerHour']> {
    return this.ofEvents((store) => eventsPerHour(store, since));
  }

  async labor(generation: number, id: LaborId): Promise<LaborRow | undefined> {
    return this.read(generation, (store) => {
      const row = store.statement(`${laborRowSql()} WHERE l.id = ?`).get(id);
      return row === undefined ? undefined : toLaborRow(row as LaborRowColumns);
    });
  }

  async laborsById(generation: number, ids: readonly LaborId[]): Promise<readonly LaborRow[]> {
    return this.read(generation, (store) => {
      const find = store.statement(`${laborRowSql()} WHERE l.id = ?`);
      return ids.flatMap((id) => {
        const row = find.get(id) as LaborRowColumns | undefined;
        return row === undefined ? [] : [toLaborRow(row)];
      });
    });
  }

  async changedLabors(generation: number, from: ChangesFrom<LaborId>, limit: number): Promise<readonly ChangedLabor[]> {
    return this.read(generation, (store) => changedLabors(store, from, limit));
  }

  async changedQuests(generation: number, from: ChangesFrom<QuestId>, limit: number): Promise<readonly ChangedQuest[]> {
    return this.read(generation, (store) => changedQuests(store, from, limit));
  }

  async firedFates(generation: number): Promise<readonly FateId[]> {
    return this.read(generation, (store) =>
      (store.statement('SELECT fate FROM fired_fates').all() as readonly (readonly [FateId])[]).map(([fate]) => fate),
    );
  }

  async effects(generation: number, events: readonly EventId[]): Promise<readonly EventEffects[]> {
    return this.listedOf(generation, (store) => readEffects(store, this.files.events.store, events));
  }

  async labors(generation: number, filter: LaborFilter, page: PageRequest<LaborSort>): Promise<Page<LaborRow>> {
    return this.listedOf(generation, (store) => listLabors(store, filter, page));
  }

  async laborsAsOf(
    generation: number,
    at: Position,
    filter: LaborAsOfFilter,
    page: Omit<PageRequest<LaborPlaceSort>, 'count'>,
  ): Promise<Page<LaborAsOfRow>> {
    return this.listedOf(generation, (store) => listLaborsAsOf(store, at, filter, page));
  }

  async quest(generation: number, id: QuestId): Promise<QuestDocument | undefined> {
    return this.read(generation, (store) => readQuest(store, id));
  }

  async quests(generation: number, filter: QuestFilter, page: PageRequest<QuestSort>): Promise<Page<QuestDocument>> {
    return this.listedOf(generation, (store) => listQuests(store, filter, page));
  }

  async unfinishedQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]> {
    return this.read(generation, (store) => unfinishedQuests(store, after, limit));
  }

  async questHosts(
    generation: number,
    quest: QuestId,
    filter: QuestHostFilter,
    page: PageRequest<QuestHostSort>,
  ): Promise<Page<QuestHostRow>> {
    return this.listedOf(generation, (store) => listQuestHosts(store, quest, filter, page));
  }

  async burndown(generation: number, question: BurndownQuestion): Promise<Burndown> {
    return this.listedOf(generation, (store) => readBurndown(store, question));
  }

  async completions(generation: number, question: CompletionQuestion): Promise<readonly Completion[]> {
    return this.listedOf(generation, (store) => readCompletions(store, question));
  }

  async timesToClose(generation: number, quest: QuestId | null): Promise<TimesToClose> {
    return this.listedOf(generation, (store) => (quest === null ? readTimes(store) : readQuestTimes(store, quest)));
  }

  async questEntries(
    generation: number,
    quest: QuestId,
    page: PageRequest<QuestEntrySort>,
  ): Promise<Page<QuestEntryDocument>> {
    return this.read(generation, (store) => listQuestEntries(store, quest, page));
  }

  async questsBehind(generation: number, position: Position, only: readonly QuestId[] | null): Promise<boolean> {
    return this.read(generation, (store) => questsBehind(store, position, only));
  }

  async hostsBehind(generation: number): Promise<number> {
    return this.read(generation, countBehind);
  }

  async behindAmong(
    generation: number,
    { hosts, quests }: Parameters<ViewsReader['behindAmong']>[1],
  ): Promise<readonly BehindHost[]> {
    return this.read(generation, (store) => behindAmong(store, hosts, quests));
  }

  async host(generation: number, host: HostName): Promise<HostDocument | undefined> {
    return this.read(generation, (store) => {
      const row = store.statement(`SELECT ${HOST_COLUMNS} FROM hosts WHERE host = ?`).get(host);
      return row === undefined ? undefined : decodeHost(host, row as HostColumns);
    });
  }

  async hosts(generation: number, filter: HostFilter, page: PageRequest<HostSort>): Promise<Page<HostRow>> {
    return this.listedOf(generation, (store) => listHosts(store, filter, page));
  }

  async queriedHosts(generation: number, hosts: readonly HostName[]): Promise<readonly QueriedHostRow[]> {
    return this.read(generation, (store) => readQueriedHosts(store, hosts));
  }

  async totals(generation: number): Promise<ViewsTotals> {
    return this.listedOf(generation, (store) => readTotals(store, this.files.events.store));
  }

  async partsAsOf(generation: number, quest: QuestId, at: Position): Promise<PastParts> {
    return this.listedOf(generation, (store) => sumPastParts(store, quest, at));
  }

  async parts(generation: number, keys: readonly StoredPartKey[]): Promise<readonly PartDocument[]> {
    return this.read(generation, (store) => readParts(store, keys));
  }

  async openAsOf(generation: number, host: HostName, at: Position): Promise<PastOpen> {
    return this.listedOf(generation, (store) => readPastOpen(store, host, at));
  }

  async totalsAsOf(generation: number, at: Position): Promise<PastTotals> {
    const events = this.ofEvents((store) => countPastEvents(store, at));
    const hosts = this.read(generation, (store) => countPastHosts(store, at));
    const sum = new PastLaborsSum(at);
    for (let after: number | null = 0; after !== null;) {
      const from: number = after;
      const { labors, next } = await this.listedOf(generation, (store) => readPastLabors(store, at, from));
      sum.addSum(labors);
      after = next;
    }
    return { hosts, events, ...sum.result() };
  }

  /** At once where that is little, else among the file's long reads. */
  private async listed<T>(
    { store, longReads }: Pick<EventList, 'store' | 'longReads'>,
    work: (store: Store) => Steps<T>,
  ): Promise<T> {
    const ended = store.reading(() => nextStep(work(store), AT_ONCE_ROWS));
    return ended === undefined ? longReads.read(work, this.holder) : ended.result;
  }

  private async listedOf<T>(generation: number, work: (store: Store) => Steps<T>): Promise<T> {
    try {
      return await this.listed(this.files.of(generation), work);
    } catch (error) {
      // it may have been dropped meanwhile
      this.files.of(generation);
      throw error;
    }
  }

  private read<T>(generation: number, work: (store: Store) => T): T {
    const { store } = this.files.of(generation);
    return store.reading(() => work(store));
  }

  private ofEvents<T>(work: (store: Store) => T): T {
    const { store } = this.files.events;
    return store.reading(() => work(store));
  }
}
