/**
 * Making and dropping the collections of generations and lists of events. A number is in the control document before its
 * first collection is made and is never given again, so whatever no number names may be dropped by anyone at any time.
 */
import { MongoServerError, type IndexDescription } from 'mongodb';
import type { Generation } from '#contracts';
import type { Connection } from './connection.js';
import { generationsOf, type Directory as Stored } from './control-document.js';
import type { Directory } from './directory.js';
import { codeOf, NO_SUCH_COLLECTION, OTHER_INDEX } from './errors.js';
import { INDEXES, type Index } from './index-table.js';
import { eventCollections, generationCollections, nameOf, ownerOf, SHARDED, type CollectionKind } from './layout.js';

export class Collections {
  /** `sharded`: whether the server is the router of a cluster, in which large collections are spread over shards. */
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
    private readonly sharded: boolean,
  ) {}

  /** All that the control document names, with their indexes; existing ones are left as they are. */
  async make(stored: Stored): Promise<void> {
    await this.makeEvents(stored.events);
    for (const generation of generationsOf(stored)) await this.makeGeneration(generation);
  }

  /** Without indexes where it is loading: those are made by {@link makeIndexes}. */
  async makeGeneration({ number, state }: Pick<Generation, 'number' | 'state'>): Promise<void> {
    const collections = generationCollections(number);
    if (state === 'loading') await this.ensureSharded(collections);
    else await this.ensure(collections);
  }

  /** Those of one collection, which may hold a great many documents: takes as long as it takes. */
  async makeIndexes(kind: CollectionKind, number: number): Promise<void> {
    await this.connection.write(() => this.index(nameOf(kind, number), INDEXES[kind]));
  }

  /** The units that were loaded are known no more. */
  async dropLoads(generation: number): Promise<void> {
    await this.drop(nameOf('loads', generation));
  }

  async makeEvents(list: number): Promise<void> {
    await this.ensure(eventCollections(list));
  }

  /** Drops collections of no known generation: given up, left by a crash, or made again by a late writer. */
  async clear(): Promise<void> {
    const { database } = this.connection;
    // listed first: a listed collection was named before it was made, so the names must be read later
    const listed = await this.connection.run(() => database.listCollections({}, { nameOnly: true }).toArray());
    const stored = await this.directory.look();
    const generations = new Set(generationsOf(stored).map(({ number }) => number));
    for (const { name } of listed) {
      const owner = ownerOf(name);
      if (owner === undefined) continue;
      if (owner.kind === 'events' ? owner.number === stored.events : generations.has(owner.number)) continue;
      await this.drop(name);
    }
  }

  private async drop(name: string): Promise<void> {
    await this.connection.write(async () => {
      try {
        await this.connection.database.dropCollection(name);
      } catch (error) {
        // another process was faster
        if (codeOf(error) !== NO_SUCH_COLLECTION) throw error;
      }
    });
  }

  private async ensure(collections: readonly (readonly [CollectionKind, string])[]): Promise<void> {
    await Promise.all(
      collections.map(async ([kind, name]) => {
        const indexes = INDEXES[kind];
        if (indexes.length > 0) await this.connection.write(() => this.index(name, indexes));
      }),
    );
    await this.ensureSharded(collections);
  }

  private async ensureSharded(collections: readonly (readonly [CollectionKind, string])[]): Promise<void> {
    if (!this.sharded) return;
    const large = collections.filter(([kind]) => SHARDED.includes(kind));
    await Promise.all(large.map(([, name]) => this.connection.write(() => this.shard(name))));
  }

  /** Makes the collection, too. Throws an Error where an index of another shape has the name. */
  private async index(name: string, indexes: readonly Index[]): Promise<void> {
    try {
      await this.connection.database.collection(name).createIndexes(indexes.map(descriptionOf));
    } catch (error) {
      if (!OTHER_INDEX.includes(codeOf(error) ?? 0)) throw error;
      const reason = error instanceof MongoServerError ? error.message : '';
      const where = `${this.connection.database.databaseName}.${name}`;
      throw new Error(`${where} has an index that is not as this Hermes makes it; drop the index: ${reason}`, {
        cause: error,
      });
    }
  }

  private async shard(name: string): Promise<void> {
    const { database } = this.connection;
    const command = { shardCollection: `${database.databaseName}.${name}`, key: { _id: 1 } };
    await database.client.db('admin').command(command);
  }
}

function descriptionOf({ name, key, only }: Index): IndexDescription {
  return {
    name,
    key: { ...key },
    ...(only !== undefined && { partialFilterExpression: { [only.field]: { $gte: only.least } } }),
  };
}
