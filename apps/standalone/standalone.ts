/** The order in which all of Hermes starts in one process: look, listen, catch up, go on with the feed. */
import { IngestModule } from '#apps/ingest';
import { ProjectorModule } from '#apps/projector';
import { QueryModule } from '#apps/query';
import type { Projector, Relay, RunningIngest } from '#application';
import {
  createApp,
  INGEST,
  ingestProviders,
  projectorProviders,
  readingProviders,
  PROJECTOR,
  RELAY,
  requireAddress,
  StartError,
  type App,
  type PlatformLog,
  type Running,
  type Settings,
  type Stores,
} from '#platform';
import { playDemo } from './demo.js';
import type { Flags } from './flags.js';

export interface Standalone {
  readonly flags: Flags;
  readonly settings: Settings;
  readonly log: PlatformLog;
  /** Closed with what is answered, and where the start fails. */
  readonly stores: Stores;
  /** To whom started it. */
  readonly print: (line: string) => void;
}

/** Resolves when requests are taken; views are caught up behind it. Throws what runProcess tells as one line. */
export async function startStandalone(options: Standalone): Promise<Running> {
  const { flags, settings, stores } = options;
  let app: App | undefined;
  try {
    if (flags.demo && settings.tokensFile !== null) {
      throw new StartError('--demo plays without a token: leave out HERMES_TOKENS_FILE, or --demo');
    }
    await requireAddress(settings);
    const modules = [IngestModule, ProjectorModule, QueryModule];
    const useCases = [...ingestProviders, ...projectorProviders, ...readingProviders];
    app = await createApp({ modules, useCases, settings, log: options.log, stores, consumes: true });
    const { nest } = app;
    const parts = { app, projector: nest.get<Projector>(PROJECTOR), relay: nest.get<Relay>(RELAY) };
    await parts.projector.prepare({ foldAnew: flags.foldAnew });
    await parts.relay.prepare({ forget: flags.foldAnew });
    const origin = await app.listen();
    welcome(origin, options);
    nest.get<RunningIngest>(INGEST).start();
    follow(parts, origin, options);
    return app;
  } catch (error) {
    await (app ?? stores).close();
    throw error;
  }
}

function welcome(origin: string, { flags, settings, print }: Standalone): void {
  print(`Hermes listens on ${origin} and keeps its data in ${settings.dataDir}. Ctrl-C stops it.`);
  if (flags.demo) return;
  const token = settings.tokensFile === null ? '' : ` -H "Authorization: Bearer $token"`;
  print(`Try:  curl -s${token} ${origin}/api/v1/stats`);
  print('Next: the first minute in README.md, or npm start -- --demo');
}

interface Parts {
  readonly app: App;
  readonly projector: Projector;
  readonly relay: Relay;
}

/** In the background: writes are taken whatever becomes of the views, and readiness says where they are. */
function follow({ app, projector, relay }: Parts, origin: string, options: Standalone): void {
  const ending = new AbortController();
  let demonstrated = !options.flags.demo;
  const following = (): void => {
    // whoever publishes before anybody listens has it read from the journal
    relay.start();
    if (demonstrated) return;
    demonstrated = true;
    void demonstrate(origin, app.shutdown.signal, options.print);
  };
  const run = projector.run({ join: app.join, signal: ending.signal, following });
  // requests that wait for the views are answered before
  app.shutdown.add('projector', 'projector', async () => {
    ending.abort();
    await run;
  });
}

async function demonstrate(origin: string, stopping: AbortSignal, print: (line: string) => void): Promise<void> {
  try {
    await playDemo(origin, print);
  } catch (error) {
    if (stopping.aborted) return;
    print(`Demo: not played to its end: ${error instanceof Error ? error.message : String(error)}`);
  }
}
