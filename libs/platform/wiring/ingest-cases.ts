/** The use cases of ingest as providers, and what carries its entries on. */
import type { FactoryProvider } from '@nestjs/common';
import {
  ClockWatch,
  createInbound,
  createIngest,
  createRelay,
  EntriesVersion,
  heldJournal,
  Imports,
  Moving,
  type CatalogueTimeline,
  type Clock,
  type Log,
  type Relay,
  type RunningInbound,
  type RunningIngest,
} from '#application';
import type { Problem, Uuid } from '#contracts';
import type { Feed, Inbound, Journal, ViewsReader } from '#ports';
import { Readiness } from '../operate/readiness.js';
import type { MeasuredJournal } from '../operate/metrics/measured-journal.js';
import { Metrics } from '../operate/metrics/metrics.js';
import { ingestFigures, relayFigures } from '../operate/metrics/sources.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../operate/shutdown.js';
import {
  CLOCK,
  ENTRIES,
  FEED,
  IMPORTS,
  INBOUND,
  INBOUND_TOPIC,
  INGEST,
  JOURNAL,
  LOG,
  MOVING,
  OWNER,
  RELAY,
  SETTINGS,
  TIMELINE,
  VIEWS_READER,
} from './tokens.js';
import { pacesOf } from './paces.js';

/** How long a request waits for a journal that answers nothing: short enough that its own answer comes within two seconds. */
const REMOTE_PATIENCE_MS = 1750;

const READ_ONLY: Problem = {
  code: 'read-only',
  detail: 'this Hermes is read-only (HERMES_READ_ONLY): send it again later, or to the one that takes its place',
  retryAfterS: 5,
};

export const moving: FactoryProvider<Moving> = {
  provide: MOVING,
  inject: [JOURNAL, IMPORTS, ENTRIES, CLOCK, LOG, OWNER, SETTINGS, Shutdown],
  useFactory: (
    journal: Journal,
    made: Imports,
    versions: EntriesVersion,
    clock: Clock,
    log: Log,
    owner: Uuid,
    { readOnly }: Settings,
    { signal: stopping }: Shutdown,
  ) => new Moving({ journal, imports: made, entries: versions, clock, log, owner, readOnly, stopping }),
};

export const ingest: FactoryProvider<RunningIngest> = {
  provide: INGEST,
  inject: [
    ...[JOURNAL, TIMELINE, VIEWS_READER, CLOCK, LOG, SETTINGS, OWNER, IMPORTS, ENTRIES],
    ...[Shutdown, Readiness, Metrics],
  ],
  useFactory: (
    journal: MeasuredJournal,
    timeline: CatalogueTimeline,
    views: ViewsReader,
    clock: Clock,
    log: Log,
    { limits, memory, journal: store, readOnly }: Settings,
    owner: Uuid,
    imported: Imports,
    versions: EntriesVersion,
    shutdown: Shutdown,
    readiness: Readiness,
    metrics: Metrics,
  ) => {
    const { signal: stopping } = shutdown;
    const most = {
      maxWaitingEntries: limits.queuedEntries,
      maxWaitingBytes: limits.queuedBytes,
      maxRecentBytes: memory.recentIdBytes,
    };
    const patience = { silentMs: () => journal.silentMs(), limitMs: REMOTE_PATIENCE_MS };
    const made = createIngest({
      ...{ journal, timeline, views, clock, log, owner, limits: most, meters: metrics, stopping },
      origin: () => imported.origin,
      refusal: () => (readOnly ? READ_ONLY : imported.refusal()),
      entries: versions,
      // they keep their places, most of which are for others
      waiting: { maxWaitS: limits.waitS, most: Math.ceil(limits.concurrentRequests / 4) },
      // a file is there, or says that it is not
      ...(store === 'sqlite' ? {} : { patience }),
    });
    metrics.read(ingestFigures(made));
    shutdown.add('intake', 'ingest', () => made.close());
    // an embedded journal is one process's
    if (store !== 'sqlite') {
      const clocks = new ClockWatch({ journal, clock, isImported: (position) => imported.isImported(position) });
      clocks.start();
      shutdown.add('intake', 'clock', () => clocks.close());
      readiness.expect('clock', () => clocks.notReady());
    }
    readiness.expect('quests', () => made.notReady());
    readiness.watch('quests', () => made.withheld());
    return made;
  },
};

export const inbound: FactoryProvider<RunningInbound> = {
  provide: INBOUND,
  inject: [INBOUND_TOPIC, INGEST, CLOCK, LOG, SETTINGS, Shutdown, Readiness, Metrics],
  useFactory: (
    topic: Inbound,
    made: RunningIngest,
    clock: Clock,
    log: Log,
    settings: Settings,
    shutdown: Shutdown,
    readiness: Readiness,
    meters: Metrics,
  ) => {
    const { inboundPrincipal: principal } = settings.kafka;
    const running = createInbound({ inbound: topic, ingest: made, principal, clock, log, meters });
    shutdown.add('inbound', 'inbound', () => running.close());
    readiness.expect('inbound', () => running.notReady());
    return running;
  },
};

export const relay: FactoryProvider<Relay> = {
  provide: RELAY,
  inject: [JOURNAL, FEED, LOG, OWNER, SETTINGS, IMPORTS, Shutdown, Readiness, Metrics],
  useFactory: (
    journal: Journal,
    feed: Feed,
    log: Log,
    owner: Uuid,
    settings: Settings,
    imported: Imports,
    shutdown: Shutdown,
    readiness: Readiness,
    metrics: Metrics,
  ) => {
    const made = createRelay({
      ...{ journal: heldJournal(journal, imported), feed, log, owner, ...pacesOf(settings) },
      whenOpen: (signal) => imported.whenOpen(signal),
    });
    metrics.read(relayFigures(made));
    shutdown.add('relay', 'relay', () => made.close());
    readiness.expect('relay', () => (imported.refusal() === undefined ? made.notReady() : null));
    // entries that the feed does not take wait in the journal: a balancer that avoided this process would lose more
    readiness.watch('relay', () => made.withheld());
    return made;
  },
};
