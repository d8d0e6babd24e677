/** The remote stack for a benchmark: apps from the build in processes of their own, on the run's servers, under a prefix of their own. */
import type { Context } from '../harness/context.js';
import type { Processes } from '../harness/cpu.js';
import { defineFlows, serveApp, type Served } from './served.js';
import { newPrefix, serverOf, type Server } from './servers.js';

/** As a remote stack has where nothing else is set. */
export const REMOTE_PARTITIONS = 12;
/** How long relay and projector gather what goes over a network, in milliseconds: the apps' own. */
export const REMOTE_PACE_MS = 25;

type App = 'ingest' | 'projector' | 'query';

export class Stack {
  private readonly apps = new Map<string, Served>();

  private constructor(
    readonly prefix: string,
    readonly eventstore: Server,
    readonly kafka: Server,
    readonly mongo: Server,
    private readonly connections: number,
  ) {}

  /** With one app of each name, as `ingest` or `projector-2`, ready and with the flows' types and fates. */
  static async start(context: Context, what: string, names: readonly string[], connections: number): Promise<Stack> {
    const [eventstore, kafka, mongo] = await Promise.all([
      serverOf(context, 'eventstore'),
      serverOf(context, 'kafka'),
      serverOf(context, 'mongo'),
    ]);
    const stack = new Stack(newPrefix(what), eventstore, kafka, mongo, connections);
    context.progress('starting the apps');
    try {
      for (const name of names) await stack.launch(name);
      await defineFlows(stack.app('ingest'));
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** What of its servers is a double; null where none is. */
  get double(): string | null {
    const doubles = [this.eventstore, this.mongo].filter(({ isDouble }) => isDouble).map(({ called }) => called);
    return doubles.length === 0 ? null : doubles.join(' and ');
  }

  runs(name: string): boolean {
    return this.apps.has(name);
  }

  app(name: string): Served {
    const found = this.apps.get(name);
    if (found === undefined) throw new Error(`no app ${name} runs`);
    return found;
  }

  async launch(name: string): Promise<void> {
    const app = name.replace(/-\d+$/, '') as App;
    this.apps.set(name, await serveApp(app, this.settings(), this.connections));
  }

  async end(name: string): Promise<void> {
    await this.app(name).stop();
    this.apps.delete(name);
  }

  /** Servers that run here, apps, and this process, which is the client. */
  processes(): Processes {
    const apps = Object.fromEntries([...this.apps].map(([name, { pid }]) => [name, pid]));
    const { eventstore, kafka, mongo } = this;
    return { ...apps, ...eventstore.processes, ...kafka.processes, ...mongo.processes, client: process.pid };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.apps.values()].map((app) => app.stop()));
    this.apps.clear();
  }

  private settings(): Readonly<Record<string, string>> {
    const { prefix, eventstore, kafka, mongo } = this;
    return {
      ...{ HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo', HERMES_PREFIX: prefix },
      HERMES_EVENTSTORE_URL: eventstore.address,
      HERMES_KAFKA_BROKERS: kafka.address,
      HERMES_MONGO_URL: mongo.address,
    };
  }
}
