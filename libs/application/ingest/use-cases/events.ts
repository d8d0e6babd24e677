/** What may be asked of events: logging them, singly and as streams, and redacting one (rule 25). */
import type {
  ComparedField,
  Effects,
  EventReport,
  Fault,
  HostQuery,
  Outcome,
  Position,
  Problem,
  SharedReport,
} from '#contracts';
import type { EventId, HostName, Revision, TypeName } from '#domain';
import type { Caller, Written } from './caller.js';

/** One event of a request, as it stands in the journal; a repeat shows the first one's id and place. */
export interface LoggedEvent {
  readonly id: EventId;
  readonly key: string | null;
  readonly host: HostName;
  readonly type: TypeName;
  readonly revision: Revision;
  /** One from which on reads show it. */
  readonly position: Position;
  readonly duplicate: boolean;
  /** What the repeat said otherwise than the first one, which stands; never anything of an event that is none. */
  readonly differs: readonly ComparedField[];
  /** It is the first entry of its host, which nobody had heard of before. */
  readonly newHost: boolean;
}

export interface EventRedactionAsked {
  /** Null: the caller's name. */
  readonly by: string | null;
  readonly reason: string;
}

/** `changed` is false where it was redacted already, and nothing was written. */
export interface EventRedactedAnswer extends Written {
  readonly changed: boolean;
}

/** One event for many hosts. */
export interface SelectedReports {
  readonly hosts: { readonly query: HostQuery; readonly beside: readonly HostName[] };
  readonly report: SharedReport;
}

export interface LoggedEvents extends Written {
  readonly accepted: number;
  readonly duplicates: number;
  /** Repeats that differ from the first. */
  readonly differing: number;
  /** Hosts that nobody had heard of before. */
  readonly newHosts: number;
  /** In the request's order. */
  readonly events: readonly LoggedEvent[];
}

/** What became of a stream of events. Those that were refused are not stored, all others are, up to the problem. */
export interface StreamedEvents {
  /** One at which all that was stored is visible; START where nothing was. */
  readonly position: Position;
  readonly accepted: number;
  readonly duplicates: number;
  /** Repeats that differ from the first. */
  readonly differing: number;
  /** Hosts that nobody had heard of before. */
  readonly newHosts: number;
  readonly refused: number;
  /** Why the first of them were refused; paths are the reports'. */
  readonly refusals: readonly Fault[];
  /** Why it did not come to its end: what was stored by then is, and the same stream again (with keys) completes it. */
  readonly problem?: Problem;
}

/** Most refusals of a stream that the answer lists where the caller sets no other number. */
export const MAX_STREAM_REFUSALS = 100;

export interface StreamOptions {
  /** Most refusals that are listed; {@link MAX_STREAM_REFUSALS} where absent. For a caller that knows the stream’s length. */
  readonly maxRefusals?: number;
}

export interface EventUseCases {
  /** Validated as a whole, stored per host; where a store fails half way, the same again (with keys) completes it. */
  logEvents(reports: readonly EventReport[], caller: Caller): Promise<Outcome<LoggedEvents>>;

  /**
   * The same event on each host that a query selects, and on those `beside` it: `too-broad` where these are more than `most`.
   * With a key a repeat is of the hosts of the first try, whatever the query would select by then.
   */
  logEventsOn(asked: SelectedReports, most: number, caller: Caller): Promise<Outcome<LoggedEvents>>;

  /**
   * What the events of an answer did, once the views show them, or `waitS` seconds are over, or at once where too many wait: by
   * event, those that are absent are pending. The events are stored: it refuses nothing.
   */
  effects(logged: LoggedEvents, waitS: number, caller: Caller): Promise<ReadonlyMap<EventId, Effects>>;

  /**
   * Events as they come, batch by batch: each batch is asked for when there is room for it. Each good one is taken; those
   * of one host are stored in their order. A repeat counts where it lies within the last 10,000 events of its host.
   * Where `batches` fails, what it gave before is stored, and the failure is handed on.
   */
  logEventStream(
    batches: AsyncIterable<readonly EventReport[]>,
    caller: Caller,
    options?: StreamOptions,
  ): Promise<StreamedEvents>;

  /** Rule 25: what the event says is shown no longer. `event`: an id as a client wrote it. */
  redactEvent(event: string, redaction: EventRedactionAsked, caller: Caller): Promise<Outcome<EventRedactedAnswer>>;
}
