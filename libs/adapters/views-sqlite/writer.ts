/** Folding into one generation. A batch is one transaction, though nothing outside relies on it. */
import type { CatalogueDocument, ParkRecord, PartitionProgress, QuestDocument, Recount } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { ViewsBatch, ViewsLoaded, ViewsWanted, ViewsWriter } from '#ports';
import { ApplyQueue } from './apply-queue.js';
import { raiseProgress, readCatalogue, readProgress, writeCatalogue } from './control-writes.js';
import { decodeHost, decodeLabor, decodeParked } from './documents.js';
import { insertEvents } from './event-writes.js';
import { writeHosts } from './host-writes.js';
import { writeLabors } from './labor-writes.js';
import type { GenerationNames } from './layout.js';
import { PART_COLUMNS, sumParts, toPart, writeParts, type PartRow } from './part-writes.js';
import {
  QUEST_COLUMNS,
  raiseMarks,
  readQuest,
  toQuest,
  touchQuests,
  writeRecords,
  writeRecount,
  type QuestRow,
} from './quest-writes.js';
import type { Store } from './store.js';
import type { Tables } from './tables.js';

export class SqliteWriter implements ViewsWriter {
  private readonly queue: ApplyQueue;

  constructor(
    private readonly store: Store,
    private readonly tables: Tables,
  ) {
    this.queue = new ApplyQueue(store);
  }

  async load(
    generation: number,
    { hosts = [], quests = [], labors = [], parts = [] }: ViewsWanted,
  ): Promise<ViewsLoaded> {
    return this.read(generation, (names) => {
      const { store } = this;
      const hostRow = store.statement(`SELECT version, parked, doc FROM ${names.hosts} WHERE host = ?`);
      const laborRow = store.statement(`SELECT doc FROM ${names.labors} WHERE id = ?`);
      const partRow = store.wide(`SELECT ${PART_COLUMNS} FROM ${names.parts} WHERE quest = ? AND host = ?`);
      return {
        hosts: present(hosts, (host) => {
          const row = hostRow.get(host) as readonly [number, string | null, string] | undefined;
          return row && decodeHost(host, ...row);
        }),
        quests: present(quests, (quest) => readQuest(store, names, quest)),
        labors: present(labors, (id) => {
          const row = laborRow.get(id) as readonly [string] | undefined;
          return row && decodeLabor(...row);
        }),
        parts: present(parts, ({ quest, host }) => {
          const row = partRow.get(quest, host) as PartRow | undefined;
          return row && toPart(row);
        }),
      };
    });
  }

  async questsOfHost(
    generation: number,
    host: HostName,
    after: QuestId | null,
    limit: number,
  ): Promise<readonly QuestId[]> {
    return this.read(generation, ({ parts }) => {
      const sql = `SELECT quest FROM ${parts} INDEXED BY ${parts}_host WHERE host = ? AND quest > ? ORDER BY quest LIMIT ?`;
      const rows = this.store.statement(sql).all(host, after ?? 0, limit) as readonly (readonly [QuestId])[];
      return rows.map(([quest]) => quest);
    });
  }

  async catalogue(generation: number): Promise<CatalogueDocument | undefined> {
    return this.read(generation, () => readCatalogue(this.store, generation));
  }

  async progress(generation: number): Promise<readonly PartitionProgress[]> {
    return this.read(generation, () => readProgress(this.store, generation));
  }

  async apply(generation: number, batch: ViewsBatch): Promise<{ readonly conflicts: readonly HostName[] }> {
    const documents = (batch.events?.length ?? 0) + (batch.labors?.length ?? 0) + (batch.hosts?.length ?? 0);
    return this.queue.submit(documents, () => {
      const names = this.tables.of(generation);
      const { store } = this;
      insertEvents(store, this.tables.events, batch.events ?? []);
      writeLabors(store, names, batch.labors ?? []);
      writeParts(store, names, batch.parts ?? []);
      raiseMarks(store, names, batch.marks ?? []);
      writeRecords(store, names, batch.quests ?? []);
      if (batch.catalogue !== undefined) writeCatalogue(store, generation, batch.catalogue);
      const conflicts = writeHosts(store, names, batch.hosts ?? []);
      touchQuests(store, names, batch.touches ?? []);
      if (conflicts.length === 0 && batch.progress !== undefined) raiseProgress(store, generation, batch.progress);
      return { conflicts };
    });
  }

  async dirtyQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]> {
    return this.read(generation, ({ quests }) => {
      const sql = `SELECT ${QUEST_COLUMNS} FROM ${quests} INDEXED BY ${quests}_dirty
        WHERE dirty = 1 AND quest > ? ORDER BY quest LIMIT ?`;
      return (this.store.statement(sql).all(after ?? 0, limit) as readonly QuestRow[]).map(toQuest);
    });
  }

  async sumParts(generation: number, quest: QuestId): ReturnType<ViewsWriter['sumParts']> {
    return this.read(generation, (names) => sumParts(this.store, names, quest));
  }

  async storeRecount(
    generation: number,
    quest: QuestId,
    recount: Omit<Recount, 'version'>,
    expectedVersion: number,
  ): Promise<boolean> {
    return this.store.transaction(() =>
      writeRecount(this.store, this.tables.of(generation), quest, recount, expectedVersion),
    );
  }

  async parkedHosts(
    generation: number,
    after: HostName | null,
    limit: number,
  ): Promise<readonly { readonly host: HostName; readonly parked: ParkRecord }[]> {
    return this.read(generation, ({ hosts }) => {
      const sql = `SELECT host, parked FROM ${hosts} INDEXED BY ${hosts}_parked
        WHERE parked IS NOT NULL AND host > ? ORDER BY host LIMIT ?`;
      const rows = this.store.statement(sql).all(after ?? '', limit) as readonly (readonly [HostName, string])[];
      return rows.map(([host, parked]) => ({ host, parked: decodeParked(parked) }));
    });
  }

  async parkedQuests(
    generation: number,
    after: QuestId | null,
    limit: number,
  ): Promise<readonly { readonly quest: QuestId; readonly parked: ParkRecord }[]> {
    return this.read(generation, ({ quests }) => {
      const sql = `SELECT quest, parked FROM ${quests} INDEXED BY ${quests}_parked
        WHERE parked IS NOT NULL AND quest > ? ORDER BY quest LIMIT ?`;
      const rows = this.store.statement(sql).all(after ?? 0, limit) as readonly (readonly [QuestId, string])[];
      return rows.map(([quest, parked]) => ({ quest, parked: decodeParked(parked) }));
    });
  }

  private read<T>(generation: number, work: (names: GenerationNames) => T): T {
    return this.store.reading(() => work(this.tables.of(generation)));
  }
}

function present<K, T>(keys: readonly K[], find: (key: K) => T | undefined): readonly T[] {
  const found: T[] = [];
  for (const key of keys) {
    const document = find(key);
    if (document !== undefined) found.push(document);
  }
  return found;
}
