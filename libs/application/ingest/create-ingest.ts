/** Puts the use cases that write together: one appender, one timeline, one saga for a process. */
import { randomUUID } from 'node:crypto';
import { failed, type Outcome, type Uuid } from '#contracts';
import { decideEventTypes, decideFates, instantOfMs, parseFateReference, parseTypeName, type Instant } from '#domain';
import type { Journal, ViewsReader } from '#ports';
import { CatalogueUnreadable, type CatalogueTimeline } from '../catalogue/timeline.js';
import type { Clock } from '../clock.js';
import { Lease } from '../leases/lease.js';
import type { Log } from '../log.js';
import type { Meters } from '../meters.js';
import { Gate } from '../reading/gate.js';
import { Appender, APPENDER_LIMITS, type AppenderLimits } from './appending/appender.js';
import { changeCatalogue, type CatalogueWriter } from './catalogue-commands.js';
import type { EmbarkedHosts, Ingest, Written } from './ingest.js';
import { commandLabor, commandLabors, type LaborCommander } from './labor-commands.js';
import { logEvents, type EventLogger } from './log-events.js';
import { logEventStream } from './log-stream.js';
import { Patience, type PatienceParts } from './patience.js';
import { problemOfRefusals, unavailable } from './problems.js';
import { amendQuest } from './quests/amend-quest.js';
import { addQuestHosts } from './quests/add-hosts.js';
import { embarkQuest } from './quests/embark-quest.js';
import { Embarker } from './quests/embarker.js';
import type { QuestParts } from './quests/quest-parts.js';
import { QuestUnreadable } from './quests/quest-stream.js';
import { QuestSaga } from './quests/saga.js';
import { whole } from './requests/answers.js';
import { catalogueAnswerBytes, eventTypeAnswers, fateAnswers } from './requests/catalogue-answers.js';
import { keyedBatches, keyedReports } from './requests/event-keys.js';
import { KeyedRequests } from './requests/keyed-requests.js';
import { laborAnswerBytes, laborAnswers } from './requests/labor-answers.js';
import { Turns } from './turns.js';
import { Underway } from './underway.js';

export interface IngestParts {
  readonly journal: Journal;
  /** The process's own; it is read on where needed. */
  readonly timeline: CatalogueTimeline;
  /** For look-ups of labors only: logging events never needs the views. */
  readonly views: Pick<ViewsReader, 'freshness' | 'laborsById'>;
  readonly clock: Clock;
  readonly log: Log;
  /** This process, as leases know it. */
  readonly owner: Uuid;
  /** `performance.now` where absent. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Gives UUIDs; random ones where absent. */
  readonly newId?: () => Uuid;
  readonly meters?: Meters;
  /** Most that may wait for the journal, or be on its way there; requests beyond it are `overloaded`. */
  readonly maxWaiting?: { readonly entries: number; readonly bytes: number };
  /** For a journal that may hang: for how long it has owed an answer, and how long a request waits for one. As long as it takes where absent. */
  readonly patience?: Pick<PatienceParts, 'silentMs' | 'limitMs'>;
}

/** Ingest, and what it does in the background. `close` ends both. */
export interface RunningIngest extends Ingest {
  /** Begins to embark in the background what requests or a crash have left. */
  start(): void;
  /** Why quests are not being embarked, as a sentence; null where all goes well. */
  notReady(): string | null;
  /** What waits at present: entries and their bytes for the journal, commands for the views. */
  waiting(): { readonly entries: number; readonly bytes: number; readonly commands: number };
}

/** Longest that a command waits for the views before it refuses a labor, in seconds. */
const MAX_WAIT_S = 5;
/** Commands on the catalogue and on quests that may wait for their turn. */
const MAX_WAITING_COMMANDS = 200;

const EMBARKED = { answers: whole<EmbarkedHosts>(), answerBytes: 200 };
const WRITTEN = { answers: whole<Written>(), answerBytes: 100 };

export function createIngest(parts: IngestParts): RunningIngest {
  const { journal, timeline, views, clock, log, newId = randomUUID } = parts;
  const now = (): Instant => {
    const instant = instantOfMs(clock.nowMs());
    if (instant === undefined) throw new RangeError('the clock is beyond the year 9999');
    return instant;
  };
  const underway = new Underway();
  const appender = new Appender(journal, appenderLimits(parts), parts.meters);
  const turns = new Turns(MAX_WAITING_COMMANDS);
  const embarker = new Embarker(journal, timeline, appender, newId, now);
  const inline = new Set<Uuid>();
  const lease = new Lease({ journal, name: 'embarking', owner: parts.owner, nowMs: parts.monotonicMs });
  const saga = new QuestSaga({ journal, timeline, embarker, lease, clock, log, inline });
  const logger: EventLogger = { appender, timeline, newId, now };
  const catalogue: CatalogueWriter = { journal, timeline, turns, newId };
  const requests = new KeyedRequests(journal, clock, newId, log);
  const gate = new Gate(views, clock, MAX_WAIT_S);
  const labors: LaborCommander = { journal, appender, views, gate, newId, now };
  const quests: QuestParts = {
    ...{ journal, timeline, embarker, turns, clock, log, newId, now, inline },
    wake: () => {
      saga.wake();
    },
  };
  const late = (error: unknown): void => {
    log.error('what a request had begun ended in an error after its answer', { error });
  };
  const patience = parts.patience && new Patience({ ...parts.patience, late });
  const during = <T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const toItsEnd = (): Promise<Outcome<T>> => underway.during(() => tellUnreadable(work));
    return patience === undefined ? toItsEnd() : patience.during(toItsEnd);
  };
  return {
    defineEventTypes: (definitions, caller) =>
      during(() => {
        const { name: by, trace } = caller;
        const command = { kind: 'DefineEventTypes', definitions, by, now: now() } as const;
        const answerBytes = catalogueAnswerBytes(definitions);
        return requests.once(
          caller,
          { use: ['event-types'], body: definitions, answers: eventTypeAnswers(timeline), answerBytes },
          (request) => changeCatalogue(catalogue, trace, (state) => decideEventTypes(command, state), request),
        );
      }),
    amendEventType: (text, amendment, { name: by, trace }) =>
      during(async () => {
        const name = parseTypeName(text);
        if (name === undefined) return failed(problemOfRefusals([unknownType(text)]));
        const command = { kind: 'AmendEventType', name, ...amendment, by, now: now() } as const;
        return changeCatalogue(catalogue, trace, (state) => decideEventTypes(command, state));
      }),
    defineFates: (definitions, caller) =>
      during(() => {
        const { name: by, trace } = caller;
        const command = { kind: 'DefineFates', definitions, by, now: now() } as const;
        const answerBytes = catalogueAnswerBytes(definitions);
        return requests.once(
          caller,
          { use: ['fates'], body: definitions, answers: fateAnswers(timeline), answerBytes },
          (request) => changeCatalogue(catalogue, trace, (state) => decideFates(command, state), request),
        );
      }),
    amendFate: (text, amendment, { name: by, trace }) =>
      during(() => {
        const command = { kind: 'AmendFate', fate: parseFateReference(text), ...amendment, by, now: now() } as const;
        return changeCatalogue(catalogue, trace, (state) => decideFates(command, state));
      }),
    logEvents: (reports, caller) =>
      during(() => logEvents(logger, keyedReports(reports, caller.idempotencyKey), caller)),
    logEventStream: (batches, caller, options) =>
      underway.during(() => logEventStream(logger, keyedBatches(batches, caller.idempotencyKey), caller, options)),
    embarkQuest: (asked, caller) =>
      during(() =>
        requests.once(caller, { use: ['quests'], body: asked, ...EMBARKED }, (request) =>
          embarkQuest(quests, asked, caller, request),
        ),
      ),
    amendQuest: (quest, amendment, caller) => during(() => amendQuest(quests, quest, amendment, caller)),
    addQuestHosts: (quest, hosts, caller) =>
      during(() =>
        requests.once(caller, { use: ['quest-hosts', String(quest)], body: hosts, ...EMBARKED }, (request) =>
          addQuestHosts(quests, quest, hosts, caller, request),
        ),
      ),
    commandLabor: (labor, action, caller) =>
      during(() =>
        requests.once(caller, { use: ['labor', action.kind, labor], body: action, ...WRITTEN }, (request) =>
          commandLabor(labors, labor, action, caller, request),
        ),
      ),
    commandLabors: (ids, action, caller) =>
      during(() => {
        const answers = laborAnswers(ids);
        const asked = { use: ['labors', action.kind], body: { ids, action }, answers } as const;
        return requests.once(caller, { ...asked, answerBytes: laborAnswerBytes(ids) }, (request) =>
          commandLabors(labors, ids, action, caller, request),
        );
      }),
    start: () => {
      saga.start();
    },
    notReady: () => saga.notReady(),
    waiting: () => ({ ...appender.waiting, commands: gate.waitingReads }),
    close: async () => {
      turns.close();
      requests.close();
      await Promise.all([underway.close(), saga.close()]);
    },
  };
}

function appenderLimits({ maxWaiting }: IngestParts): AppenderLimits {
  if (maxWaiting === undefined) return APPENDER_LIMITS;
  return { ...APPENDER_LIMITS, maxWaitingEntries: maxWaiting.entries, maxWaitingBytes: maxWaiting.bytes };
}

/** What this version of Hermes cannot read is as good as away, for whoever asks. */
async function tellUnreadable<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CatalogueUnreadable || error instanceof QuestUnreadable)) throw error;
    return failed(unavailable(`${error.message}: it takes the version of Hermes that wrote it`));
  }
}

function unknownType(name: string): Parameters<typeof problemOfRefusals>[0][number] {
  const message = `there is no event type "${name}": look for its right name`;
  return { code: 'event-type-unknown', path: 'name', message };
}
