/** Shared by every app: the wired ports, the answers to errors, health, the order of stopping. */
import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule, type FactoryProvider, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CatalogueTimeline, type Clock } from '#application';
import type { Uuid } from '#contracts';
import type { Journal } from '#ports';
import { HealthController } from './health.controller.js';
import { Readiness } from '../operate/readiness.js';
import type { HttpServer } from '../http/adapter.js';
import { HeadGuard } from '../api/head-guard.js';
import type { PlatformLog } from '../operate/log.js';
import { DocsController } from '../openapi/docs.controller.js';
import { RootController } from '../openapi/root.controller.js';
import type { MeasuredJournal } from '../operate/metrics/measured-journal.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from '../operate/metrics/metrics.js';
import { readinessFigures } from '../operate/metrics/sources.js';
import { ProblemFilter } from '../http/problem-filter.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../operate/shutdown.js';
import type { Stores } from '../stores/stores.js';
import {
  BESIDE,
  CHANGES_TOPIC,
  CLOCK,
  FEED,
  INBOUND_TOPIC,
  JOURNAL,
  LOG,
  OWNER,
  SETTINGS,
  STOPPING,
  TIMELINE,
  VIEWS,
  VIEWS_READER,
} from '../wiring/tokens.js';

export interface MeasuredStores extends Stores {
  readonly journal?: MeasuredJournal;
}

export interface PlatformParts {
  readonly settings: Settings;
  readonly log: PlatformLog;
  readonly clock: Clock;
  readonly stores: MeasuredStores;
  readonly http: HttpServer;
  readonly metrics: Metrics;
  /** Of the use cases that the feature modules serve. */
  readonly useCases: readonly FactoryProvider[];
}

@Module({})
export class PlatformModule {
  /** Global: once per app, beside its feature modules. */
  static forRoot(parts: PlatformParts): DynamicModule {
    const { metrics, stores } = parts;
    const readiness = readinessOf(stores);
    for (const figures of stores.figures ?? []) metrics.read(figures);
    metrics.read(readinessFigures(readiness));
    const wired = [
      ...wiredParts(parts),
      { provide: Metrics, useValue: metrics },
      { provide: Readiness, useValue: readiness },
      shutdownOf(parts),
      { provide: STOPPING, useFactory: ({ signal }: Shutdown) => signal, inject: [Shutdown] },
      ...parts.useCases,
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [RootController, HealthController, MetricsController, DocsController],
      providers: [
        ...wired,
        { provide: APP_GUARD, useValue: new HeadGuard() },
        {
          provide: APP_FILTER,
          useValue: new ProblemFilter(parts.http.routes, parts.log, (code) => {
            metrics.refused(code);
          }),
        },
      ],
      exports: wired,
    };
  }
}

/** Each use case adds its own. */
function readinessOf({ journal, damage }: MeasuredStores): Readiness {
  const readiness = new Readiness();
  if (damage !== undefined) readiness.expect('stores', () => damage.join('; ') || null);
  if (journal !== undefined) readiness.expect('journal', () => journal.trouble());
  return readiness;
}

/** A store that the app does not open has no provider; where the views are only read, their reader is the only one. */
function wiredParts({ settings, log, clock, stores }: PlatformParts): Provider[] {
  const { journal, feed, views, inbound, changes } = stores;
  const writes = settings.app.viewsAccess === 'write';
  return [
    { provide: SETTINGS, useValue: settings },
    { provide: LOG, useValue: log },
    { provide: CLOCK, useValue: clock },
    { provide: BESIDE, useValue: stores.beside },
    ...(journal === undefined
      ? []
      : [
          { provide: JOURNAL, useValue: journal },
          { provide: TIMELINE, useValue: new CatalogueTimeline(journal) },
          { provide: OWNER, useValue: ownerOf(settings, journal) },
        ]),
    ...(feed === undefined ? [] : [{ provide: FEED, useValue: feed }]),
    ...(inbound === undefined ? [] : [{ provide: INBOUND_TOPIC, useValue: inbound }]),
    ...(changes === undefined ? [] : [{ provide: CHANGES_TOPIC, useValue: changes }]),
    ...(views === undefined ? [] : [{ provide: VIEWS_READER, useValue: views.reader }]),
    ...(views === undefined || !writes ? [] : [{ provide: VIEWS, useValue: views }]),
  ];
}

/** Only one process can open an embedded journal: after a restart it takes up its own leases at once. */
function ownerOf(settings: Settings, journal: Journal): Uuid {
  return settings.journal === 'sqlite' ? journal.identity : randomUUID();
}

function shutdownOf({ http, log, stores }: PlatformParts): Provider {
  const shutdown = new Shutdown(http.adapter, log);
  shutdown.add('stores', 'stores', () => stores.close());
  return { provide: Shutdown, useValue: shutdown };
}
