/** Servers that a stack has for itself, to be killed and started again: three brokers, a view store, an event store. */
import { rm } from 'node:fs/promises';
import { serverFolder, startEventStore, type startKafka, type startMongo, type ServerProcess } from '#testing';
import type { StackServers } from './stack.js';

export class OwnServers {
  private constructor(
    readonly addresses: StackServers,
    /** By id, from 1 on. */
    readonly brokers: readonly ServerProcess[],
    readonly stores: readonly ServerProcess[],
    private readonly folder: string,
  ) {}

  static async start(by: {
    readonly startKafka: typeof startKafka;
    readonly startMongo: typeof startMongo;
  }): Promise<OwnServers> {
    const folder = serverFolder();
    const [kafka, mongo, eventstore] = await Promise.all([
      by.startKafka({ folder: `${folder}/kafka`, nodes: 3 }),
      by.startMongo({ folder: `${folder}/mongo` }),
      startEventStore({ folder: `${folder}/eventstore` }),
    ]);
    const addresses = {
      ...{ eventstore: eventstore.url, kafka: kafka.brokers.join(','), mongo: mongo.url },
      replication: 3,
    } as const;
    return new OwnServers(addresses, kafka.nodes, [mongo.server, eventstore.process], folder);
  }

  async end(): Promise<void> {
    await Promise.all([...this.brokers, ...this.stores].map((server) => server.kill()));
    await rm(this.folder, { recursive: true, force: true });
  }
}
