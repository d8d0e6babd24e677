/**
 * Commands on labors. The views are asked first, so that most mistakes are answered at once; the fold decides what the
 * command does, at its place in the host's stream (rule 13). Nobody is refused by views that may be behind.
 */
import { done, encodeEntry, failed, hostStream, START, type Outcome, type Position, type Problem } from '#contracts';
import { laborEntry, parseLaborId, type HostName, type Instant, type LaborCommand, type LaborId } from '#domain';
import { MAX_LABORS_BY_ID, StoreUnavailable, type Journal, type LaborRow, type ViewsReader } from '#ports';
import type { Gate } from '../reading/gate.js';
import type { Appender } from './appending/appender.js';
import { AppendJob, lookBackTo, NO_LOOK_BACK, worseOf, type AppendFailure, type AppendItem } from './appending/job.js';
import { readTails } from './appending/tail-reader.js';
import type { IngestRequest } from './deciding/request.js';
import type { Caller, LaborResult, LaborResults, Written } from './ingest.js';
import { overloaded, problemOfFailure } from './problems.js';

export interface LaborCommander {
  readonly journal: Journal;
  readonly appender: Appender;
  readonly views: Pick<ViewsReader, 'laborsById' | 'behindAmong'>;
  readonly gate: Gate;
  readonly now: () => Instant;
}

/** How long a refusal may wait for the views. */
const WAIT_S = 5;

/** Commands on closed labors, too (rule 14). */
const ON_CLOSED: ReadonlySet<LaborCommand['kind']> = new Set<LaborCommand['kind']>(['LaborNoted']);

/** What the views say of a labor; `fit` is all that the command needs; `behind`: nothing that a refusal could be built on. */
type Standing = 'fit' | 'closed' | 'unknown' | 'behind';

interface Named {
  readonly id: LaborId;
  readonly host: HostName;
}

export async function commandLabor(
  commander: LaborCommander,
  labor: string,
  command: LaborCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<Written>> {
  const results = await commandLabors(commander, [labor], command, caller, request);
  if (!results.ok) return results;
  const [result] = results.value.results;
  if (result === undefined) throw new TypeError('a command without its result');
  return 'position' in result ? done({ position: result.position }) : failed(problemOfResult(result));
}

export async function commandLabors(
  commander: LaborCommander,
  labors: readonly string[],
  command: LaborCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<LaborResults>> {
  const named = new Map<LaborId, Named>();
  const ids = labors.map((text) => {
    const parsed = parseLaborId(text);
    if (parsed !== undefined) named.set(parsed.id, parsed);
    return parsed?.id;
  });
  const again = request.isRepeat ? [...named.values()] : [];
  const commanded = await commandedBefore(commander, again, request);
  const standings = await standingsOf(
    commander,
    [...named.values()].filter(({ id }) => !commanded.has(id)),
    command,
  );
  if (!standings.ok) return standings;
  const all = [...named.values()].filter(({ id }) => !commanded.has(id));
  const fit = all.filter(({ id }) => standings.value.get(id) === 'fit');
  // by another try of the request, at the same time: what it closed is not open to this one
  const others = all.filter(({ id }) => standings.value.get(id) !== 'fit');
  for (const [id, position] of await commandedBefore(commander, others, request)) commanded.set(id, position);
  const jobs = jobsOf(commander, fit, command, caller, request);
  // labors of one host share a job
  const runs = [...new Set([...jobs.values()].map(({ job }) => job))];
  if (!(await commander.appender.run(runs))) {
    return failed(overloaded('too many commands are waiting for the journal'));
  }
  const results = labors.map((text, index): LaborResult => {
    const id = ids[index];
    const before = id === undefined ? undefined : commanded.get(id);
    if (id !== undefined && before !== undefined) return { id, position: before };
    const standing = id === undefined ? 'unknown' : (standings.value.get(id) ?? 'unknown');
    if (standing !== 'fit') return { id: id ?? text, fault: faultOf(text, standing) };
    if (id === undefined) throw new TypeError('a labor to command without an id');
    return resultOf(id, jobs.get(id));
  });
  return conclude(results, runs);
}

/** Where all that was tried failed, the request did; else each labor has its own result. */
function conclude(results: readonly LaborResult[], jobs: readonly AppendJob[]): Outcome<LaborResults> {
  let position = START;
  for (const result of results) if ('position' in result && result.position > position) ({ position } = result);
  let failure: AppendFailure | undefined;
  for (const job of jobs) failure = worseOf(failure, job.failure);
  if (failure !== undefined && position === START) return failed(problemOfFailure(failure));
  return done({ position: position === START ? undefined : position, results });
}

type Refused = Extract<LaborResult, { readonly fault: unknown }>;

function problemOfResult({ fault }: Refused): Problem {
  const code = REFUSALS.find((each) => each === fault.code);
  if (code === undefined)
    throw new TypeError(`a labor was refused with "${fault.code}", which is no refusal of labors`);
  return { code, detail: fault.message };
}

const REFUSALS = ['labor-unknown', 'labor-not-open', 'not-caught-up'] as const;

/** The answer for a labor that is not commanded; `labor` as the client wrote it. */
export function faultOf(labor: string, standing: Exclude<Standing, 'fit'>): Refused['fault'] {
  switch (standing) {
    case 'closed':
      return { code: 'labor-not-open', message: `the labor "${labor}" is not open: look at why it was closed` };
    case 'unknown':
      return {
        code: 'labor-unknown',
        message: `there is no labor "${labor}": look for its right id in the list of labors`,
      };
    case 'behind':
      return {
        code: 'not-caught-up',
        message: `the views do not know yet whether "${labor}" is open: try again shortly`,
      };
  }
}

function resultOf(id: LaborId, placed: Placed | undefined): LaborResult {
  if (placed === undefined) throw new TypeError('a labor without its command');
  const { job, item } = placed;
  // a job of many entries may have failed half way: what is in its stream is done
  if (job.failure === undefined || item.revision >= 0) return { id, position: job.position };
  const { code, detail } = problemOfFailure(job.failure);
  return { id, fault: { code, message: detail } };
}

/** A command's entry, and the job that it is appended with. */
interface Placed {
  readonly job: AppendJob;
  readonly item: AppendItem;
}

/** By labor. */
function jobsOf(
  { now }: LaborCommander,
  fit: readonly Named[],
  command: LaborCommand,
  caller: Caller,
  request: IngestRequest,
): ReadonlyMap<LaborId, Placed> {
  const jobs = new Map<HostName, AppendJob>();
  const byLabor = new Map<LaborId, Placed>();
  const recordedAt = now();
  const signed = { ...command, by: command.by ?? caller.name };
  const lookBack = request.since === undefined ? NO_LOOK_BACK : lookBackTo(request.since);
  for (const { id, host } of fit) {
    const job = jobs.get(host) ?? new AppendJob(hostStream(host), lookBack);
    jobs.set(host, job);
    const entry = laborEntry(signed, { host, labor: id, recordedAt });
    const item = job.add(encodeEntry(entry, request.uuid(id), caller.trace));
    byLabor.set(id, { job, item });
  }
  return byLabor;
}

/** Which of the labors have the request's command in their host's stream already, and a position that shows it. */
async function commandedBefore(
  { journal }: LaborCommander,
  labors: readonly Named[],
  request: IngestRequest,
): Promise<Map<LaborId, Position>> {
  const commanded = new Map<LaborId, Position>();
  if (request.since === undefined || labors.length === 0) return commanded;
  const hosts = [...new Set(labors.map(({ host }) => host))];
  const range = lookBackTo(request.since);
  const tails = await readTails(
    journal,
    hosts.map((host) => ({ stream: hostStream(host), range })),
  );
  const byHost = new Map(hosts.map((host, index) => [host, tails[index]]));
  for (const { id, host } of labors) {
    const tail = byHost.get(host);
    if (tail?.revisionOf(request.uuid(id)) !== undefined) commanded.set(id, tail.position);
  }
  return commanded;
}

/** `not-caught-up` where the views cannot be asked, or are not where the journal was when the request came and no labor is fit. */
async function standingsOf(
  commander: LaborCommander,
  named: readonly Named[],
  { kind }: LaborCommand,
): Promise<Outcome<ReadonlyMap<LaborId, Standing>>> {
  const labors = named.map(({ id }) => id);
  const standings = new Map<LaborId, Standing>();
  if (labors.length === 0) return done(standings);
  try {
    const seen = await commander.gate.pass({});
    if (!seen.ok) return seen;
    const lookUp = async (generation: number, ids: readonly LaborId[]): Promise<void> => {
      for (const id of ids) standings.set(id, 'unknown');
      for (const { labor } of await laborsOf(commander.views, generation, ids))
        standings.set(labor.id, labor.state === 'open' || ON_CLOSED.has(kind) ? 'fit' : 'closed');
    };
    await lookUp(seen.value.generation, labors);
    const doubtful = labors.filter((id) => standings.get(id) !== 'fit');
    if (doubtful.length === 0) return done(standings);
    const { position } = await commander.journal.head();
    const caughtUp = await commander.gate.pass({ minPosition: position, waitS: WAIT_S });
    if (caughtUp.ok) {
      const { generation } = caughtUp.value;
      // asked first: a host that is behind may be up to date by the time that its labors are looked up
      const behind = await hostsBehind(
        commander.views,
        generation,
        named.filter(({ id }) => standings.get(id) === 'unknown'),
      );
      await lookUp(generation, doubtful);
      for (const { id, host } of named)
        if (standings.get(id) === 'unknown' && behind.has(host)) standings.set(id, 'behind');
    } else if (doubtful.length === labors.length) return caughtUp;
    else for (const id of doubtful) standings.set(id, 'behind');
    return done(standings);
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.store !== 'views') throw error;
    return failed({
      code: 'not-caught-up',
      detail: 'the views cannot be asked for the labor now: try again shortly',
      retryAfterS: 1,
    });
  }
}

/** P9: those of the labors' hosts of which entries are still to be judged. */
async function hostsBehind(
  views: Pick<ViewsReader, 'behindAmong'>,
  generation: number,
  labors: readonly Named[],
): Promise<ReadonlySet<HostName>> {
  if (labors.length === 0) return new Set();
  const hosts = [...new Set(labors.map(({ host }) => host))];
  return new Set((await views.behindAmong(generation, { hosts, quests: [] })).map(({ host }) => host));
}

async function laborsOf(
  views: Pick<ViewsReader, 'laborsById'>,
  generation: number,
  ids: readonly LaborId[],
): Promise<readonly LaborRow[]> {
  const rows: LaborRow[] = [];
  for (let first = 0; first < ids.length; first += MAX_LABORS_BY_ID)
    rows.push(...(await views.laborsById(generation, ids.slice(first, first + MAX_LABORS_BY_ID))));
  return rows;
}
