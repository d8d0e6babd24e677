/** The use cases of the projector as providers: what writes the views, and what judges history beside it. */
import { availableParallelism } from 'node:os';
import { jobPlace, replayPlace } from '../stores/replay-place.js';
import type { FactoryProvider } from '@nestjs/common';
import {
  auditBeside,
  createChangesPublisher,
  createProjector,
  createVerifying,
  createWhatIfs,
  EntriesVersion,
  provedBy,
  Imports,
  type CatalogueTimeline,
  type ChangesPublisher,
  type Clock,
  type Log,
  type Operating,
  type Projector,
  type Rebuilds,
  type Verifying,
  type VerifyTerms,
  type WhatIfs,
} from '#application';
import type { Uuid } from '#contracts';
import type { ChangesTopic, Feed, Journal, Views, ViewsReader } from '#ports';
import { Readiness } from '../operate/readiness.js';
import { Metrics } from '../operate/metrics/metrics.js';
import { projectionFigures, verifyingFigures, whatIfFigures } from '../operate/metrics/sources.js';
import type { Settings } from '../settings/settings.js';
import { Shutdown } from '../operate/shutdown.js';
import type { StoresBeside } from '../stores/stores.js';
import { openThread } from './open-thread.js';
import type { PreparingTerms } from './preparing-thread.js';
import {
  BESIDE,
  CHANGES_TOPIC,
  CLOCK,
  ENTRIES,
  FEED,
  IMPORTS,
  JOURNAL,
  LOG,
  OPERATING,
  OWNER,
  PROJECTOR,
  PUBLISHER,
  REBUILDS,
  SETTINGS,
  TIMELINE,
  VERIFYING,
  VIEWS,
  VIEWS_READER,
  WHAT_IFS,
} from './tokens.js';
import { pacesOf } from './paces.js';

export const projector: FactoryProvider<Projector> = {
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

/** Where the memory has no room for threads of a replay, it has none for those that work beside live work. */
function roomFor({ memory }: Settings, beside: StoresBeside | undefined): StoresBeside | undefined {
  return memory.judgingThreads === 0 ? undefined : beside;
}

function preparing(
  settings: Settings,
  beside: StoresBeside | undefined,
): Pick<Parameters<typeof createProjector>[0], 'openPreparing'> {
  const apart = roomFor(settings, beside);
  if (apart === undefined) return {};
  // live work has one processor to itself
  const most = Math.max(1, availableParallelism() - 1);
  return {
    openPreparing: ({ kind, generation, isActivationAsked }, { judgingThreads = 0, ...terms }) => {
      const how = { ...terms, judgingThreads: Math.min(judgingThreads, most) };
      const task = { kind, generation, isActivationAsked };
      return openThread('preparing-thread', apart, { task, how } satisfies PreparingTerms);
    },
  };
}

/** Of a replay, and of a what-if. */
function judgingThreads({ memory }: Settings): { readonly judgingThreads: number } {
  return { judgingThreads: Math.min(memory.judgingThreads, availableParallelism()) };
}

export const publisher: FactoryProvider<ChangesPublisher> = {
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

export const operating: FactoryProvider<Operating> = {
  provide: OPERATING,
  inject: [PROJECTOR],
  useFactory: (made: Projector) => made.operating,
};

export const whatIfs: FactoryProvider<WhatIfs> = {
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

export const verifying: FactoryProvider<Verifying> = {
  provide: VERIFYING,
  inject: [JOURNAL, VIEWS, TIMELINE, CLOCK, LOG, SETTINGS, IMPORTS, BESIDE, Shutdown, Metrics],
  useFactory: (
    journal: Journal,
    views: Views,
    timeline: CatalogueTimeline,
    clock: Clock,
    log: Log,
    settings: Settings,
    imported: Imports,
    beside: StoresBeside | undefined,
    shutdown: Shutdown,
    metrics: Metrics,
  ) => {
    const place = jobPlace('verify', settings, journal.identity);
    const refusal = () => imported.refusal();
    const apart = roomFor(settings, beside);
    const made = createVerifying({
      ...{ journal, views, timeline, clock, log, refusal, ...place },
      ...(apart && { openVerifying: (terms) => openThread('verifying-thread', apart, terms satisfies VerifyTerms) }),
    });
    metrics.read(verifyingFigures(made));
    shutdown.add('projector', 'verification', () => made.close());
    return made;
  },
};

export const rebuilds: FactoryProvider<Rebuilds> = {
  provide: REBUILDS,
  inject: [PROJECTOR],
  useFactory: (made: Projector) => made.rebuilds,
};
