/**
 * One event on each host that a query selects. What was selected is kept with the request before anything is logged, so that
 * every try of it logs on the same hosts, and each of them once.
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { done, failed, mapInTurns, type EventReport, type Outcome, type SharedReport } from '#contracts';
import type { HostName } from '#domain';
import { KEYS_LOOK_BACK } from './appending/job.js';
import { MAX_CHOSEN_BYTES, type IngestRequest } from './deciding/request.js';
import { onHosts, type HostSelector } from './hosts/select-hosts.js';
import type { Caller, LoggedEvents, SelectedReports } from './ingest.js';
import { logEvents, type EventLogger } from './log-events.js';
import { unavailable } from './problems.js';
import type { Answers } from './requests/answers.js';
import { eventAnswers } from './requests/event-answers.js';
import { keyedReports, useOf, type KeyedCaller } from './requests/event-keys.js';

const deflated = promisify(deflateRaw);
const inflated = promisify(inflateRaw);

/** `not-caught-up`, `too-broad`, and what logging answers. */
export async function logSelected(
  parts: { readonly logger: EventLogger; readonly selector: HostSelector },
  { hosts: asked, report }: SelectedReports,
  most: number,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<LoggedEvents>> {
  const kept = request.chosen() as string | undefined;
  const before = kept === undefined ? undefined : { accepted: true, hosts: await unpacked(kept) };
  const tried = before && (() => Promise.resolve(before));
  const selector = { ...parts.selector, most };
  const log = async (selected: readonly HostName[]): Promise<Outcome<LoggedEvents>> => {
    if (selected.length === 0) return failed(none());
    if (selected.length > most) return failed(tooBroad(`more than ${most} hosts are meant`));
    const hosts = before === undefined ? await fixed(selected, caller, request) : done(selected);
    if (!hosts.ok) return hosts;
    const reports = await keyedReports(await reportsOn(report, hosts.value), caller, useOf(request));
    if (caller.idempotencyKey === undefined) return logEvents(parts.logger, reports, caller);
    // other tries may be at work, as with events that are sent with their hosts
    const keys = { ...KEYS_LOOK_BACK, after: request.since ?? null };
    return logEvents(parts.logger, reports, caller, { keys, isOwn: () => report.key === null });
  };
  return onHosts(selector, asked, caller, request, log, { tried });
}

/** The hosts of all tries of the request from now on. */
async function fixed(
  selected: readonly HostName[],
  { idempotencyKey }: Caller,
  request: IngestRequest,
): Promise<Outcome<readonly HostName[]>> {
  if (idempotencyKey === undefined) return done(selected);
  const selection = await packed(selected);
  if (selection.length > MAX_CHOSEN_BYTES) return failed(tooBroad('the names of its hosts are too long together'));
  const standing = (await request.choose(selection)) as string | undefined;
  if (standing === undefined) return failed(unavailable('others keep trying the same: try again'));
  return done(standing === selection ? selected : await unpacked(standing));
}

/** As those of events that are sent with their hosts; the hosts are in the answer, since the request does not name them. */
export function selectedAnswers(report: SharedReport, caller: KeyedCaller): Answers<LoggedEvents> {
  const answersOn = (reports: readonly EventReport[]) =>
    eventAnswers(reports, caller, { reports: (own) => Promise.resolve(own) });
  return {
    async pack(logged, request) {
      const hosts = await packed(await mapInTurns(logged.events, ({ host }) => host));
      // they are own names already
      const once = { uuid: (step: string) => request.uuid(step), since: undefined };
      return { hosts, logged: await answersOn([]).pack(logged, once) };
    },
    async unpack(kept) {
      const { hosts, logged } = kept as { readonly hosts: string; readonly logged: unknown };
      return answersOn(await reportsOn(report, await unpacked(hosts))).unpack(logged);
    },
  };
}

function reportsOn(report: SharedReport, hosts: readonly HostName[]): Promise<readonly EventReport[]> {
  return mapInTurns(hosts, (host): EventReport => ({ ...report, host }));
}

/** Names have much in common; none has a line end. */
async function packed(hosts: readonly HostName[]): Promise<string> {
  return (await deflated(Buffer.from(hosts.join('\n')))).toString('base64');
}

async function unpacked(text: string): Promise<readonly HostName[]> {
  return (await inflated(Buffer.from(text, 'base64'))).toString().split('\n') as HostName[];
}

function none() {
  const errors = [{ path: 'hostQuery', code: 'invalid', message: 'hostQuery selects no host' }] as const;
  return {
    code: 'validation-failed',
    detail: 'hostQuery selects no host, and none is named beside it',
    errors,
  } as const;
}

function tooBroad(why: string) {
  return { code: 'too-broad', detail: `${why}: ask in parts, e.g. by an attribute` } as const;
}
