/** Makes an app of feature modules; each `main` calls it. Nothing listens and nothing is consumed yet. */
import {
  Module,
  type DynamicModule,
  type FactoryProvider,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock, type Clock, type JoinGroup, type JoinInbound } from '#application';
import { Access } from '../api/access/guard.js';
import { TokensFile } from '../api/access/tokens-file.js';
import { controllersOf } from '../api/handlers.js';
import { FeedStrategy } from '../wiring/feed-strategy.js';
import { InboundStrategy } from '../wiring/inbound-strategy.js';
import { createHttpServer } from '../http/adapter.js';
import type { LogLine } from '../http/write-lines.js';
import { createLog, nestLogger, type PlatformLog } from '../operate/log.js';
import { LineFile } from '../operate/line-file.js';
import type { FigurePart } from '../operate/metrics/figures.js';
import { measuredJournal } from '../operate/metrics/measured-journal.js';
import { Metrics } from '../operate/metrics/metrics.js';
import type { Settings } from '../settings/settings.js';
import { Readiness } from '../operate/readiness.js';
import { Shutdown } from '../operate/shutdown.js';
import { startTracing, tracedStores } from '../wiring/tracing.js';
import type { Stores } from '../stores/stores.js';
import { INBOUND, INGEST, PROJECTOR, PUBLISHER, READING, RELAY } from '../wiring/tokens.js';
import { listen } from './listen.js';
import { PlatformModule } from './platform.module.js';
import { API_PREFIX, OUTSIDE_API } from '../api/prefix.js';

/** The parts in which apps differ. */
export interface AppParts {
  /** The feature modules. */
  readonly modules: readonly (Type | DynamicModule)[];
  /** Providers of the use cases that they serve: of wiring/use-cases. */
  readonly useCases: readonly FactoryProvider[];
}

export interface AppOptions extends AppParts {
  readonly settings: Settings;
  readonly log: PlatformLog;
  /** The app's from now on: closed with it. */
  readonly stores: Stores;
  /** The system's where absent. */
  readonly clock?: Clock;
  /** Whether the app takes part in the feed. */
  readonly consumes?: boolean;
}

/** An app that was made. */
export interface App {
  readonly nest: NestFastifyApplication;
  readonly shutdown: Shutdown;
  /** Takes requests; returns the origin. Throws a StartError where the address is not available. */
  listen(): Promise<string>;
  /** Joins a consumer group of the feed; its batches go to the app's handler. Only for an app that consumes. */
  readonly join: JoinGroup;
  /** Joins the consumer group of the inbound topic; its batches go to the app's handler. Only for an app that has the topic. */
  readonly joinInbound: JoinInbound;
  /** Reads the tokens file again, and opens the audit file again, now. */
  reload(): void;
  /** Stops in the order that {@link Shutdown} says, stores last. */
  close(): Promise<void>;
}

@Module({})
class RootModule {}

/** Throws a StartError for an unusable tokens file; the stores are still the caller's then. */
export async function createApp(options: AppOptions): Promise<App> {
  const { modules, useCases, settings, log, consumes = false, clock = systemClock } = options;
  const metrics = new Metrics(partsOf(options));
  const tokensFile = settings.tokensFile === null ? null : new TokensFile(settings.tokensFile, log);
  const tokens = tokensFile?.tokens ?? null;
  const audit = settings.auditFile === null ? null : auditFile(settings.auditFile, log, metrics);
  const spans = await startTracing(options);
  const given = spans === null ? options.stores : tracedStores(options.stores, spans);
  const { journal, ...others } = given;
  const stores = { ...others, ...(journal && { journal: measuredJournal(journal, metrics) }) };
  const access = new Access(tokens);
  const http = createHttpServer({
    limits: settings.limits,
    log,
    metrics,
    receive: (request) => access.receive(request),
    holderOf: (request) => access.holderOf(request),
    logLine: lineLogger(log, audit),
    ...(spans && { spans }),
  });
  const platform = PlatformModule.forRoot({ settings, log, clock, stores, http, metrics, useCases });
  const nest = await NestFactory.create<NestFastifyApplication>(
    { module: RootModule, imports: [platform, ...modules] },
    http.adapter,
    nestOptions(log),
  );
  if (tokensFile !== null) followTokens(nest, tokensFile);
  nest.get(Shutdown).add('intake', 'lines of writes', http.logRest);
  if (audit !== null) followAudit(nest, audit);
  access.learn(controllersOf(nest.get(ModulesContainer, { strict: false })));
  nest.setGlobalPrefix(API_PREFIX, { exclude: [...OUTSIDE_API] });
  const feed = consumes ? connectFeed(nest, stores, log) : undefined;
  if (spans !== null) nest.get(Shutdown).add('traces', 'traces', () => spans.close());
  const inbound = connectInbound(nest, stores);
  let started: Promise<unknown> | undefined;
  return {
    nest,
    shutdown: nest.get(Shutdown),
    listen: () => listen(nest, settings),
    join: async (group, listener) => {
      if (feed === undefined) throw new Error('this app takes no part in the feed');
      await (started ??= nest.startAllMicroservices());
      return feed.join(group, listener);
    },
    joinInbound: async (listener) => {
      if (inbound === undefined) throw new Error('this app has no inbound topic');
      await (started ??= nest.startAllMicroservices());
      return inbound.join(listener);
    },
    reload: () => {
      if (tokensFile === null && audit === null) log.info('SIGHUP: there is no file to read or open again');
      void tokensFile?.look();
      audit?.reopen();
    },
    close: () => nest.close(),
  };
}

/** A change takes effect while the app runs; a faulty file is a warning, because the former tokens are kept. */
function followTokens(nest: NestFastifyApplication, file: TokensFile): void {
  file.follow();
  nest.get(Readiness).watch('tokens', () => file.trouble());
  nest.get(Shutdown).add('intake', 'tokens', () => {
    file.close();
  });
}

function auditFile(path: string, log: PlatformLog, metrics: Metrics): LineFile {
  const lost = (): void => {
    metrics.auditLineLost();
  };
  return new LineFile({ setting: 'HERMES_AUDIT_FILE', path, log, lost });
}

/** The lines of writes go to the log, and to a file of their own where there is one, whatever level the log has. */
function lineLogger(log: PlatformLog, file: LineFile | null): LogLine {
  const audit = file === null ? null : createLog('info', file);
  return (message, fields) => {
    if (log.plain === undefined) log.info(message, fields);
    else log.plain(message, fields);
    audit?.plain(message, fields);
  };
}

/** Requests are answered whether their lines are written or not: where they are not is a warning. */
function followAudit(nest: NestFastifyApplication, file: LineFile): void {
  file.follow();
  nest.get(Readiness).watch('audit', () => file.trouble());
  nest.get(Shutdown).add('intake', 'audit file', () => file.close());
}

function connectFeed(nest: NestFastifyApplication, { feed }: Stores, log: PlatformLog): FeedStrategy {
  if (feed === undefined) throw new Error('an app without a feed cannot consume it');
  const strategy = new FeedStrategy({ feed, log });
  nest.connectMicroservice({ strategy });
  return strategy;
}

function connectInbound(nest: NestFastifyApplication, { inbound }: Stores): InboundStrategy | undefined {
  if (inbound === undefined) return undefined;
  const strategy = new InboundStrategy(inbound);
  nest.connectMicroservice({ strategy });
  return strategy;
}

/** Of which the app has figures. */
function partsOf({ useCases, stores }: Pick<AppOptions, 'useCases' | 'stores'>): ReadonlySet<FigurePart> {
  const made = new Set(useCases.map(({ provide }) => provide));
  const parts: readonly (readonly [FigurePart, boolean])[] = [
    ['journal', stores.journal !== undefined],
    ['feed', stores.feed !== undefined],
    ['ingest', made.has(INGEST)],
    ['inbound', made.has(INBOUND)],
    ['relay', made.has(RELAY)],
    ['projector', made.has(PROJECTOR)],
    ['publisher', made.has(PUBLISHER)],
    ['query', made.has(READING)],
  ];
  return new Set(parts.flatMap(([part, there]) => (there ? [part] : [])));
}

/** Failures are thrown, bodies are read by the server itself, and lines of Nest go where ours go. */
function nestOptions(log: PlatformLog): Pick<NestApplicationOptions, 'logger' | 'abortOnError' | 'bodyParser'> {
  return { logger: nestLogger(log), abortOnError: false, bodyParser: false };
}
