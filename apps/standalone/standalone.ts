/** The order in which all of Hermes starts in one process: look, listen, catch up, follow the feed. */
import { sleep, type Operating } from '#application';
import { ingestParts, prepareImports, prepareRelay, startEmbarking, startInbound, startRelay } from '#apps/ingest';
import { followJournal, prepareProjector, projectorParts, publishChanges } from '#apps/projector';
import { QueryModule } from '#apps/query';
import {
  APPS,
  OPERATING,
  readingProviders,
  startApp,
  StartError,
  whereData,
  type App,
  type Main,
  type Running,
  type Starting,
} from '#platform';
import { playDemo } from './demo.js';
import { FLAGS } from './flags.js';
import { showProgress } from './progress-bar.js';

type Standalone = Starting<keyof typeof FLAGS>;

export const standaloneMain: Main<keyof typeof FLAGS> = {
  app: APPS.standalone,
  about: 'Hermes tracks what a fleet of machines still has to do. Everything runs in this one process.',
  command: 'npm start',
  flags: FLAGS,
  check: ({ demo }, { tokensFile }) => {
    if (demo && tokensFile !== null)
      throw new StartError('--demo plays without a token: leave out HERMES_TOKENS_FILE, or --demo');
  },
  rebuildViews: ({ rebuild }) => rebuild,
  start: startStandalone,
};

/** Resolves when requests are taken; views are caught up behind it. Throws what runProcess prints as one line. */
function startStandalone(options: Standalone): Promise<Running> {
  const { flags, settings, log, stores } = options;
  const ingest = ingestParts(stores);
  const projector = projectorParts(stores);
  return startApp({
    modules: [...ingest.modules, ...projector.modules, QueryModule],
    // some are of both
    useCases: [...new Set([...ingest.useCases, ...projector.useCases, ...readingProviders])],
    settings,
    log,
    stores,
    consumes: true,
    prepare: async (app) => {
      await prepareImports(app);
      await prepareProjector(app, flags);
      await prepareRelay(app, { forget: flags.rebuild });
    },
    begin: (app, origin) => {
      welcome(origin, options);
      startEmbarking(app);
      startInbound(app, stores);
      publishChanges(app, stores);
      follow(app, origin, options);
      drawProgress(app);
    },
  });
}

function welcome(origin: string, { flags, settings, print }: Standalone): void {
  print(`Hermes listens on ${origin} and ${whereData(settings)}. Ctrl-C stops it.`);
  if (flags.demo) return;
  const token = settings.tokensFile === null ? '' : ` -H "Authorization: Bearer $token"`;
  print(`Read: ${origin}/api/docs, the API in a browser`);
  print(`Try:  curl -s${token} ${origin}/api/v1/stats`);
  print('Next: the first minute in README.md, or npm start -- --demo');
}

/** In the background: writes are taken whatever becomes of the views, and readiness says where they are. */
function follow(app: App, origin: string, { flags, print }: Standalone): void {
  let demonstrated = !flags.demo;
  followJournal(app, () => {
    // a message that is published before a projector listens is read from the journal
    startRelay(app);
    if (demonstrated) return;
    demonstrated = true;
    void demonstrate(origin, app.shutdown.signal, print);
  });
}

/** Nobody watches a stream that is no terminal: the log says there how far it is. */
function drawProgress({ nest, shutdown }: App): void {
  const { stderr } = process;
  if (!stderr.isTTY) return;
  const terminal = { columns: stderr.columns, write: (text: string) => void stderr.write(text) };
  void showProgress(nest.get<Operating>(OPERATING), terminal, shutdown.signal, sleep);
}

async function demonstrate(origin: string, stopping: AbortSignal, print: (line: string) => void): Promise<void> {
  try {
    await playDemo(origin, print);
  } catch (error) {
    if (stopping.aborted) return;
    print(`Demo: not played to its end: ${error instanceof Error ? error.message : String(error)}`);
  }
}
