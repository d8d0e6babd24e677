/**
 * The use cases as providers, to be named by each main for the modules it composes, so that an app alone makes only its
 * own. Each says here when it is closed and what keeps it from being ready.
 */
import type { FactoryProvider } from '@nestjs/common';
import {
  createIngest,
  createProjector,
  createReading,
  createRelay,
  type CatalogueTimeline,
  type Clock,
  type Log,
  type Operating,
  type Projector,
  type Reading,
  type Relay,
  type RunningIngest,
} from '#application';
import type { Feed, Journal, Views, ViewsReader } from '#ports';
import { Readiness } from '../health/readiness.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../shutdown.js';
import {
  CLOCK,
  FEED,
  INGEST,
  JOURNAL,
  LOG,
  OPERATING,
  PROJECTOR,
  READING,
  RELAY,
  SETTINGS,
  TIMELINE,
  VIEWS,
  VIEWS_READER,
} from './tokens.js';

const ingest: FactoryProvider<RunningIngest> = {
  provide: INGEST,
  inject: [JOURNAL, TIMELINE, VIEWS_READER, CLOCK, LOG, Shutdown, Readiness],
  useFactory: (
    journal: Journal,
    timeline: CatalogueTimeline,
    views: ViewsReader,
    clock: Clock,
    log: Log,
    shutdown: Shutdown,
    readiness: Readiness,
  ) => {
    const made = createIngest({ journal, timeline, views, clock, log });
    shutdown.add('intake', 'ingest', () => made.close());
    readiness.expect('quests', () => made.notReady());
    return made;
  },
};

const relay: FactoryProvider<Relay> = {
  provide: RELAY,
  inject: [JOURNAL, FEED, LOG, Shutdown, Readiness],
  useFactory: (journal: Journal, feed: Feed, log: Log, shutdown: Shutdown, readiness: Readiness) => {
    const made = createRelay({ journal, feed, log });
    shutdown.add('relay', 'relay', () => made.close());
    readiness.expect('relay', () => made.notReady());
    return made;
  },
};

const projector: FactoryProvider<Projector> = {
  provide: PROJECTOR,
  inject: [JOURNAL, FEED, VIEWS, TIMELINE, CLOCK, LOG, Shutdown, Readiness],
  useFactory: (
    journal: Journal,
    { partitions }: Feed,
    views: Views,
    timeline: CatalogueTimeline,
    clock: Clock,
    log: Log,
    shutdown: Shutdown,
    readiness: Readiness,
  ) => {
    const made = createProjector({ journal, views, timeline, clock, log, partitions });
    shutdown.add('projector', 'projector', () => made.close());
    readiness.expect('projection', () => made.notReady());
    return made;
  },
};

const operating: FactoryProvider<Operating> = {
  provide: OPERATING,
  inject: [PROJECTOR],
  useFactory: (made: Projector) => made.operating,
};

const reading: FactoryProvider<Reading> = {
  provide: READING,
  inject: [VIEWS_READER, CLOCK, SETTINGS],
  useFactory: (views: ViewsReader, clock: Clock, { limits }: Settings) =>
    createReading({ views, clock, maxWaitS: limits.waitS }),
};

/** For ingest's module: INGEST and RELAY. */
export const ingestProviders: readonly FactoryProvider[] = [ingest, relay];
/** For the projector's module: PROJECTOR and OPERATING. */
export const projectorProviders: readonly FactoryProvider[] = [projector, operating];
/** For query's module: READING. */
export const readingProviders: readonly FactoryProvider[] = [reading];
