/** Reading: single documents, lists, totals. */
import type {
  CatalogueDocument,
  EventDocument,
  EventFilter,
  EventSort,
  HostDocument,
  HostFilter,
  HostSort,
  LaborFilter,
  LaborSort,
  Page,
  PageRequest,
  Position,
  QuestDocument,
  QuestFilter,
  QuestSort,
} from '#contracts';
import type { EventId, HostName, LaborId, QuestId } from '#domain';
import type { HostRow, LaborRow, QuestHostRow, ViewsFreshness, ViewsReader, ViewsTotals } from '#ports';
import { readCatalogue, readPointer, readProgress } from './control-writes.js';
import { decodeHost } from './documents.js';
import type { GenerationNames } from './layout.js';
import { listEvents } from './lists/events.js';
import { eventOf, lastByCategory } from './lists/host-events.js';
import { listHosts, listQuestHosts } from './lists/hosts.js';
import { laborRowSql, listLabors, toLaborRow, type LaborRowColumns } from './lists/labors.js';
import { listQuests } from './lists/quests.js';
import { readQuest } from './quest-writes.js';
import { questsBehind } from './quests-behind.js';
import type { Store } from './store.js';
import type { Tables } from './tables.js';
import { eventsPerHour, readTotals } from './totals.js';

export class SqliteReader implements ViewsReader {
  constructor(
    private readonly store: Store,
    private readonly tables: Tables,
  ) {}

  async freshness(documentsVersion: number): Promise<ViewsFreshness | undefined> {
    return this.store.reading(() => {
      const current = readPointer(this.store, documentsVersion);
      const generation = this.tables.stored().find(({ number }) => number === current);
      return generation && { generation, progress: readProgress(this.store, generation.number) };
    });
  }

  async catalogue(generation: number): Promise<CatalogueDocument | undefined> {
    return this.read(generation, () => readCatalogue(this.store, generation));
  }

  async event(id: EventId): Promise<EventDocument | undefined> {
    return this.store.reading(() => eventOf(this.store, this.tables.events, id));
  }

  async events(filter: EventFilter, page: PageRequest<EventSort>): Promise<Page<EventDocument>> {
    return this.store.reading(() => listEvents(this.store, this.tables.events, filter, page));
  }

  async lastByCategory(host: HostName, limit: number): Promise<readonly EventDocument[]> {
    return this.store.reading(() => lastByCategory(this.store, this.tables.events, host, limit));
  }

  async eventsPerHour(since: EventDocument['recordedAt']): ReturnType<ViewsReader['eventsPerHour']> {
    return this.store.reading(() => eventsPerHour(this.store, this.tables.events, since));
  }

  async labor(generation: number, id: LaborId): Promise<LaborRow | undefined> {
    return this.read(generation, (names) => {
      const row = this.store.statement(`${laborRowSql(names)} WHERE l.id = ?`).get(id);
      return row === undefined ? undefined : toLaborRow(row as LaborRowColumns);
    });
  }

  async laborsById(generation: number, ids: readonly LaborId[]): Promise<readonly LaborRow[]> {
    return this.read(generation, (names) => {
      const find = this.store.statement(`${laborRowSql(names)} WHERE l.id = ?`);
      return ids.flatMap((id) => {
        const row = find.get(id) as LaborRowColumns | undefined;
        return row === undefined ? [] : [toLaborRow(row)];
      });
    });
  }

  async labors(generation: number, filter: LaborFilter, page: PageRequest<LaborSort>): Promise<Page<LaborRow>> {
    return this.read(generation, (names) => listLabors(this.store, names, filter, page));
  }

  async quest(generation: number, id: QuestId): Promise<QuestDocument | undefined> {
    return this.read(generation, (names) => readQuest(this.store, names, id));
  }

  async quests(generation: number, filter: QuestFilter, page: PageRequest<QuestSort>): Promise<Page<QuestDocument>> {
    return this.read(generation, (names) => listQuests(this.store, names, filter, page));
  }

  async questHosts(generation: number, quest: QuestId, page: PageRequest<HostSort>): Promise<Page<QuestHostRow>> {
    return this.read(generation, (names) => listQuestHosts(this.store, names, quest, page));
  }

  async questsBehind(generation: number, position: Position, only: readonly QuestId[] | null): Promise<boolean> {
    return this.read(generation, (names) => questsBehind(this.store, names, position, only));
  }

  async host(generation: number, host: HostName): Promise<HostDocument | undefined> {
    return this.read(generation, ({ hosts }) => {
      const row = this.store.statement(`SELECT version, parked, doc FROM ${hosts} WHERE host = ?`).get(host);
      return row === undefined ? undefined : decodeHost(host, ...(row as [number, string | null, string]));
    });
  }

  async hosts(generation: number, filter: HostFilter, page: PageRequest<HostSort>): Promise<Page<HostRow>> {
    return this.read(generation, (names) => listHosts(this.store, names, filter, page));
  }

  async totals(generation: number): Promise<ViewsTotals> {
    return this.read(generation, (names) => readTotals(this.store, names, this.tables.events));
  }

  private read<T>(generation: number, work: (names: GenerationNames) => T): T {
    return this.store.reading(() => work(this.tables.of(generation)));
  }
}
