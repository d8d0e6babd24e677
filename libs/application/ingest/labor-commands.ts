/**
 * Commands on labors. The views are asked first, so that most mistakes are answered at once; the fold decides what the
 * command does, at its place in the host's stream (rule 13). Nobody is refused by views that may be behind.
 */
import {
  done,
  eachInTurns,
  encodeEntry,
  failed,
  filterInTurns,
  hostStream,
  laborAdoptionUuid,
  mapInTurns,
  START,
  type Outcome,
  type Position,
  type Problem,
} from '#contracts';
import { laborEntry, parseLaborId, type HostName, type Instant, type LaborCommand, type LaborId } from '#domain';
import type { Journal } from '#ports';
import type { Appender } from './appending/appender.js';
import { AppendJob, lookBackTo, NO_LOOK_BACK, worseOf, type AppendFailure, type AppendItem } from './appending/job.js';
import type { IngestRequest } from './deciding/request.js';
import { holderOf } from './holders.js';
import type { Caller, LaborResult, LaborResults, Written } from './ingest.js';
import { faultOf, standingsOf, type Named, type StandingParts } from './labor-standings.js';
import { overloaded, problemOfFailure } from './problems.js';
import type { LaborsToAdopt } from './quests/adopt-labors.js';
import { storedBefore, type RequestSteps, type StoredStep } from './stored-before.js';

export interface LaborCommander extends StandingParts {
  readonly journal: Journal;
  readonly appender: Appender;
  readonly now: () => Instant;
  /** Into a quest, whose stream decides before the hosts' do. */
  adopt(wanted: LaborsToAdopt, caller: Caller): Promise<Outcome<Position>>;
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

/** Of many labors, others have their turn between some and the next. */
export async function commandLabors(
  commander: LaborCommander,
  labors: readonly string[],
  command: LaborCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<LaborResults>> {
  const named = new Map<LaborId, Named>();
  const ids = await mapInTurns(labors, (text) => {
    const parsed = parseLaborId(text);
    if (parsed !== undefined) named.set(parsed.id, parsed);
    return parsed?.id;
  });
  const again = request.isRepeat ? [...named.values()] : [];
  const adoption = adoptionOf(command, request);
  const steps = adoption === undefined ? request : stepsOf(adoption, request);
  const commanded = new Map<LaborId, Pick<StoredStep, 'position'>>(await storedBefore(commander.journal, again, steps));
  const all = await filterInTurns([...named.values()], ({ id }) => !commanded.has(id));
  const standings = await standingsOf(commander, all, command, caller);
  if (!standings.ok) return standings;
  const fit = await filterInTurns(all, ({ id }) => standings.value.get(id) === 'fit');
  // by another try of the request, at the same time: what it closed is not open to this one
  const others = await filterInTurns(all, ({ id }) => standings.value.get(id) !== 'fit');
  for (const [id, step] of await storedBefore(commander.journal, others, steps)) commanded.set(id, step);
  if (adoption !== undefined && fit.length > 0) {
    const labors = await mapInTurns(fit, ({ id }) => id);
    const adopted = await commander.adopt({ ...adoption, labors, by: command.by ?? caller.principal }, caller);
    if (!adopted.ok) return adopted;
    for (const { id } of fit) commanded.set(id, { position: adopted.value });
  }
  const left = await filterInTurns(fit, ({ id }) => !commanded.has(id));
  const jobs = await jobsOf(commander, left, command, caller, request);
  // labors of one host share a job
  const runs = [...new Set([...jobs.values()].map(({ job }) => job))];
  if (!(await commander.appender.run(runs, holderOf(caller)))) {
    return failed(
      overloaded('too many commands are waiting for the journal, or this token or address has its share of them'),
    );
  }
  const results = await mapInTurns(labors, (text, index): LaborResult => {
    const id = ids[index];
    const before = id === undefined ? undefined : commanded.get(id);
    if (id !== undefined && before !== undefined) return { id, position: before.position };
    const standing = id === undefined ? 'unknown' : (standings.value.get(id) ?? 'unknown');
    if (standing !== 'fit') return { id: id ?? text, fault: faultOf(text, standing) };
    if (id === undefined) throw new TypeError('a labor to command without an id');
    return resultOf(id, jobs.get(id));
  });
  return conclude(results, runs);
}

/** Of a command by which labors join a quest. */
function adoptionOf(
  command: LaborCommand,
  request: IngestRequest,
): Pick<LaborsToAdopt, 'quest' | 'request'> | undefined {
  if (command.kind !== 'LaborAdopted' || command.quest === null) return undefined;
  return { quest: command.quest, request: request.uuid(`adoption ${command.quest}`) };
}

/** The request as its entries on hosts are known, which the quest's stream decides. */
function stepsOf({ request }: Pick<LaborsToAdopt, 'request'>, { since }: IngestRequest): RequestSteps<LaborId> {
  return { since, uuid: (labor) => laborAdoptionUuid(request, labor) };
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

const REFUSALS = [
  ...(['labor-unknown', 'labor-not-open', 'cannot-reopen', 'cannot-adopt'] as const),
  ...(['host-parked', 'not-caught-up'] as const),
] as const;

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
async function jobsOf(
  { now }: LaborCommander,
  fit: readonly Named[],
  command: LaborCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<ReadonlyMap<LaborId, Placed>> {
  const jobs = new Map<HostName, AppendJob>();
  const byLabor = new Map<LaborId, Placed>();
  const recordedAt = now();
  const signed = { ...command, by: command.by ?? caller.principal };
  const lookBack = request.since === undefined ? NO_LOOK_BACK : lookBackTo(request.since);
  await eachInTurns(fit, ({ id, host }) => {
    const job = jobs.get(host) ?? new AppendJob(hostStream(host), lookBack);
    jobs.set(host, job);
    const entry = laborEntry(signed, { host, labor: id, recordedAt });
    const item = job.add(encodeEntry(entry, request.uuid(id), caller));
    byLabor.set(id, { job, item });
  });
  return byLabor;
}
