/**
 * Folding into one generation. A batch is its events first, and then one transaction with everything else, though nothing
 * outside relies on that.
 */
import type { LaborDocument, ParkRecord, PartDocument, PartitionProgress, QuestDocument, Recount } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import type {
  BehindHost,
  StoredDigest,
  StoredDigestPlace,
  StoredPage,
  StoredPartKey,
  ViewsBatch,
  ViewsLoaded,
  ViewsWanted,
  ViewsWriter,
} from '#ports';
import { readBehind } from './behind.js';
import { raiseProgress, readProgress, insertFollowed } from './control-writes.js';
import { readDigests } from './digests.js';
import { decodeHost, decodeLabor, decodeParked, HOST_COLUMNS, type HostColumns } from './documents.js';
import type { OpenFiles } from './files.js';
import { seenFromOf } from './changes.js';
import { writeHosts } from './host-writes.js';
import { namedBy } from './lists/effects.js';
import { eventOf } from './lists/host-events.js';
import { writeLabors } from './labor-writes.js';
import { PART_COLUMNS, sumParts, toPart, writeParts, type PartRow } from './part-writes.js';
import { insertQuestEntries } from './quest-entries.js';
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
import { readHostNames, readLaborsOf, readPartsOf, readQuestNumbers } from './stored-documents.js';

export class SqliteWriter implements ViewsWriter {
  constructor(private readonly files: OpenFiles) {}

  async load(
    generation: number,
    { hosts = [], quests = [], labors = [], laborsOf = [], chains = [], parts = [] }: ViewsWanted,
  ): Promise<ViewsLoaded> {
    const { store: events } = this.files.events;
    const found = laborsOf.length === 0 ? [] : events.reading(() => present(laborsOf, (id) => eventOf(events, id)));
    return this.read(generation, (store) => {
      const ids = new Set([...labors, ...chains]);
      for (const event of found) {
        const { opened, closed } = namedBy(store, event);
        for (const id of [...opened, ...closed]) ids.add(id);
      }
      const followers = store.statement('SELECT id FROM labors INDEXED BY labors_chain_opened WHERE chain = ?');
      for (const chain of chains)
        for (const [id] of followers.all(chain) as readonly (readonly [LaborId])[]) ids.add(id);
      const hostRow = store.statement(`SELECT ${HOST_COLUMNS} FROM hosts WHERE host = ?`);
      const laborRow = store.statement('SELECT doc FROM labors WHERE id = ?');
      const partRow = store.wide(`SELECT ${PART_COLUMNS} FROM parts WHERE quest = ? AND host = ?`);
      return {
        hosts: present(hosts, (host) => {
          const row = hostRow.get(host) as HostColumns | undefined;
          return row && decodeHost(host, row);
        }),
        quests: present(quests, (quest) => readQuest(store, quest)),
        labors: present([...ids], (id) => {
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
    return this.read(generation, (store) => {
      const sql = 'SELECT quest FROM parts INDEXED BY parts_host WHERE host = ? AND quest > ? ORDER BY quest LIMIT ?';
      const rows = store.statement(sql).all(host, after ?? 0, limit) as readonly (readonly [QuestId])[];
      return rows.map(([quest]) => quest);
    });
  }

  async progress(generation: number): Promise<readonly PartitionProgress[]> {
    return this.read(generation, readProgress);
  }

  async apply(generation: number, batch: ViewsBatch): Promise<{ readonly conflicts: readonly HostName[] }> {
    const { labors = [], parts = [], marks = [], quests = [], hosts = [], touches = [] } = batch;
    const { store, queue } = this.files.of(generation);
    await this.files.events.write(batch);
    return queue.submit(labors.length + hosts.length, () => {
      // it may have been dropped meanwhile
      this.files.of(generation);
      const seenFrom = seenFromOf(store, batch.published);
      writeLabors(store, labors, seenFrom);
      writeParts(store, parts);
      raiseMarks(store, marks);
      writeRecords(store, quests, seenFrom);
      insertQuestEntries(store, batch.questEntries ?? []);
      insertFollowed(store, 'catalogue', batch.catalogue);
      insertFollowed(store, 'names', batch.names);
      const conflicts = writeHosts(store, hosts);
      touchQuests(store, touches);
      if (conflicts.length === 0 && batch.progress !== undefined) raiseProgress(store, batch.progress);
      return { conflicts };
    });
  }

  async dirtyQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]> {
    return this.read(generation, (store) => {
      const sql = `SELECT ${QUEST_COLUMNS} FROM quests INDEXED BY quests_dirty
        WHERE dirty = 1 AND quest > ? ORDER BY quest LIMIT ?`;
      return (store.statement(sql).all(after ?? 0, limit) as readonly QuestRow[]).map(toQuest);
    });
  }

  async sumParts(generation: number, quest: QuestId): ReturnType<ViewsWriter['sumParts']> {
    return this.read(generation, (store) => sumParts(store, quest));
  }

  async storeRecount(
    generation: number,
    quest: QuestId,
    recount: Omit<Recount, 'version'>,
    expectedVersion: number,
    published?: 'late',
  ): Promise<boolean> {
    const { store } = this.files.of(generation);
    return store.transaction(() => writeRecount(store, quest, recount, expectedVersion, seenFromOf(store, published)));
  }

  async parkedHosts(
    generation: number,
    after: HostName | null,
    limit: number,
  ): Promise<readonly { readonly host: HostName; readonly parked: ParkRecord }[]> {
    return this.read(generation, (store) => {
      const sql = `SELECT host, parked FROM hosts INDEXED BY hosts_parked
        WHERE parked IS NOT NULL AND host > ? ORDER BY host LIMIT ?`;
      const rows = store.statement(sql).all(after ?? '', limit) as readonly (readonly [HostName, string])[];
      return rows.map(([host, parked]) => ({ host, parked: decodeParked(parked) }));
    });
  }

  async parkedQuests(
    generation: number,
    after: QuestId | null,
    limit: number,
  ): Promise<readonly { readonly quest: QuestId; readonly parked: ParkRecord }[]> {
    return this.read(generation, (store) => {
      const sql = `SELECT quest, parked FROM quests INDEXED BY quests_parked
        WHERE parked IS NOT NULL AND quest > ? ORDER BY quest LIMIT ?`;
      const rows = store.statement(sql).all(after ?? 0, limit) as readonly (readonly [QuestId, string])[];
      return rows.map(([quest, parked]) => ({ quest, parked: decodeParked(parked) }));
    });
  }

  async behindHosts(generation: number, after: HostName | null, limit: number): Promise<readonly BehindHost[]> {
    return this.read(generation, (store) => readBehind(store, after, limit));
  }

  async hostNames(generation: number, after: HostName | null, limit: number): Promise<readonly HostName[]> {
    return this.read(generation, (store) => readHostNames(store, after, limit));
  }

  async questNumbers(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestId[]> {
    return this.read(generation, (store) => readQuestNumbers(store, after, limit));
  }

  async laborsOf(
    generation: number,
    hosts: readonly HostName[],
    after: LaborId | null,
  ): Promise<StoredPage<LaborDocument, LaborId>> {
    return this.read(generation, (store) => readLaborsOf(store, hosts, after));
  }

  async partsOf(
    generation: number,
    hosts: readonly HostName[],
    after: StoredPartKey | null,
  ): Promise<StoredPage<PartDocument, StoredPartKey>> {
    return this.read(generation, (store) => readPartsOf(store, hosts, after));
  }

  async digestsOf(
    generation: number,
    hosts: readonly HostName[],
    from: StoredDigestPlace | null,
  ): Promise<StoredPage<StoredDigest, StoredDigestPlace>> {
    const { store } = this.files.of(generation);
    return store.snapshot(() => readDigests(store, hosts, from));
  }

  protected async read<T>(generation: number, work: (store: Store) => T): Promise<T> {
    const { store } = this.files.of(generation);
    return store.reading(() => work(store));
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
