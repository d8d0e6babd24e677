/** What every app has beside its own features: the wired ports, who may come in, how errors are answered, health, the order of stopping. */
import { Module, type DynamicModule, type FactoryProvider, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CatalogueTimeline, type Clock } from '#application';
import { AccessGuard } from '../access/guard.js';
import type { Tokens } from '../access/tokens.js';
import { HealthController } from '../health/health.controller.js';
import { Readiness } from '../health/readiness.js';
import type { HttpServer } from '../http/adapter.js';
import { HeadGuard } from '../http/head-guard.js';
import type { PlatformLog } from '../log.js';
import { ProblemFilter } from '../problems/filter.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../shutdown.js';
import type { Stores } from '../wiring/stores.js';
import { CLOCK, FEED, JOURNAL, LOG, SETTINGS, TIMELINE, VIEWS, VIEWS_READER } from '../wiring/tokens.js';

export interface PlatformParts {
  readonly settings: Settings;
  readonly log: PlatformLog;
  readonly clock: Clock;
  readonly stores: Stores;
  /** Null: none are on. */
  readonly tokens: Tokens | null;
  readonly http: HttpServer;
  /** Of the use cases that the feature modules serve. */
  readonly useCases: readonly FactoryProvider[];
}

@Module({})
export class PlatformModule {
  /** Global: once per app, beside its feature modules. */
  static forRoot(parts: PlatformParts): DynamicModule {
    const readiness = { provide: Readiness, useValue: new Readiness() };
    const wired = [...wiredParts(parts), readiness, shutdownOf(parts), ...parts.useCases];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController],
      providers: [
        ...wired,
        // in this order: nobody learns about a path what he may not use
        { provide: APP_GUARD, useValue: new AccessGuard(parts.tokens) },
        { provide: APP_GUARD, useValue: new HeadGuard() },
        { provide: APP_FILTER, useValue: new ProblemFilter(parts.http.routes, parts.log) },
      ],
      exports: wired,
    };
  }
}

function wiredParts({ settings, log, clock, stores }: PlatformParts): Provider[] {
  return [
    { provide: SETTINGS, useValue: settings },
    { provide: LOG, useValue: log },
    { provide: CLOCK, useValue: clock },
    { provide: JOURNAL, useValue: stores.journal },
    { provide: FEED, useValue: stores.feed },
    { provide: VIEWS, useValue: stores.views },
    { provide: VIEWS_READER, useValue: stores.views.reader },
    { provide: TIMELINE, useValue: new CatalogueTimeline(stores.journal) },
  ];
}

function shutdownOf({ http, log, stores }: PlatformParts): Provider {
  const shutdown = new Shutdown(http.adapter, log);
  shutdown.add('stores', 'stores', () => stores.close());
  return { provide: Shutdown, useValue: shutdown };
}
