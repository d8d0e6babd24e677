/**
 * The use cases as providers, to be named by each main for the modules it composes, so that an app alone makes only its
 * own. Each registers here when it closes and why it may not be ready.
 */
import type { FactoryProvider } from '@nestjs/common';
import { createReading, type Clock, type Log, type Reading } from '#application';
import type { Journal, ViewsReader } from '#ports';
import { Metrics } from '../operate/metrics/metrics.js';
import { campaignFigures, readingFigures } from '../operate/metrics/sources.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../operate/shutdown.js';
import { CLOCK, JOURNAL, LOG, READING, SETTINGS, VIEWS_READER } from './tokens.js';
import { entries, imports } from './import-cases.js';
import { inbound, ingest, moving, relay } from './ingest-cases.js';
import { operating, projector, publisher, rebuilds, verifying, whatIfs } from './projector-cases.js';

const reading: FactoryProvider<Reading> = {
  provide: READING,
  inject: [VIEWS_READER, CLOCK, LOG, SETTINGS, Metrics, Shutdown, { token: JOURNAL, optional: true }],
  useFactory: (
    views: ViewsReader,
    clock: Clock,
    log: Log,
    { limits }: Settings,
    metrics: Metrics,
    { signal: stopping }: Shutdown,
    journal?: Journal,
  ) => {
    const made = createReading({
      ...{ views, clock, log, stopping, maxWaitS: limits.waitS, maxWaiting: limits.waitingReads },
      maxFollowers: limits.followers,
      ...(journal === undefined ? {} : { head: async () => (await journal.head()).position }),
    });
    metrics.read(readingFigures(made));
    metrics.read(campaignFigures(made));
    return made;
  },
};

/** For ingest's module: INGEST, RELAY, MOVING, and IMPORTS and ENTRIES, which they ask. */
export const ingestProviders: readonly FactoryProvider[] = [imports, entries, moving, ingest, relay];
/** For the inbound module: INBOUND, where the app has the topic. */
export const inboundProviders: readonly FactoryProvider[] = [inbound];
/** For the projector's module: PROJECTOR, OPERATING, REBUILDS, VERIFYING and WHAT_IFS, and IMPORTS and ENTRIES, which they ask. */
export const projectorProviders: readonly FactoryProvider[] = [
  ...[imports, entries, projector, operating, rebuilds, verifying, whatIfs],
];
/** Beside the projector's, where the app has the topic of changes: PUBLISHER. */
export const publisherProviders: readonly FactoryProvider[] = [publisher];
/** For query's module: READING. */
export const readingProviders: readonly FactoryProvider[] = [reading];
