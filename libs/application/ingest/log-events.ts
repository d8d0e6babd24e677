/** Logging events: validated as a whole, stored per host in the request's order, never judged (rule 7). */
import {
  done,
  eachInTurns,
  encodeEntry,
  failed,
  hostStream,
  keyedEventUuid,
  START,
  type EventReport,
  type Outcome,
  type Problem,
  type Uuid,
} from '#contracts';
import {
  eventId,
  findEventType,
  type EventType,
  type HostName,
  type Instant,
  type Refusal,
  type TypeReference,
} from '#domain';
import type { Journal } from '#ports';
import type { Meters } from '../meters.js';
import type { Appender } from './appending/appender.js';
import {
  AppendJob,
  isFirst,
  KEYS_LOOK_BACK,
  NO_LOOK_BACK,
  worseOf,
  type AppendFailure,
  type AppendItem,
  type Sequence,
} from './appending/job.js';
import type { TailRange } from './appending/recent-ids.js';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { differencesOf, type Differences } from './differences.js';
import { holderOf } from './holders.js';
import type { Caller, LoggedEvent, LoggedEvents } from './ingest.js';
import { overloaded, problemOfFailure, problemOfRefusals, reasonOf, unavailable } from './problems.js';

export interface EventLogger {
  readonly journal: Journal;
  readonly appender: Appender;
  readonly timeline: CatalogueTimeline;
  readonly meters: Pick<Meters, 'differing'>;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
}

/** How the entries of a request must be appended. */
export interface Appending {
  /** How far back a repeat of an event with a key can lie. */
  readonly keys: TailRange;
  readonly sequence?: Sequence;
  /** Whether the event, where it stands already, was stored by an earlier try of this very request: then it is no repeat. */
  readonly isOwn?: (index: number) => boolean;
}

interface Placed {
  readonly report: EventReport;
  readonly type: EventType;
  readonly job: AppendJob;
  readonly item: AppendItem;
}

/** `appending`: how far back its repeats are looked for, and which events an earlier try may have stored. */
export async function logEvents(
  logger: EventLogger,
  reports: readonly EventReport[],
  caller: Caller,
  appending: Appending = { keys: KEYS_LOOK_BACK },
): Promise<Outcome<LoggedEvents>> {
  const types = await resolveTypes(logger.timeline, reports, caller);
  if (!types.ok) return types;
  const { placed, jobs } = await place(logger, reports, types.value, caller, appending);
  if (!(await logger.appender.run(jobs, holderOf(caller))))
    return failed(
      overloaded('too many events are waiting for the journal, or this token or address has its share of them'),
    );
  const problem = problemOfJobs(jobs);
  if (problem !== undefined) return failed(problem);
  const differences = await compared(logger, jobs);
  return differences.ok ? done(await answer(placed, jobs, differences.value)) : differences;
}

/** The differences of repeats, counted. */
async function compared({ journal, meters }: EventLogger, jobs: readonly AppendJob[]): Promise<Outcome<Differences>> {
  try {
    const differences = await differencesOf(journal, jobs);
    if (differences.size > 0) meters.differing(differences.size);
    return done(differences);
  } catch (error) {
    const message = `all of it is stored, but the first of its repeats could not be read (${reasonOf(error)})`;
    return failed(unavailable(`${message}; send the same again: events with keys are not doubled`));
  }
}

/** The types in the reports' order. Before any is refused, the catalogue is read to its end (P1). */
async function resolveTypes(
  timeline: CatalogueTimeline,
  reports: readonly EventReport[],
  caller: Caller,
): Promise<Outcome<readonly EventType[]>> {
  let resolved = await resolveIn(timeline, reports, caller);
  if (resolved.refusals.length > 0) {
    const unreadable = await timeline.refreshReadable();
    resolved = await resolveIn(timeline, reports, caller);
    // what is defined behind an entry that cannot be read is not known: nobody is refused for it
    if (unreadable !== null && resolved.refusals.length > 0) throw unreadable;
  }
  return resolved.refusals.length > 0 ? failed(problemOfRefusals(resolved.refusals)) : done(resolved.types);
}

/** Of reports: the types of those that may be logged, in their order, and why the others may not. */
export interface Resolved {
  readonly types: EventType[];
  readonly refusals: Refusal[];
}

/** In the catalogue as far as it was read. */
export async function resolveIn(
  timeline: CatalogueTimeline,
  reports: readonly EventReport[],
  caller: Caller,
): Promise<Resolved> {
  const { catalogue } = timeline.latest;
  const types: EventType[] = [];
  const refusals: Refusal[] = [];
  await eachInTurns(reports, ({ type: reference, path: place }) => {
    const type = findEventType(catalogue, reference);
    const refusal = refusalOf(type, reference, caller);
    if (refusal === undefined) {
      if (type !== undefined) types.push(type);
      return;
    }
    const path = place === '' ? 'type' : `${place}.type`;
    // the reports of one item for many hosts share their type, and its fault
    if (refusals.at(-1)?.path !== path) refusals.push({ ...refusal, path });
  });
  return { types, refusals };
}

function refusalOf(
  type: EventType | undefined,
  reference: TypeReference,
  caller: Caller,
): Omit<Refusal, 'path'> | undefined {
  if (type === undefined) {
    const message = `there is no event type ${shown(reference)}: define it first, or look for its right name`;
    return { code: 'event-type-unknown', message };
  }
  if (type.status === 'retired') {
    return { code: 'event-type-retired', message: `the event type "${type.name}" is retired: report another one` };
  }
  return type.restricted && !caller.mayReportRestricted ? restrictedRefusal(type) : undefined;
}

/** Why someone may not report the type, or embark a quest of it. */
export function restrictedRefusal(type: EventType): Omit<Refusal, 'path'> {
  const message = `the event type "${type.name}" is restricted: it takes a token with the role "operate"`;
  return { code: 'event-type-restricted', message };
}

function shown(reference: TypeReference): string {
  return typeof reference === 'string' ? `"${reference}"` : `{"${reference.category}", "${reference.state}"}`;
}

/** The entries of reports, in jobs by host; many are encoded in turns with other requests. */
export async function place(
  { newId, now }: EventLogger,
  reports: readonly EventReport[],
  types: readonly EventType[],
  caller: Caller,
  { keys, sequence, isOwn }: Appending,
): Promise<{ readonly placed: readonly Placed[]; readonly jobs: readonly AppendJob[] }> {
  const recordedAt = now();
  const keyed = new Set<HostName>();
  for (const { host, key } of reports) if (key !== null) keyed.add(host);
  const jobs = new Map<HostName, AppendJob>();
  const placed: Placed[] = [];
  await eachInTurns(reports, (report, index) => {
    const type = types[index];
    if (type === undefined) throw new TypeError('a report without its type');
    const { host, key } = report;
    let job = jobs.get(host);
    if (job === undefined) {
      job = new AppendJob(hostStream(host), keyed.has(host) ? keys : NO_LOOK_BACK, sequence);
      jobs.set(host, job);
    }
    const entry = encodeEntry(
      {
        kind: 'EventLogged',
        host,
        type: type.name,
        category: type.category,
        state: type.state,
        at: report.at ?? recordedAt,
        recordedAt,
        by: report.by ?? caller.principal,
        key,
        note: report.note,
        attributes: report.attributes,
        ...(report.data === null ? {} : { data: report.data }),
        quest: null,
      },
      key === null ? newId() : keyedEventUuid(host, type.name, key),
      caller,
    );
    const item = job.add(entry);
    item.tried = isOwn?.(index) === true;
    placed.push({ report, type, job, item });
  });
  return { placed, jobs: [...jobs.values()] };
}

async function answer(
  placed: readonly Placed[],
  jobs: readonly AppendJob[],
  differences: Differences,
): Promise<LoggedEvents> {
  let duplicates = 0;
  let newHosts = 0;
  const events: LoggedEvent[] = [];
  await eachInTurns(placed, ({ report: { host, key }, type, job, item }) => {
    const { revision, duplicate } = item;
    if (duplicate) duplicates += 1;
    const differs = differences.get(item) ?? [];
    const { position } = job;
    const newHost = isFirst(item);
    if (newHost) newHosts += 1;
    events.push({
      ...{ id: eventId(host, revision), key, host, type: type.name, revision, position },
      ...{ duplicate, differs, newHost },
    });
  });
  let position = START;
  for (const job of jobs) if (job.position > position) ({ position } = job);
  const accepted = events.length - duplicates;
  return { position, accepted, duplicates, differing: differences.size, newHosts, events };
}

/** Undefined where all is stored. */
function problemOfJobs(jobs: readonly AppendJob[]): Problem | undefined {
  let stored = 0;
  let asked = 0;
  let worst: AppendFailure | undefined;
  for (const { failure, settled, items } of jobs) {
    stored += settled;
    asked += items.length;
    worst = worseOf(worst, failure);
  }
  if (worst === undefined) return undefined;
  if (worst.kind === 'too-large' && stored === 0) return problemOfFailure(worst);
  const message = `${stored} of ${asked} events are stored (${worst.reason})`;
  const next = 'send the same again: events with keys are not doubled, and it is completed';
  if (worst.kind !== 'unknown') return unavailable(`${message}; ${next}`);
  return { ...problemOfFailure(worst), detail: `${message}, of the others it is not known; ${next}` };
}
