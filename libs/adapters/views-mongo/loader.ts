/**
 * Loads generations: documents are inserted by their ids, in large batches, into collections without indexes. A document
 * that was inserted before is refused by the server, and is the same: so a unit that was cut off is simply loaded again.
 */
import { maxPosition, START, type Generation, type PartitionProgress, type Position } from '#contracts';
import type { QuestId } from '#domain';
import type { AddDocuments, FinishStep, LoadedDocuments, ViewsLoader } from '#ports';
import { newPublishing } from './changes.js';
import type { Collections } from './collections.js';
import { allOf, type Connection } from './connection.js';
import { requireListed } from './control-document.js';
import type { MongoControl } from './control.js';
import type { Directory } from './directory.js';
import { insertFollowed } from './document-writes.js';
import { encodeHost, encodePart, type StoredHost, type StoredPart } from './documents.js';
import { findAll } from './find.js';
import { encodeLabor, type StoredLabor } from './labor-documents.js';
import type { CollectionKind, GenerationCollection } from './layout.js';
import { insertQuestEntries } from './quest-entries.js';
import type { StoredQuest } from './quest-documents.js';
import { markWrites, recordWrites } from './quest-writes.js';

/** A unit that is there. */
interface StoredLoad {
  readonly _id: string;
}

/** Collections over a connection that waits for as long as an index of all documents takes. */
export interface PatientCollections {
  readonly collections: Pick<Collections, 'makeIndexes'>;
  close(): Promise<void>;
}

const INDEXED: readonly GenerationCollection[] = ['labors', 'hosts', 'parts', 'quests'];

export class MongoLoader implements ViewsLoader {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
    private readonly collections: Collections,
    private readonly control: MongoControl,
    private readonly patient: () => Promise<PatientCollections>,
  ) {}

  async create(of: Omit<Generation, 'number' | 'state'>): Promise<Generation> {
    return this.control.create(of, 'loading');
  }

  async loaded(generation: number): Promise<readonly string[]> {
    await this.requireLoading(generation);
    const found = await findAll(this.connection, this.connection.of<StoredLoad>('loads', generation), {});
    return found.map(({ _id: unit }) => unit);
  }

  async load(generation: number, unit: string, fill: (add: AddDocuments) => Promise<void>): Promise<void> {
    const working = this.last.then(() => this.loadNow(generation, unit, fill));
    this.last = working.catch(() => undefined);
    await working;
  }

  async finish(
    generation: number,
    progress: readonly PartitionProgress[],
    moved: (step: FinishStep) => void = () => undefined,
  ): Promise<void> {
    if ((await this.stateOf(generation)) !== 'loading') return;
    const patient = await this.patient();
    try {
      for (const [done, kind] of INDEXED.entries()) {
        moved({ name: kind, done, steps: INDEXED.length });
        await patient.collections.makeIndexes(kind, generation);
      }
    } finally {
      await patient.close();
    }
    await this.control.loaded(generation, progress);
    await this.collections.dropLoads(generation);
  }

  private async loadNow(generation: number, unit: string, fill: (add: AddDocuments) => Promise<void>): Promise<void> {
    if ((await this.loaded(generation)).includes(unit)) return;
    const filling = new Filling(this.connection, generation);
    try {
      await fill((documents) => filling.add(documents));
      await filling.end();
    } finally {
      // of one that was dropped meanwhile nothing is kept
      await this.requireLoading(generation);
    }
    await insertAll(this.connection, 'loads', generation, [{ _id: unit }]);
  }

  private async requireLoading(generation: number): Promise<void> {
    if ((await this.stateOf(generation)) !== 'loading')
      throw new RangeError(`generation ${generation} was loaded before`);
  }

  private async stateOf(generation: number): Promise<Generation['state']> {
    return requireListed(await this.directory.look(), generation).state;
  }
}

class Filling {
  /** Marks may come with any documents: each quest's is written once. */
  private readonly marks = new Map<QuestId, Position>();

  constructor(
    private readonly connection: Connection,
    private readonly generation: number,
  ) {}

  async add({ labors = [], parts = [], hosts = [], marks = [], quests = [], ...few }: LoadedDocuments): Promise<void> {
    const { connection, generation } = this;
    for (const { quest, position } of marks)
      this.marks.set(quest, maxPosition(this.marks.get(quest) ?? START, position));
    const records = recordWrites(quests, newPublishing(undefined));
    await allOf([
      insertAll(
        connection,
        'labors',
        generation,
        labors.map((labor) => ({ ...encodeLabor(labor), seenAt: null })),
      ),
      insertAll(connection, 'parts', generation, parts.map(encodePart)),
      insertAll(
        connection,
        'hosts',
        generation,
        hosts.map((host) => ({ ...encodeHost(host), version: host.version + 1, marks: [] })),
      ),
      connection.upsert(connection.of<StoredQuest>('quests', generation), records),
      insertQuestEntries(connection, generation, few.questEntries ?? []),
      insertFollowed(connection, 'catalogue', generation, few.catalogue),
      insertFollowed(connection, 'names', generation, few.names),
    ]);
  }

  async end(): Promise<void> {
    const marks = [...this.marks].map(([quest, position]) => ({ quest, position }));
    await this.connection.upsert(this.connection.of<StoredQuest>('quests', this.generation), markWrites(marks));
  }
}

/** Where a document of the id is there, it stays. */
async function insertAll(
  connection: Connection,
  kind: CollectionKind,
  generation: number,
  documents: readonly (StoredLabor | StoredPart | StoredHost | StoredLoad)[],
): Promise<void> {
  const inserts = documents.map((document) => ({ insertOne: { document } }));
  await connection.bulk(connection.of<(typeof documents)[number]>(kind, generation), inserts);
}
