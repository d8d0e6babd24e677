/** Folding into one generation: reads side by side, and a batch in three phases. */
import type { LaborDocument, ParkRecord, PartDocument, PartitionProgress, QuestDocument, Recount } from '#contracts';
import type { EventId, HostName, LaborId, QuestId } from '#domain';
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
import { newPublishing, settle } from './changes.js';
import { allOf, type Connection } from './connection.js';
import { progressOf, requireGeneration } from './control-document.js';
import { readControl } from './control-reads.js';
import { readDigests } from './digests.js';
import type { Directory } from './directory.js';
import { insertFollowed, writeLabors, writeParts } from './document-writes.js';
import { decodeHost, decodePart, parkRecordOf, partId, type StoredHost, type StoredPart } from './documents.js';
import { decodeLabor, type StoredLabor } from './labor-documents.js';
import { writeEntryTimes } from './entry-times.js';
import { insertEvents, redactEvents, widenSpans } from './event-writes.js';
import { findAll, findByIds } from './find.js';
import { writeHosts } from './host-writes.js';
import type { CollectionKind } from './layout.js';
import { readNamed } from './lists/effects.js';
import { sumParts } from './part-sums.js';
import { raiseProgress } from './progress-writes.js';
import { decodeQuest, type StoredQuest } from './quest-documents.js';
import { insertQuestEntries } from './quest-entries.js';
import { markWrites, recordWrites, touchWrites, writeRecount } from './quest-writes.js';
import { readHostNames, readLaborsOf, readPartsOf, readQuestNumbers } from './stored-documents.js';

export class MongoWriter implements ViewsWriter {
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
  ) {}

  async load(generation: number, wanted: ViewsWanted): Promise<ViewsLoaded> {
    const { hosts = [], quests = [], labors = [], laborsOf = [], chains = [], parts = [] } = wanted;
    const { connection } = this;
    const partIds = parts.map(partId);
    const [foundHosts, foundQuests, foundLabors, named, foundParts, foundChains] = await Promise.all([
      findByIds(connection, connection.of<StoredHost>('hosts', generation), hosts),
      findByIds(connection, connection.of<StoredQuest>('quests', generation), quests),
      findByIds(connection, connection.of<StoredLabor>('labors', generation), labors),
      this.laborsOfEvents(generation, laborsOf),
      findByIds(connection, connection.of<StoredPart>('parts', generation), partIds),
      this.laborsOfChains(generation, chains),
      this.directory.confirm(generation),
    ]);
    const all = [...foundLabors, ...named, ...foundChains];
    return {
      hosts: foundHosts.map(decodeHost),
      quests: foundQuests.map(decodeQuest),
      labors: [...new Map(all.map((labor) => [labor._id, labor])).values()].map(decodeLabor),
      parts: foundParts.map(decodePart),
    };
  }

  private async laborsOfEvents(generation: number, events: readonly EventId[]): Promise<readonly StoredLabor[]> {
    if (events.length === 0) return [];
    return readNamed(this.connection, generation, await this.directory.eventsOf(generation), events);
  }

  private async laborsOfChains(generation: number, chains: readonly LaborId[]): Promise<readonly StoredLabor[]> {
    if (chains.length === 0) return [];
    const labors = this.connection.of<StoredLabor>('labors', generation);
    return findAll(this.connection, labors, { chain: { $in: chains } });
  }

  async questsOfHost(
    generation: number,
    host: HostName,
    after: QuestId | null,
    limit: number,
  ): Promise<readonly QuestId[]> {
    const query = { host, quest: { $gt: after ?? 0 } };
    const request = { sort: { quest: 1 }, limit, projection: { _id: 0, quest: 1 } } as const;
    const found = await this.find<StoredPart>('parts', generation, query, request);
    return found.map(({ quest }) => quest);
  }

  async progress(generation: number): Promise<readonly PartitionProgress[]> {
    const stored = await readControl(this.connection);
    requireGeneration(stored, generation);
    return progressOf(stored, generation);
  }

  async apply(generation: number, batch: ViewsBatch): Promise<{ readonly conflicts: readonly HostName[] }> {
    const { connection, directory } = this;
    const publishing = newPublishing(batch.published);
    const list = await directory.eventsOf(generation);
    const quests = connection.of<StoredQuest>('quests', generation);
    await allOf([
      directory.confirm(generation),
      insertEvents(connection, list, batch.events ?? []).then(() =>
        redactEvents(connection, list, batch.redactions ?? []),
      ),
      widenSpans(connection, list, batch.events ?? []),
      writeEntryTimes(connection, list, batch.times),
      writeLabors(connection, generation, batch.labors ?? [], publishing),
      // a record's revision says that what its entries brought is there
      allOf([
        writeParts(connection, generation, batch.parts ?? []),
        insertQuestEntries(connection, generation, batch.questEntries ?? []),
        connection.upsert(quests, markWrites(batch.marks ?? [])),
      ]).then(() => connection.upsert(quests, recordWrites(batch.quests ?? [], publishing))),
      insertFollowed(connection, 'catalogue', generation, batch.catalogue),
      insertFollowed(connection, 'names', generation, batch.names),
    ]);
    if (batch.published === 'late') await settle(connection, generation, publishing, idsOf(batch));
    const conflicts = await writeHosts(connection, generation, batch.hosts ?? []);
    await connection.upsert(quests, touchWrites(batch.touches ?? []));
    if (conflicts.length === 0 && batch.progress !== undefined) {
      await raiseProgress(connection, generation, batch.progress);
    }
    return { conflicts };
  }

  async dirtyQuests(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestDocument[]> {
    const query = { dirty: true, _id: { $gt: after ?? 0 } };
    const found = await this.find<StoredQuest>('quests', generation, query, { sort: { _id: 1 }, limit });
    return found.map(decodeQuest);
  }

  async sumParts(generation: number, quest: QuestId): ReturnType<ViewsWriter['sumParts']> {
    const [sum] = await Promise.all([sumParts(this.connection, generation, quest), this.directory.confirm(generation)]);
    return sum;
  }

  async storeRecount(
    generation: number,
    quest: QuestId,
    recount: Omit<Recount, 'version'>,
    expectedVersion: number,
    published?: 'late',
  ): Promise<boolean> {
    const publishing = published === undefined ? null : newPublishing(published);
    const [isStored] = await Promise.all([
      writeRecount(this.connection, generation, quest, recount, expectedVersion, publishing),
      this.directory.confirm(generation),
    ]);
    if (isStored && publishing !== null) await settle(this.connection, generation, publishing, { quests: [quest] });
    return isStored;
  }

  async parkedHosts(
    generation: number,
    after: HostName | null,
    limit: number,
  ): Promise<readonly { readonly host: HostName; readonly parked: ParkRecord }[]> {
    const query = { isParked: true, _id: { $gt: after ?? '' } };
    const request = { sort: { _id: 1 }, limit, projection: { parked: 1 } } as const;
    const found = await this.find<StoredHost>('hosts', generation, query, request);
    return found.flatMap(({ _id: host, parked }) => {
      const record = parkRecordOf(parked);
      return record === null ? [] : [{ host, parked: record }];
    });
  }

  async parkedQuests(
    generation: number,
    after: QuestId | null,
    limit: number,
  ): Promise<readonly { readonly quest: QuestId; readonly parked: ParkRecord }[]> {
    const query = { isParked: true, _id: { $gt: after ?? 0 } };
    const found = await this.find<StoredQuest>('quests', generation, query, { sort: { _id: 1 }, limit });
    return found.flatMap((stored) => {
      const { quest, record } = decodeQuest(stored);
      return record?.parked ? [{ quest, parked: record.parked }] : [];
    });
  }

  async behindHosts(generation: number, after: HostName | null, limit: number): Promise<readonly BehindHost[]> {
    const [found] = await Promise.all([
      readBehind(this.connection, generation, after, limit),
      this.directory.confirm(generation),
    ]);
    return found;
  }

  async hostNames(generation: number, after: HostName | null, limit: number): Promise<readonly HostName[]> {
    return this.confirmed(generation, readHostNames(this.connection, generation, after, limit));
  }

  async questNumbers(generation: number, after: QuestId | null, limit: number): Promise<readonly QuestId[]> {
    return this.confirmed(generation, readQuestNumbers(this.connection, generation, after, limit));
  }

  async laborsOf(
    generation: number,
    hosts: readonly HostName[],
    after: LaborId | null,
  ): Promise<StoredPage<LaborDocument, LaborId>> {
    return this.confirmed(generation, readLaborsOf(this.connection, generation, hosts, after));
  }

  async partsOf(
    generation: number,
    hosts: readonly HostName[],
    after: StoredPartKey | null,
  ): Promise<StoredPage<PartDocument, StoredPartKey>> {
    return this.confirmed(generation, readPartsOf(this.connection, generation, hosts, after));
  }

  async digestsOf(
    generation: number,
    hosts: readonly HostName[],
    from: StoredDigestPlace | null,
  ): Promise<StoredPage<StoredDigest, StoredDigestPlace>> {
    return this.confirmed(generation, readDigests(this.connection, generation, hosts, from));
  }

  private async confirmed<T>(generation: number, reading: Promise<T>): Promise<T> {
    const [found] = await Promise.all([reading, this.directory.confirm(generation)]);
    return found;
  }

  private async find<T extends StoredHost | StoredPart | StoredQuest>(
    kind: CollectionKind,
    generation: number,
    ...request: Parameters<typeof findAll<T>> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ) {
    const [found] = await Promise.all([
      findAll<T>(this.connection, this.connection.of<T>(kind, generation), ...request),
      this.directory.confirm(generation),
    ]);
    return found;
  }
}

function idsOf({ labors = [], quests = [] }: ViewsBatch): Parameters<typeof settle>[3] {
  return { labors: labors.map(({ id }) => id), quests: quests.map(({ quest }) => quest) };
}
