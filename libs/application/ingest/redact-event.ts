/**
 * Redacting an event (rule 25). The journal says whether there is such an event, the views whether it is redacted already: where
 * they do not know it in time it is redacted once more, which changes nothing.
 */
import {
  done,
  encodeEntry,
  failed,
  hostStream,
  inMessage,
  type Outcome,
  type Position,
  type Problem,
} from '#contracts';
import { parseEventId, type EventId, type HostName, type Instant } from '#domain';
import { StoreUnavailable, type Journal, type ViewsReader } from '#ports';
import type { Gate } from '../reading/gate.js';
import type { Appender } from './appending/appender.js';
import { AppendJob, lookBackTo, NO_LOOK_BACK } from './appending/job.js';
import { isEvent } from './appending/recent-ids.js';
import type { IngestRequest } from './deciding/request.js';
import { holderOf } from './holders.js';
import type { Caller, EventRedactedAnswer, EventRedactionAsked } from './ingest.js';
import { overloaded, problemOfFailure } from './problems.js';
import { storedBefore } from './stored-before.js';

export type RedactionViews = Pick<ViewsReader, 'event'>;

export interface EventRedactor {
  readonly journal: Journal;
  readonly appender: Appender;
  readonly views: { for(holder: string): RedactionViews };
  readonly gate: Gate;
  readonly now: () => Instant;
}

/** How long an answer may wait for the views, in seconds. */
const WAIT_S = 5;

interface Named {
  readonly id: EventId;
  readonly host: HostName;
  readonly revision: number;
}

/** `text`: an id as a client wrote it. */
export async function redactEvent(
  redactor: EventRedactor,
  text: string,
  { by, reason }: EventRedactionAsked,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<EventRedactedAnswer>> {
  const { journal, appender, now } = redactor;
  const named = parseEventId(text);
  if (named === undefined) return failed(unknown(text, 'an id is <host>~<revision>'));
  const { id: event, host } = named;
  const isThere = await whetherEvent(journal, named, text);
  if (!isThere.ok) return isThere;
  const before = async () => (await storedBefore(journal, [named], request)).get(event);
  const earlier = request.isRepeat ? await before() : undefined;
  if (earlier !== undefined) return done({ position: earlier.position, changed: true });
  const shown = await shownRedacted(redactor, event, caller);
  if (shown !== undefined) {
    // by another try of the request, at the same time
    const other = await before();
    return done(
      other === undefined ? { position: shown, changed: false } : { position: other.position, changed: true },
    );
  }
  const lookBack = request.since === undefined ? NO_LOOK_BACK : lookBackTo(request.since);
  const job = new AppendJob(hostStream(host), lookBack);
  const signed = { by: by ?? caller.principal, reason, recordedAt: now() };
  job.add(encodeEntry({ kind: 'EventRedacted', host, event, ...signed }, request.uuid(event), caller));
  if (!(await appender.run([job], holderOf(caller)))) {
    return failed(
      overloaded('too many commands are waiting for the journal, or this token or address has its share of them'),
    );
  }
  return job.failure === undefined
    ? done({ position: job.position, changed: true })
    : failed(problemOfFailure(job.failure));
}

/** By the journal, which has every event that was answered, however far the views are. */
async function whetherEvent(journal: Journal, { host, revision }: Named, text: string): Promise<Outcome<undefined>> {
  const read = { stream: hostStream(host), direction: 'forwards', from: revision, limit: 1 } as const;
  const [page = []] = await journal.read([read]);
  const entry = page.find((each) => each.revision === revision);
  if (entry === undefined) return failed(unknown(text, 'GET /events lists them'));
  if (!isEvent(entry.type)) return failed(unknown(text, `there stands ${entry.type}, and only events are redacted`));
  return done(undefined);
}

/** A position that shows it redacted; undefined where it is not, or that cannot be known now. */
async function shownRedacted(
  { journal, views, gate }: EventRedactor,
  event: EventId,
  caller: Caller,
): Promise<Position | undefined> {
  const { position } = await journal.head();
  try {
    const caughtUp = await gate.pass({ minPosition: position, waitS: WAIT_S });
    if (!caughtUp.ok) return undefined;
    const document = await views.for(holderOf(caller)).event(event);
    return document?.redacted ? position : undefined;
  } catch (error) {
    if (error instanceof StoreUnavailable && error.store === 'views') return undefined;
    throw error;
  }
}

function unknown(text: string, hint: string): Problem {
  return { code: 'event-unknown', detail: `no event ${inMessage(text)}: ${hint}` };
}
