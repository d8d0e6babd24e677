/** The floor of projection into MongoDB: the very documents that ours has stored, in plain bulk upserts into collections with the same indexes. */
import { MongoClient, type Collection, type Db } from 'mongodb';
import { hostStream, partitionOf } from '#contracts';
import type { ViewsBatch } from '#ports';

interface Stored {
  readonly _id: string;
}

type Kind = 'events' | 'labors' | 'hosts';

const IDS: Readonly<Record<Kind, (batch: ViewsBatch) => readonly string[]>> = {
  events: ({ events = [] }) => events.map(({ id }) => id),
  labors: ({ labors = [] }) => labors.map(({ id }) => id),
  hosts: ({ hosts = [] }) => hosts.map(({ host }) => host),
};
const KINDS = Object.keys(IDS) as readonly Kind[];

/** One batch's documents, by kind; `lane`: batches of one lane go one after the other, since they may hold the same host. */
interface Documents {
  readonly lane: number;
  readonly of: Readonly<Record<Kind, readonly Stored[]>>;
}

export class MongoFloor {
  private constructor(
    private readonly client: MongoClient,
    private readonly ours: Db,
    private readonly own: Db,
    private readonly names: Readonly<Record<Kind, string>>,
    private readonly lanes: number,
  ) {}

  /** `prefix` is the database of ours, which has its first generation. */
  static async open(url: string, prefix: string, floorPrefix: string, lanes: number): Promise<MongoFloor> {
    const client = new MongoClient(url, { writeConcern: { w: 'majority', journal: true }, useBigInt64: true });
    const ours = client.db(prefix);
    const own = client.db(floorPrefix);
    const found = await ours.listCollections({}, { nameOnly: true }).toArray();
    const names = Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        found.find(({ name }) => name.startsWith(`${kind}_`) && /\d$/.test(name))?.name ?? '',
      ]),
    ) as Record<Kind, string>;
    for (const name of Object.values(names)) {
      const indexes = await ours.collection(name).indexes();
      const others = indexes.filter((index) => index.name !== '_id_').map(({ v: _, ...index }) => index);
      if (others.length > 0) await own.collection(name).createIndexes(others);
    }
    return new MongoFloor(client, ours, own, names, lanes);
  }

  async documentsOf(batches: readonly ViewsBatch[]): Promise<readonly Documents[]> {
    const all: Documents[] = [];
    for (const batch of batches) {
      const of: Record<Kind, readonly Stored[]> = { events: [], labors: [], hosts: [] };
      for (const kind of KINDS) {
        const ids = [...IDS[kind](batch)];
        if (ids.length > 0)
          of[kind] = await this.from(this.ours, kind)
            .find({ _id: { $in: ids } })
            .toArray();
      }
      const [first] = batch.hosts ?? [];
      all.push({ lane: first === undefined ? 0 : partitionOf(hostStream(first.host), this.lanes), of });
    }
    return all;
  }

  /** Lanes side by side, as ours has its partitions. */
  async store(all: readonly Documents[]): Promise<void> {
    const lanes = Array.from({ length: this.lanes }, (_, lane) => all.filter((each) => each.lane === lane));
    await Promise.all(
      lanes.map(async (own) => {
        for (const { of } of own) await Promise.all(KINDS.map((kind) => this.upsert(kind, of[kind])));
      }),
    );
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async upsert(kind: Kind, documents: readonly Stored[]): Promise<void> {
    if (documents.length === 0) return;
    const writes = documents.map((replacement) => ({
      replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
    }));
    await this.from(this.own, kind).bulkWrite(writes, { ordered: false });
  }

  private from(database: Db, kind: Kind): Collection<Stored> {
    return database.collection<Stored>(this.names[kind]);
  }
}
