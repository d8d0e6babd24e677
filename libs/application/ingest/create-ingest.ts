/** Puts the use cases that write together: one appender, one timeline, one background embarking for a process. */
import { randomUUID } from 'node:crypto';
import { DOCUMENTS_VERSION, failed, type Outcome, type Position, type Problem, type Uuid } from '#contracts';
import { FOLD_VERSION, type Instant } from '#domain';
import type { Journal, ViewsReader } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import { instantNow, type Clock } from '../clock.js';
import { Lease, writersLease } from '../leases/lease.js';
import type { Log } from '../log.js';
import { noMeters, type Meters } from '../meters.js';
import { NamesTimeline } from '../names/names-timeline.js';
import { Gate } from '../reading/gate.js';
import type { EffectViews } from '../reading/event-effects.js';
import { seenOf } from '../reading/seen.js';
import { allowedEntriesJournal, type AllowedEntries } from './allowed-entries.js';
import { Appender } from './appending/appender.js';
import { APPENDER_LIMITS, type AppenderLimits } from './appending/limits.js';
import { BackPressure } from './appending/back-pressure.js';
import { KEYS_LOOK_BACK } from './appending/job.js';
import type { ForesightViews } from './catalogue-effects.js';
import type { CatalogueMover } from './catalogue-moves.js';
import { catalogueUseCases } from './catalogue-use-cases.js';
import type { UseViews } from './catalogue-uses.js';
import type { IngestRequest } from './deciding/request.js';
import { SerialQueue } from './deciding/serial-queue.js';
import { holderOfPrincipal } from './holders.js';
import { commandHost, commandNamed, FINAL_OF_HOSTS } from './hosts/host-commands.js';
import { importHosts, NOTHING_IMPORTED, type HostImporter } from './hosts/import-hosts.js';
import type { HostSelector } from './hosts/select-hosts.js';
import { InFlight } from './in-flight.js';
import type { Caller, Ingest } from './ingest.js';
import { commandLabor, commandLabors, type LaborCommander } from './labor-commands.js';
import type { LaborViews } from './labor-standings.js';
import { effectsOfLogged } from './logged-effects.js';
import { logEvents, type EventLogger } from './log-events.js';
import { logSelected, selectedAnswers } from './log-selected.js';
import { logEventStream, NOTHING_LOGGED } from './log-stream.js';
import { aliasHost, removeAlias, type NamesWriter } from './names/alias-hosts.js';
import { setNameRules } from './names/name-rules.js';
import { OwnNames, ownReports, TRIED_ONCE } from './names/own-names.js';
import { redactEvent, type EventRedactor, type RedactionViews } from './redact-event.js';
import type { OperationFigures } from './operations/background.js';
import { createOperations } from './operations/create-operations.js';
import type { FindingViews } from './operations/find.js';
import { OperationUnreadable } from './operations/operation-stream.js';
import { Patience, type PatienceParts } from './patience.js';
import { unavailable } from './problems.js';
import { abandonQuest } from './quests/abandon-quest.js';
import { amendQuest } from './quests/amend-quest.js';
import { Adopter } from './quests/adopter.js';
import { adoptLabors } from './quests/adopt-labors.js';
import { BackgroundEmbarking } from './quests/background.js';
import { Embarker } from './quests/embarker.js';
import { Ender } from './quests/ender.js';
import { EmbarkingTypes } from './quests/embarking-types.js';
import { KnownQuests } from './quests/known-quests.js';
import { QuestNumbers } from './quests/numbers.js';
import { QuestsOfHosts } from './quests/of-hosts.js';
import type { QuestParts } from './quests/quest-parts.js';
import { QuestUnreadable } from './quests/quest-stream.js';
import { Remover } from './quests/remover.js';
import { whole, wholeWhereFinal, type Answers } from './requests/answers.js';
import { eventAnswers } from './requests/event-answers.js';
import { keyedBatches, keyedReports, useOf } from './requests/event-keys.js';
import { KeyedRequests, type Asked } from './requests/keyed-requests.js';
import { laborAnswers } from './requests/labor-answers.js';
import { refusingJournal, whileAllowed } from './while-allowed.js';

export interface IngestParts {
  readonly journal: Journal;
  /** The process's own; it is read on where needed. */
  readonly timeline: CatalogueTimeline;
  /** What names of hosts mean, the process's own; made where absent. */
  readonly names?: NamesTimeline;
  /** For look-ups of labors, and for embarking what others have left: logging events never needs the views. */
  readonly views: Pick<ViewsReader, 'freshness' | 'unfinishedQuests'> & {
    for(holder: string): LaborViews & UseViews & ForesightViews & EffectViews & RedactionViews & FindingViews;
  };
  /** The longest that an answer waits for what its events did, in seconds, and how many may wait at once; 30 and 64 where absent. */
  readonly waiting?: { readonly maxWaitS: number; readonly most: number };
  readonly clock: Clock;
  readonly log: Log;
  /** This process, as leases know it. */
  readonly owner: Uuid;
  /** `performance.now` where absent. */
  readonly monotonicMs?: (() => number) | undefined;
  /** Gives UUIDs; random ones where absent. */
  readonly newId?: () => Uuid;
  readonly meters?: Meters;
  /** Most that may wait for the journal, or be on its way there; requests beyond it are `overloaded`. And most bytes of ids that are kept. */
  readonly limits?: Partial<Pick<AppenderLimits, 'maxWaitingEntries' | 'maxWaitingBytes' | 'maxRecentBytes'>>;
  /** For a journal that may hang: for how long it has owed an answer, and how long a request waits for one. As long as it takes where absent. */
  readonly patience?: Pick<PatienceParts, 'silentMs' | 'limitMs'>;
  /** By whose identity the UUIDs of quests are derived; the journal's own where absent. */
  readonly origin?: () => Uuid;
  /** Why nothing may be written now; undefined where it may. */
  readonly refusal?: () => Problem | undefined;
  /** Which entries may be written; whatever this build writes where absent. */
  readonly entries?: AllowedEntries;
  /** Aborts when Hermes begins to stop: entries that wait for the views are logged. */
  readonly stopping?: AbortSignal;
}

/** Ingest, and what it does in the background. `close` ends both. */
export interface RunningIngest extends Ingest {
  /** Begins to embark in the background what requests or a crash have left. */
  start(): void;
  /** Why quests are not being embarked, as a sentence; null where all goes well. */
  notReady(): string | null;
  /** Why quests that other processes have left are not being embarked, as a sentence; null where they are. */
  withheld(): string | null;
  /** How many aliases hosts have, as far as this process has read. */
  aliases(): number;
  /** Operations that this process carries out at present. */
  operating(): OperationFigures;
  /** The queues at present: entries and their bytes for the journal, commands for the views; and the entries of this process that the views lack. */
  waiting(): { readonly entries: number; readonly bytes: number; readonly commands: number; readonly unshown: number };
}

/** Longest that a command waits for the views before it refuses a labor, in seconds. */
const MAX_WAIT_S = 5;
/** Answers that wait for what their events did. */
const EFFECTS_WAITING = { maxWaitS: 30, most: 64 };
/**
 * Commands on the catalogue and on quests that may wait for their turn, and that run at once. Each has one write of at most
 * the journal's longest on its way: more large ones would fill the queue before the disk, and appends of events were refused.
 */
const COMMANDS = { maxSize: 300, maxRunning: 16 };

export function createIngest(parts: IngestParts): RunningIngest {
  const { timeline, views, clock, log, newId = randomUUID, meters = noMeters } = parts;
  const { origin = () => journal.identity, refusal = () => undefined } = parts;
  const { entries } = parts;
  const allowing = entries === undefined ? parts.journal : allowedEntriesJournal(parts.journal, entries);
  const journal = refusingJournal(allowing, refusal);
  const now = (): Instant => instantNow(clock);
  const inFlight = new InFlight();
  const shown = async (): Promise<Position | undefined> => {
    const freshness = await views.freshness(DOCUMENTS_VERSION);
    const seen = seenOf(freshness, () => 0);
    // views of another fold are not followed: nobody must wait until they show something
    return seen.ok && freshness?.generation.foldVersion === FOLD_VERSION ? seen.value.position : undefined;
  };
  const pressure = new BackPressure({ shown });
  const letAllPass = (): void => {
    pressure.close();
  };
  parts.stopping?.addEventListener('abort', letAllPass);
  const appender = new Appender(journal, { ...APPENDER_LIMITS, ...parts.limits }, meters, pressure);
  const queue = new SerialQueue(COMMANDS);
  const requests = new KeyedRequests(journal, clock, newId, log);
  const known = new KnownQuests(journal);
  const monotonicMs = parts.monotonicMs ?? (() => performance.now());
  const types = new EmbarkingTypes({ journal, known, newId, owner: parts.owner, monotonicMs });
  const embarker = new Embarker(origin, known, types, timeline, appender, newId, now);
  const ender = new Ender(origin, known, appender, newId, now);
  const adopter = new Adopter(known, appender, newId, now);
  const remover = new Remover(origin, known, appender, newId, now);
  const inline = new Set<Uuid>();
  const lease = writersLease(
    new Lease({ journal, name: 'embarking', owner: parts.owner, nowMs: parts.monotonicMs }),
    refusal,
  );
  const background = new BackgroundEmbarking({
    ...{ journal, known, timeline, views, embarker, ender, adopter, remover, types, lease, log, inline },
  });
  const gate = new Gate(views, clock, MAX_WAIT_S);
  const { maxWaitS, most } = parts.waiting ?? EFFECTS_WAITING;
  const { stopping } = parts;
  const judged = new Gate(views, clock, maxWaitS, { most, ...(stopping && { stopping }) });
  const logger: EventLogger = { journal, appender, timeline, meters, newId, now };
  const catalogue: CatalogueMover = { journal, timeline, queue, types, views, gate, newId, now, monotonicMs };
  const quests: QuestParts = {
    ...{ journal, known, timeline, embarker, ender, adopter, remover, types, queue, log, newId, now, inline },
    numbers: new QuestNumbers(journal),
    wake: (quest, principal) => {
      background.wake(quest, holderOfPrincipal(principal));
    },
  };
  const labors: LaborCommander & EventRedactor = {
    ...{ journal, appender, views, gate, now },
    adopt: (wanted, caller) => adoptLabors(quests, wanted, caller),
  };
  const { names: named = new NamesTimeline(journal, monotonicMs) } = parts;
  const own = new OwnNames(named);
  const names: NamesWriter = { journal, timeline: named, queue, views, gate, now };
  const selector: HostSelector = { journal, gate, views, own };
  const ofHosts = new QuestsOfHosts({ ...quests, views, gate }, selector);
  const hosts: HostImporter = { journal, appender, views, gate, now, newId, own, names };
  const late = (error: unknown): void => {
    log.error('what a request had begun ended in an error after its answer', { error });
  };
  const patience = parts.patience && new Patience({ ...parts.patience, late });

  /** Counted until its end; answered in time where the journal hangs. */
  function answered<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const toItsEnd = (): Promise<Outcome<T>> => inFlight.during(() => withUnreadableAsAway(work));
    return patience === undefined ? toItsEnd() : patience.during(toItsEnd);
  }
  /** As {@link answered}, of what writes. */
  function command<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const problem = refusal();
    return problem === undefined ? answered(work) : Promise.resolve(failed(problem));
  }
  /** As {@link command}; with an Idempotency-Key of the caller's it is done once. */
  function once<T>(
    caller: Caller,
    use: Asked<T>['use'],
    body: unknown,
    work: (request: IngestRequest) => Promise<Outcome<T>>,
    answers: Answers<T> = whole(),
  ): Promise<Outcome<T>> {
    return command(() => requests.once(caller, { use, body, answers }, work));
  }

  const operations = createOperations({
    ...{
      journal,
      queue,
      gate,
      views,
      timeline,
      own,
      stopping,
      labors,
      hosts,
      clock,
      log,
      newId,
      now,
      answered,
      command,
      once,
    },
    ...{ owner: parts.owner, monotonicMs, refusal },
  });

  return {
    ...catalogueUseCases(catalogue, { answered, command, once }),
    logEvents(reports, caller) {
      if (caller.idempotencyKey === undefined)
        return command(async () => {
          const named = await ownReports(own, reports, TRIED_ONCE);
          return named.ok ? logEvents(logger, named.value, caller) : named;
        });
      const work = async (request: IngestRequest) => {
        // other tries may be at work: what stands under a key of this request is its own, wherever it lies behind its begin
        const keys = { ...KEYS_LOOK_BACK, after: request.since ?? null };
        const named = await ownReports(own, reports, request);
        if (!named.ok) return named;
        const keyed = await keyedReports(named.value, caller, useOf(request));
        return logEvents(logger, keyed, caller, { keys, isOwn: (index) => reports[index]?.key === null });
      };
      return once(caller, ['events'], reports, work, eventAnswers(reports, caller, own));
    },
    logEventsOn: (asked, most, caller) =>
      once(
        ...([caller, ['events'], asked] as const),
        (request) => logSelected({ logger, selector }, asked, most, caller, request),
        selectedAnswers(asked.report, caller),
      ),
    // not counted among the work in flight, which refuses once Hermes stops: then the wait ends, and the events are stored all the same
    effects: (logged, waitS, caller) => effectsOfLogged({ views, gate: judged }, logged, waitS, caller),
    logEventStream: (batches, caller, options) => {
      const problem = refusal();
      if (problem !== undefined) return Promise.resolve({ ...NOTHING_LOGGED, problem });
      return inFlight.during(() =>
        whileAllowed(refusal, keyedBatches(batches, caller), (allowed) =>
          logEventStream({ ...logger, own }, allowed, caller, options),
        ),
      );
    },
    redactEvent: (event, redaction, caller) =>
      once(caller, ['event-redaction', event], redaction, (request) =>
        redactEvent(labors, event, redaction, caller, request),
      ),
    embarkQuest: (asked, caller) =>
      once(caller, ['quests'], asked, (request) => ofHosts.embark(asked, caller, request)),
    amendQuest: (quest, amendment, caller, unchanged) =>
      command(() => amendQuest(quests, quest, amendment, caller, unchanged)),
    addQuestHosts: (quest, asked, caller) =>
      once(caller, ['quest-hosts', String(quest)], asked, (request) => ofHosts.add(quest, asked, caller, request)),
    claimLabors: (quest, claim, caller) =>
      once(caller, ['quest-claim', String(quest)], claim, (request) => ofHosts.claim(quest, claim, caller, request)),
    removeQuestHosts: (quest, removal, caller) =>
      once(caller, ['quest-removal', String(quest)], removal, (request) =>
        ofHosts.remove(quest, removal, caller, request),
      ),
    foreseeQuestHostsRemoval: (quest, asked, caller) => answered(() => ofHosts.foreseeRemoval(quest, asked, caller)),
    abandonQuest: (quest, abandonment, caller) =>
      once(caller, ['quest-abandonment', String(quest)], abandonment, (request) =>
        abandonQuest(quests, quest, abandonment, caller, request),
      ),
    commandLabor: (labor, action, caller) =>
      once(caller, ['labor', action.kind, labor], action, (request) =>
        commandLabor(labors, labor, action, caller, request),
      ),
    commandLabors: (ids, action, caller) =>
      once(
        ...([caller, ['labors', action.kind], { ids, action }] as const),
        (request) => commandLabors(labors, ids, action, caller, request),
        laborAnswers(ids),
      ),
    ...operations.useCases,
    commandHost: (host, command, caller) =>
      once(caller, ['host', command.kind, host], command, (request) =>
        commandHost(hosts, host, command, caller, request),
      ),
    commandHosts: (names, command, caller) =>
      once(
        ...([caller, ['hosts', command.kind], { names, command }] as const),
        (request) => commandNamed(hosts, names, command, caller, request),
        wholeWhereFinal(FINAL_OF_HOSTS),
      ),
    aliasHost: (order, by, caller, unchanged) =>
      once(caller, ['host-aliases', order.host], { names: order.names, by }, (request) =>
        aliasHost(names, order, by, caller, request, unchanged),
      ),
    removeAlias: (alias, caller, unchanged) =>
      once(caller, ['host-alias-removal', alias.host, alias.name], {}, (request) =>
        removeAlias(names, alias, caller, request, unchanged),
      ),
    setNameRules: (rules, by, caller, unchanged) =>
      once(caller, ['name-rules'], { ...rules, by }, (request) =>
        setNameRules(names, rules, by, caller, request, unchanged),
      ),
    importHosts: (batches, caller, options = {}) => {
      const its = options.dryRun === true ? () => undefined : refusal;
      const problem = its();
      if (problem !== undefined) return Promise.resolve({ ...NOTHING_IMPORTED, problem });
      return inFlight.during(() =>
        whileAllowed(its, batches, (allowed, isAllowed) => {
          // of hosts that were not read nothing is known
          const isWhole = () => isAllowed() && options.isWhole?.() !== false;
          return importHosts(hosts, allowed, caller, { ...options, isWhole });
        }),
      );
    },
    start: () => {
      named.start();
      background.start();
      operations.background.start();
    },
    notReady: () => background.notReady(),
    withheld: () => background.withheld(),
    aliases: () => named.state.aliases.size,
    operating: () => operations.background.figures(),
    waiting: () => ({
      ...appender.waiting,
      commands: gate.waitingReads + judged.waitingReads,
      unshown: pressure.unshown,
    }),
    close: async () => {
      letAllPass();
      named.close();
      queue.close();
      requests.close();
      await Promise.all([inFlight.close(), background.close(), operations.background.close()]);
    },
  };
}

/** A catalogue or quest that this version of Hermes cannot read is answered as if its store were away. */
async function withUnreadableAsAway<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(
      error instanceof StreamUnreadable ||
      error instanceof QuestUnreadable ||
      error instanceof OperationUnreadable
    ))
      throw error;
    return failed(unavailable(`${error.message}: it takes the version of Hermes that wrote it`));
  }
}
