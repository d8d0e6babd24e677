/**
 * The use cases as providers, to be named by each main for the modules it composes, so that an app alone makes only its
 * own. Each registers here when it closes and why it may not be ready.
 */
import { availableParallelism } from 'node:os';
import { jobPlace, replayPlace } from '../stores/replay-place.js';
import type { FactoryProvider } from '@nestjs/common';
import {
  auditBeside,
  ClockWatch,
  createChangesPublisher,
  createInbound,
  createIngest,
  createProjector,
  createReading,
  createRelay,
  createVerifying,
  createWhatIfs,
  EntriesVersion,
  provedBy,
  heldJournal,
  Imports,
  Moving,
  type CatalogueTimeline,
  type ChangesPublisher,
  type Clock,
  type Log,
  type Operating,
  type Projector,
  type Reading,
  type Rebuilds,
  type Relay,
  type RunningInbound,
  type RunningIngest,
  type Verifying,
  type WhatIfs,
} from '#application';
import type { Problem, Uuid } from '#contracts';
import type { ChangesTopic, Feed, Inbound, Journal, Views, ViewsReader } from '#ports';
import { Readiness } from '../operate/readiness.js';
import type { MeasuredJournal } from '../operate/metrics/measured-journal.js';
import { Metrics } from '../operate/metrics/metrics.js';
import {
  campaignFigures,
  ingestFigures,
  projectionFigures,
  readingFigures,
  relayFigures,
  verifyingFigures,
  whatIfFigures,
} from '../operate/metrics/sources.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../operate/shutdown.js';
import type { StoresBeside } from '../stores/stores.js';
import { openPreparingThread } from './open-preparing.js';
import {
  BESIDE,
  CHANGES_TOPIC,
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
  OPERATING,
  OWNER,
  PROJECTOR,
  PUBLISHER,
  READING,
  REBUILDS,
  RELAY,
  SETTINGS,
  TIMELINE,
  VERIFYING,
  VIEWS,
  VIEWS_READER,
  WHAT_IFS,
} from './tokens.js';

/** A remote store costs a round trip for each call, whatever it holds. */
const REMOTE_PACE_MS = 25;
/** How long a request waits for a journal that answers nothing: short enough that its own answer comes within two seconds. */
const REMOTE_PATIENCE_MS = 1750;

const READ_ONLY: Problem = {
  code: 'read-only',
  detail: 'this Hermes is read-only (HERMES_READ_ONLY): send it again later, or to the one that takes its place',
  retryAfterS: 5,
};

const imports: FactoryProvider<Imports> = {
  provide: IMPORTS,
  inject: [JOURNAL, LOG, SETTINGS, Shutdown, Readiness],
  useFactory: (journal: Journal, log: Log, { readOnly }: Settings, shutdown: Shutdown, readiness: Readiness) => {
    const made = new Imports({ journal, log });
    shutdown.add('relay', 'imports', () => made.close());
    // the request that completes it has to come here: relay and projector wait for it, and are ready
    readiness.watch('import', () => made.withheld());
    readiness.watch('read-only', () => (readOnly ? 'every command is refused (HERMES_READ_ONLY)' : null));
    return made;
  },
};

const entries: FactoryProvider<EntriesVersion> = {
  provide: ENTRIES,
  inject: [JOURNAL, CLOCK, LOG, OWNER, Shutdown],
  useFactory: (journal: Journal, clock: Clock, log: Log, owner: Uuid, shutdown: Shutdown) => {
    const made = new EntriesVersion({ journal, clock, log, owner });
    shutdown.add('presence', 'entries version', () => made.close());
    return made;
  },
};

const moving: FactoryProvider<Moving> = {
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

const ingest: FactoryProvider<RunningIngest> = {
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

const inbound: FactoryProvider<RunningInbound> = {
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

const relay: FactoryProvider<Relay> = {
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

const projector: FactoryProvider<Projector> = {
  provide: PROJECTOR,
  inject: [JOURNAL, FEED, VIEWS, TIMELINE, CLOCK, LOG, SETTINGS, OWNER, IMPORTS, ENTRIES, BESIDE, Readiness, Metrics],
  useFactory: (
    journal: Journal,
    { partitions }: Feed,
    views: Views,
    timeline: CatalogueTimeline,
    clock: Clock,
    log: Log,
    settings: Settings,
    owner: Uuid,
    imported: Imports,
    versions: EntriesVersion,
    beside: StoresBeside | undefined,
    readiness: Readiness,
    metrics: Metrics,
  ) => {
    const parts = { journal, views, timeline, clock, log, owner, partitions, ...pacesOf(settings) };
    const replay = { ...replayPlace(settings, journal.identity), ...judgingThreads(settings) };
    const audit = auditBeside({ ...parts, ...settings.audit, views: views.writer, meters: metrics });
    const prove = provedBy({ journal, views });
    const made = createProjector({
      ...{ ...parts, ...replay, audit, prove, meters: metrics, maxLagS: settings.limits.lagS },
      refusal: () => imported.refusal(),
      isImported: (position) => imported.isImported(position),
      entries: versions,
      ...preparing(settings, beside),
    });
    metrics.read(projectionFigures(made, made.operating));
    readiness.expect('projection', () =>
      imported.refusal() === undefined ? (made.notReady() ?? made.stalled()) : null,
    );
    return made;
  },
};

/** Where the memory has no room for threads of a replay, it has none for this one. */
function preparing(
  { memory }: Settings,
  beside: StoresBeside | undefined,
): Pick<Parameters<typeof createProjector>[0], 'openPreparing'> {
  if (memory.judgingThreads === 0 || beside === undefined) return {};
  // live work has one processor to itself
  const most = Math.max(1, availableParallelism() - 1);
  return {
    openPreparing: (task, { judgingThreads = 0, ...terms }) =>
      openPreparingThread(beside, task, { ...terms, judgingThreads: Math.min(judgingThreads, most) }),
  };
}

/** Of a replay, and of a what-if. */
function judgingThreads({ memory }: Settings): { readonly judgingThreads: number } {
  return { judgingThreads: Math.min(memory.judgingThreads, availableParallelism()) };
}

const publisher: FactoryProvider<ChangesPublisher> = {
  provide: PUBLISHER,
  inject: [JOURNAL, VIEWS_READER, CHANGES_TOPIC, CLOCK, LOG, OWNER, Shutdown, Readiness, Metrics],
  useFactory: (
    journal: Journal,
    views: ViewsReader,
    topic: ChangesTopic,
    clock: Clock,
    log: Log,
    owner: Uuid,
    shutdown: Shutdown,
    readiness: Readiness,
    meters: Metrics,
  ) => {
    const made = createChangesPublisher({ journal, views, topic, clock, log, owner, meters });
    shutdown.add('projector', 'publisher of changes', () => made.close());
    // followers resume, and nothing else waits for it
    readiness.watch('changes', () => made.withheld());
    return made;
  },
};

const operating: FactoryProvider<Operating> = {
  provide: OPERATING,
  inject: [PROJECTOR],
  useFactory: (made: Projector) => made.operating,
};

const whatIfs: FactoryProvider<WhatIfs> = {
  provide: WHAT_IFS,
  inject: [JOURNAL, TIMELINE, CLOCK, LOG, SETTINGS, IMPORTS, Shutdown, Metrics],
  useFactory: (
    journal: Journal,
    timeline: CatalogueTimeline,
    clock: Clock,
    log: Log,
    settings: Settings,
    imported: Imports,
    shutdown: Shutdown,
    metrics: Metrics,
  ) => {
    const place = jobPlace('what-if', settings, journal.identity);
    const refusal = () => imported.refusal();
    const made = createWhatIfs({ journal, timeline, clock, log, refusal, ...place, ...judgingThreads(settings) });
    metrics.read(whatIfFigures(made));
    shutdown.add('projector', 'what-ifs', () => made.close());
    return made;
  },
};

const verifying: FactoryProvider<Verifying> = {
  provide: VERIFYING,
  inject: [JOURNAL, VIEWS, TIMELINE, CLOCK, LOG, SETTINGS, IMPORTS, Shutdown, Metrics],
  useFactory: (
    journal: Journal,
    views: Views,
    timeline: CatalogueTimeline,
    clock: Clock,
    log: Log,
    settings: Settings,
    imported: Imports,
    shutdown: Shutdown,
    metrics: Metrics,
  ) => {
    const place = jobPlace('verify', settings, journal.identity);
    const refusal = () => imported.refusal();
    const made = createVerifying({ journal, views, timeline, clock, log, refusal, ...place });
    metrics.read(verifyingFigures(made));
    shutdown.add('projector', 'verification', () => made.close());
    return made;
  },
};

const rebuilds: FactoryProvider<Rebuilds> = {
  provide: REBUILDS,
  inject: [PROJECTOR],
  useFactory: (made: Projector) => made.rebuilds,
};

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

/** How long relay and projector gather messages that go over a network, in milliseconds; nothing where the store is in this process. */
function pacesOf({ feed, views }: Settings): { readonly tickAfterMs?: number; readonly progressEveryMs?: number } {
  return {
    ...(feed === 'inprocess' ? {} : { tickAfterMs: REMOTE_PACE_MS }),
    ...(views === 'sqlite' ? {} : { progressEveryMs: REMOTE_PACE_MS }),
  };
}

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
