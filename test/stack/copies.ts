/** An event store and a view store whose folders are copied and put back, as an operator does it: while nobody works with them. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { serverFolder, startEventStore, startMongo, type ServerProcess } from '#testing';

export const STORES = ['journal', 'views'] as const;
export type CopiedStore = (typeof STORES)[number];

export class CopiedStores {
  private constructor(
    readonly addresses: { readonly eventstore: string; readonly mongo: string },
    private readonly servers: Readonly<Record<CopiedStore, ServerProcess>>,
    private readonly folder: string,
  ) {}

  static async start(): Promise<CopiedStores> {
    const folder = serverFolder();
    for (const store of STORES) await mkdir(join(folder, 'live', store), { recursive: true });
    const [eventstore, mongo] = await Promise.all([
      startEventStore({ folder: join(folder, 'live', 'journal') }),
      startMongo({ folder: join(folder, 'live', 'views') }),
    ]);
    const addresses = { eventstore: eventstore.url, mongo: mongo.url };
    return new CopiedStores(addresses, { journal: eventstore.process, views: mongo.server }, folder);
  }

  /** What both hold now, to be put back by this name. */
  async keep(name: string): Promise<void> {
    await this.away(STORES, async (store) => {
      await cp(this.live(store), join(this.folder, name, store), { recursive: true });
    });
  }

  /** Each as it was when that copy was kept, and empty where none is named. */
  async putBack(copies: Readonly<Record<CopiedStore, string | null>>): Promise<void> {
    await this.away(STORES, async (store) => {
      const name = copies[store];
      await rm(this.live(store), { recursive: true });
      if (name === null) await mkdir(this.live(store));
      else await cp(join(this.folder, name, store), this.live(store), { recursive: true });
    });
  }

  async end(): Promise<void> {
    await Promise.all(STORES.map((store) => this.servers[store].kill()));
    await rm(this.folder, { recursive: true, force: true });
  }

  private live(store: CopiedStore): string {
    return join(this.folder, 'live', store);
  }

  private async away(stores: readonly CopiedStore[], work: (store: CopiedStore) => Promise<void>): Promise<void> {
    await Promise.all(
      stores.map(async (store) => {
        await this.servers[store].kill();
        await work(store);
        await this.servers[store].start();
      }),
    );
  }
}
