/** From a backlog on Kafka into views, beside plain upserts of the same documents: into SQLite, and into MongoDB. */
import { openKafkaFeed } from '#adapters/feed-kafka';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { openMongoViews } from '#adapters/views-mongo';
import { openThreadedViews } from '#adapters/views-sqlite';
import { CatalogueTimeline, createProjector, createRelay, silentLog, systemClock, type Projector } from '#application';
import { DOCUMENTS_VERSION, type Position } from '#contracts';
import type { BatchHandler, Feed, Journal, Views, ViewsBatch } from '#ports';
import type { Benchmark, Context } from '../../harness/context.js';
import { CpuShares } from '../../harness/cpu.js';
import { onDouble, type Figure } from '../../harness/figure.js';
import { compare, throughput, timed } from '../../harness/rounds.js';
import { watched } from '../../load/fleet.js';
import { FloorViews, RowReader } from '../../load/floor-views.js';
import { appendHistory, catalogueWrite, History, mustAppend } from '../../load/history.js';
import { MongoFloor } from '../../load/mongo-floor.js';
import { newPrefix, serverOf, type Server } from '../../load/servers.js';
import { REMOTE_PACE_MS, REMOTE_PARTITIONS } from '../../load/stack.js';
import { until } from '../../load/until.js';

const LEAST_RATIO = 0.6;

export const projection: Benchmark = {
  name: 'stack/projection',
  about: 'a backlog on Kafka projected into SQLite and into MongoDB, beside plain upserts of the same documents',
  async run(context) {
    const kafka = await serverOf(context, 'kafka');
    const mongo = await serverOf(context, 'mongo');
    const figures: Figure[] = [];
    // what a double of MongoDB takes in a round of reasonable length
    const events = context.size(mongo.isDouble ? 200 : 10_000, 100);
    const seen = await figure(context, kafka, await mongoSides(mongo), events);
    figures.push(mongo.isDouble ? onDouble(seen, mongo.called) : seen);
    figures.push(await figure(context, kafka, await sqliteSides(context), context.size(10_000, 1000)));
    return figures;
  },
};

/** Views, and a floor that is laid beside them once they have a generation. */
interface Sides {
  readonly name: string;
  readonly views: Views;
  /** As the apps have for such views. */
  readonly progressEveryMs: number;
  readonly server?: Server;
  lay(): Promise<FloorSide>;
}

interface FloorSide {
  /** Reads what ours has stored of these batches; then `store` does the same. Answers its milliseconds. */
  store(batches: readonly ViewsBatch[]): Promise<number>;
  close(): Promise<void>;
}

async function sqliteSides(context: Context): Promise<Sides> {
  const file = context.path('stack-views.db');
  return {
    name: 'sqlite',
    views: await openThreadedViews({ file }),
    progressEveryMs: 0,
    async lay() {
      const reader = new RowReader(file);
      const floor = new FloorViews(file, `${file}-floor`);
      return {
        store: async (batches) => floor.store(batches.map((batch) => reader.rowsOf(batch))),
        async close() {
          floor.requireSameAs(file);
          reader.close();
          floor.close();
        },
      };
    },
  };
}

async function mongoSides(server: Server): Promise<Sides> {
  const prefix = newPrefix('views');
  return {
    name: 'mongo',
    views: await openMongoViews({ url: server.address, prefix, access: 'write' }),
    progressEveryMs: REMOTE_PACE_MS,
    server,
    async lay() {
      const floor = await MongoFloor.open(server.address, prefix, newPrefix('floor'), REMOTE_PARTITIONS);
      return {
        async store(batches) {
          const documents = await floor.documentsOf(batches);
          return timed(() => floor.store(documents));
        },
        close: () => floor.close(),
      };
    },
  };
}

async function figure(context: Context, kafka: Server, sides: Sides, events: number): Promise<Figure> {
  const { name, views, server } = sides;
  const journal = await openSqliteJournal({ file: context.path(`stack-projection-${name}.db`) });
  const brokers = kafka.address.split(',');
  const feed = await openKafkaFeed({ brokers, prefix: newPrefix('projection'), partitions: REMOTE_PARTITIONS });
  const relay = createRelay({ journal, feed, log: silentLog, owner: journal.identity, tickAfterMs: REMOTE_PACE_MS });
  const processes = { ...kafka.processes, ...server?.processes, 'projector or floor': process.pid };
  const shares = new CpuShares(() => processes);
  const history = new History(5000, 9);
  const oursMs: number[] = [];
  const floorMs: number[] = [];
  try {
    await relay.prepare({ forget: false });
    relay.start();
    await mustAppend(journal, [catalogueWrite()]);
    const side = new OurSide(journal, feed, sides);
    // the group has its offsets from now on, the views their generation
    await side.project(await published(journal, relay));
    const floor = await sides.lay();
    const rounds = context.size(server?.isDouble === true ? 3 : 7, 1);
    for (let round = 0; round <= rounds; round += 1) {
      context.progress(`projection into ${name}: round ${round}`);
      await appendHistory(journal, history, events);
      const head = await published(journal, relay);
      const { ms, batches } = await shares.during(() => side.project(head));
      const beside = await floor.store(batches);
      if (round === 0) continue;
      oursMs.push(ms);
      floorMs.push(beside);
    }
    await floor.close();
  } finally {
    await relay.close();
    await feed.close();
    await views.close();
    await journal.close();
  }
  return throughput(`stack/projection-${name}`, compare(floorMs, oursMs), {
    ...{ count: events, things: 'events', least: LEAST_RATIO },
    notes: [shares.line('ours')],
  });
}

/** Waits until all of the journal is on Kafka; answers its end. */
async function published(journal: Journal, relay: { place(): { readonly position: Position } | null }) {
  const { position } = await journal.head();
  await until('all is published', () => relay.place()?.position === position);
  return position;
}

class OurSide {
  constructor(
    private readonly journal: Journal,
    private readonly feed: Feed,
    private readonly sides: Sides,
  ) {}

  /** A projector from its first batch until the views have everything up to `head`; and what it wrote. */
  async project(head: Position): Promise<{ readonly ms: number; readonly batches: readonly ViewsBatch[] }> {
    const { journal, feed, sides } = this;
    const batches: ViewsBatch[] = [];
    const views = watched(sides.views, (batch) => {
      if (batch.events !== undefined && batch.events.length > 0) batches.push(batch);
    });
    const projector: Projector = createProjector({
      ...{ journal, views, timeline: new CatalogueTimeline(journal), clock: systemClock, log: silentLog },
      ...{ owner: journal.identity, partitions: feed.partitions, progressEveryMs: sides.progressEveryMs },
    });
    await projector.prepare({ rebuild: false });
    const ending = new AbortController();
    let begunMs = Infinity;
    let joined = false;
    const handle: BatchHandler = (batch, signal) => {
      begunMs = Math.min(begunMs, performance.now());
      return projector.handle(batch, signal);
    };
    const running = projector.run({
      join: async (group, listener) => {
        const consumer = await feed.consume(group, handle, listener);
        joined = true;
        return consumer;
      },
      signal: ending.signal,
    });
    let endedMs = 0;
    await until('all is projected', async () => {
      const { progress = [] } = (await views.reader.freshness(DOCUMENTS_VERSION)) ?? {};
      endedMs = performance.now();
      return joined && progress.length > 0 && progress.every(({ position }) => position >= head);
    });
    ending.abort();
    await running;
    return { ms: endedMs - begunMs, batches };
  }
}
