/**
 * Commands on hosts (rule 23): attributes and retirement, and what inventories say of them. Hosts are commanded by any of their
 * names, and answered by their own. An entry is written only where something changes, as far as the views know; the fold decides
 * what it does, at its place in the host's stream.
 */
import {
  done,
  encodeEntry,
  failed,
  filterInTurns,
  hostStream,
  mapInTurns,
  maxPosition,
  START,
  type Outcome,
  type Position,
  type Problem,
} from '#contracts';
import { hostEntry, ownName, parseHostName, type HostCommand, type HostName, type Instant } from '#domain';
import type { Journal } from '#ports';
import type { Appender } from '../appending/appender.js';
import { AppendJob, isFirst, lookBackTo, NO_LOOK_BACK, worseOf, type AppendFailure } from '../appending/job.js';
import type { IngestRequest } from '../deciding/request.js';
import { holderOf } from '../holders.js';
import type { Caller, HostResult, HostResults, HostWritten } from '../ingest.js';
import type { StandingParts } from '../labor-standings.js';
import { overloaded, problemOfFailure } from '../problems.js';
import type { OwnNames } from '../names/own-names.js';
import { storedBefore } from '../stored-before.js';
import { hostFaultOf, hostStandings, type HostOrder } from './host-standings.js';

export interface HostCommander extends StandingParts {
  readonly journal: Journal;
  readonly appender: Appender;
  readonly now: () => Instant;
  readonly own: OwnNames;
}

/** `host`: a name as a client wrote it. */
export async function commandHost(
  commander: HostCommander,
  host: string,
  command: HostCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<HostWritten>> {
  const results = await commandNamed(commander, [host], command, caller, request);
  if (!results.ok) return results;
  const [result] = results.value.results;
  if (result === undefined) throw new TypeError('a command without its result');
  return 'fault' in result ? failed(problemOfResult(result)) : done(result);
}

/** The same command on many hosts: one named twice, also by two of its names, is commanded once and answered twice. */
export async function commandNamed(
  commander: HostCommander,
  names: readonly string[],
  command: HostCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<HostResults>> {
  const meant = await commander.own.for(request);
  const hosts = await mapInTurns(names, (name) => {
    const host = parseHostName(name);
    return host && ownName(meant, host);
  });
  const known = [...new Set(hosts)].filter((host) => host !== undefined);
  const outcome = await commandFoundHosts(commander, known, command, caller, request);
  if (!outcome.ok) return outcome;
  const byHost = new Map(outcome.value.results.map((result) => [result.host, result]));
  const results = await mapInTurns(names, (name, index): HostResult => {
    const host = hosts[index];
    const result = host === undefined ? undefined : byHost.get(host);
    return result ?? { host: name, fault: hostFaultOf(name, 'unknown') };
  });
  return done({ position: outcome.value.position, results });
}

/** The same command on different hosts as views have them: a former name is its own host's still, whatever it means by now. */
export async function commandFoundHosts(
  commander: HostCommander,
  hosts: readonly HostName[],
  command: HostCommand,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<HostResults>> {
  const orders = hosts.map((host) => ({ host, command }));
  const outcome = await commandHosts(commander, orders, caller, request);
  if (!outcome.ok) return outcome;
  let position: Position = START;
  for (const result of outcome.value) if (!('fault' in result)) position = maxPosition(position, result.position);
  return done({ position: position === START ? undefined : position, results: outcome.value });
}

export interface CommandOptions {
  /** A position that answers may be built on; the journal's end where absent. */
  readonly since?: Position;
  /** Nothing is written: results say what would be. */
  readonly dryRun?: boolean;
}

/** Orders for different hosts, a result for each in their order. Fails where all that was tried failed. */
export async function commandHosts(
  commander: HostCommander,
  orders: readonly HostOrder[],
  caller: Caller,
  request: IngestRequest,
  { since, dryRun = false }: CommandOptions = {},
): Promise<Outcome<readonly HostResult[]>> {
  const { journal, appender } = commander;
  const steps = (some: readonly HostOrder[]) => some.map(({ host }) => ({ id: host, host }));
  const before = await storedBefore(journal, request.isRepeat ? steps(orders) : [], request);
  const rest = await filterInTurns(orders, ({ host }) => !before.has(host));
  const standings = await hostStandings(commander, rest, caller, since);
  if (!standings.ok) return standings;
  const { byHost, known, position } = standings.value;
  const changing = await filterInTurns(rest, ({ host }) => byHost.get(host) === 'changes');
  // by another try of the request, at the same time: what it changed is the same to this one
  const others = await filterInTurns(rest, ({ host }) => byHost.get(host) !== 'changes');
  for (const [host, step] of await storedBefore(journal, steps(others), request)) before.set(host, step);
  const jobs = new Map(dryRun ? [] : await mapInTurns(changing, (order) => jobOf(commander, order, caller, request)));
  if (!(await appender.run([...jobs.values()], holderOf(caller)))) {
    return failed(
      overloaded('too many commands are waiting for the journal, or this token or address has its share of them'),
    );
  }
  const results = await mapInTurns(orders, ({ host }): HostResult => {
    const stored = before.get(host);
    if (stored !== undefined) return { host, position: stored.position, changed: true, newHost: stored.revision === 0 };
    const standing = byHost.get(host) ?? 'unknown';
    if (standing === 'same') return { host, position, changed: false, newHost: false };
    if (standing !== 'changes') return { host, fault: hostFaultOf(host, standing) };
    const job = jobs.get(host);
    return job === undefined ? { host, position, changed: true, newHost: !known.has(host) } : resultOf(host, job);
  });
  const failure = failureOf([...jobs.values()]);
  const isAnyDone = results.some((result) => !('fault' in result));
  return failure !== undefined && !isAnyDone ? failed(problemOfFailure(failure)) : done(results);
}

function jobOf(
  { now }: HostCommander,
  { host, command }: HostOrder,
  caller: Caller,
  request: IngestRequest,
): readonly [HostName, AppendJob] {
  const lookBack = request.since === undefined ? NO_LOOK_BACK : lookBackTo(request.since);
  const job = new AppendJob(hostStream(host), lookBack);
  const entry = hostEntry({ ...command, by: command.by ?? caller.principal }, { host, recordedAt: now() });
  job.add(encodeEntry(entry, request.uuid(host), caller));
  return [host, job];
}

function resultOf(host: HostName, { failure, position, items }: AppendJob): HostResult {
  if (failure === undefined) return { host, position, changed: true, newHost: items.some(isFirst) };
  const { code, detail } = problemOfFailure(failure);
  return { host, fault: { code, message: detail } };
}

function failureOf(jobs: readonly AppendJob[]): AppendFailure | undefined {
  let worst: AppendFailure | undefined;
  for (const { failure } of jobs) worst = worseOf(worst, failure);
  return worst;
}

/** Refusals that are for good: with any other, a request for many is not done yet. */
export const FINAL_OF_HOSTS = ['host-unknown', 'attributes-full'] as const;
const REFUSALS = [...FINAL_OF_HOSTS, 'not-caught-up'] as const;

function problemOfResult({ fault }: Extract<HostResult, { readonly fault: unknown }>): Problem {
  const code = REFUSALS.find((each) => each === fault.code);
  if (code === undefined) throw new TypeError(`a host was refused with "${fault.code}", which is no refusal of hosts`);
  return { code, detail: fault.message };
}
