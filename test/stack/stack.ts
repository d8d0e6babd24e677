/** The remote stack in processes of their own, each of which may be killed, paused and started again: two ingests, two projectors, a query. */
import type { Server } from 'node:http';
import { createRouter } from '../../apps/router/router.js';
import { freePort } from '../../libs/testing/free-port.js';
import { Hermes } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

export interface StackServers {
  readonly eventstore: string;
  /** Brokers with commas between them. */
  readonly kafka: string;
  readonly mongo: string;
  /** Copies of each topic that Hermes makes. */
  readonly replication: 1 | 3;
}

export const PARTITIONS = 6;

export const APPS = ['ingest-1', 'ingest-2', 'projector-1', 'projector-2', 'query'] as const;
export type AppName = (typeof APPS)[number];

const READY_MS = 90_000;
const ASK_EVERY_MS = 100;
/** Characters of an app's output that are shown where something failed. */
const WORDS = 1500;

export class Stack {
  private readonly apps = new Map<AppName, { readonly port: number; hermes: Hermes }>();
  private readonly routers: Server[] = [];
  readonly origins: string[] = [];

  constructor(
    readonly servers: StackServers,
    readonly prefix: string,
  ) {}

  /** Starts every app, and a router before each ingest; resolves when all are ready. */
  async start(): Promise<void> {
    for (const name of APPS) await this.launch(name, await freePort());
    for (const nth of [1, 2] as const) {
      const router = createRouter({
        ingest: this.originOf(`ingest-${nth}`),
        projector: this.originOf(`projector-${nth}`),
        query: this.originOf('query'),
      });
      const port = await freePort();
      await new Promise<void>((done) => router.listen(port, '127.0.0.1', done));
      this.routers.push(router);
      this.origins.push(`http://127.0.0.1:${port}`);
    }
    await this.ready();
  }

  /** Until every app says that it is ready; throws, with what the others printed, where one does not become so. */
  async ready(): Promise<void> {
    for (const name of this.apps.keys()) {
      let last = '';
      await until(
        `${name} is ready`,
        async () => {
          const answer = await fetch(`${this.originOf(name)}/health/ready`).catch(() => undefined);
          last = (await answer?.text()) ?? 'no answer';
          return answer?.ok === true;
        },
        { limitMs: READY_MS, everyMs: ASK_EVERY_MS, seen: () => `${last}\n${this.app(name).output.slice(-4000)}` },
      );
    }
  }

  /** The last that each app printed. */
  get words(): string {
    return [...this.apps].map(([name, { hermes }]) => `${name}:\n${hermes.output.slice(-WORDS)}`).join('\n');
  }

  app(name: AppName): Hermes {
    const app = this.apps.get(name);
    if (app === undefined) throw new Error(`no app ${name}`);
    return app.hermes;
  }

  /** One that was killed or stopped, on the port that it had; `root` is that of another build. */
  async launch(name: AppName, port = this.apps.get(name)?.port, root?: string): Promise<void> {
    const at = port ?? (await freePort());
    const app = name === 'query' ? 'query' : name.startsWith('ingest') ? 'ingest' : 'projector';
    const hermes = await Hermes.launch({ app, dataDir: '', env: this.settings(at), root });
    this.apps.set(name, { port: at, hermes });
  }

  async kill(name: AppName): Promise<void> {
    await this.app(name).kill();
  }

  /** Resolves to the exit codes that are not 0, by name. */
  async stop(): Promise<readonly string[]> {
    for (const router of this.routers) {
      router.close();
      router.closeAllConnections();
    }
    const codes = await Promise.all(
      [...this.apps].map(async ([name, { hermes }]) => [name, await hermes.stop('SIGTERM'), hermes.output] as const),
    );
    return codes.flatMap(([name, code, output]) =>
      code === 0 ? [] : [`${name}: ${String(code)}\n${output.slice(-2000)}`],
    );
  }

  /** Ends it as a rolling upgrade does, and starts that of another build in its place; resolves before that is ready. */
  async replace(name: AppName, root: string): Promise<void> {
    const code = await this.app(name).stop('SIGTERM');
    if (code !== 0) throw new Error(`${name} ended with ${String(code)}:\n${this.app(name).output.slice(-2000)}`);
    await this.launch(name, undefined, root);
  }

  originOf(name: AppName): string {
    const app = this.apps.get(name);
    if (app === undefined) throw new Error(`no app ${name}`);
    return `http://127.0.0.1:${app.port}`;
  }

  private settings(port: number): Readonly<Record<string, string>> {
    const { eventstore, kafka, mongo, replication } = this.servers;
    return {
      ...{ HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo', HERMES_PREFIX: this.prefix },
      ...{ HERMES_EVENTSTORE_URL: eventstore, HERMES_KAFKA_BROKERS: kafka, HERMES_MONGO_URL: mongo },
      ...{ HERMES_PORT: String(port), HERMES_DATA_DIR: '', HERMES_LOG_LEVEL: 'warn' },
      ...{
        HERMES_PARTITIONS: String(PARTITIONS),
        HERMES_KAFKA_REPLICATION: String(replication),
        HERMES_INBOUND: 'true',
        HERMES_CHANGES: 'true',
      },
    };
  }
}
