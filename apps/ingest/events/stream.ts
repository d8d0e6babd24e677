/** A request that streams events: its lines are logged as they come, and counted into one answer. */
import type { Caller, Clock, Ingest, Place, StreamedEvents } from '#application';
import { START, type Position, type StreamedEventsBody } from '#contracts';
import { ProblemError, type StreamedBody } from '#platform';
import { faultsOf, firstErrors } from '../streams/line-errors.js';
import type { LineError } from '../streams/line-reader.js';
import { StreamPlaces } from '../streams/places.js';
import { NdjsonReader } from './ndjson.js';

/** Streams at once, idle or not. */
export const MAX_STREAMS = 512;

export interface StreamAnswer {
  readonly position: Position;
  readonly accepted: number;
  readonly duplicates: number;
  readonly differing: number;
  readonly newHosts: number;
  readonly rejected: number;
  /** Of the first bad lines, in their order. */
  readonly errors: readonly LineError[];
}

export class EventStreams {
  private readonly places: StreamPlaces;

  /** `mostBusy`: streams at once that are not idle; each holds a few batches in memory. */
  constructor(
    private readonly ingest: Ingest,
    private readonly clock: Clock,
    private readonly stopping: AbortSignal,
    mostBusy: number,
  ) {
    this.places = new StreamPlaces({ what: 'streams of events', mostOpen: MAX_STREAMS, mostBusy });
  }

  /**
   * Throws a {@link ProblemError} where no line was good, where a store failed or the process stopped before the end, and where
   * the sender went away. See {@link StreamPlaces.during}.
   */
  log(body: StreamedBody, caller: Caller, place: Place): Promise<StreamAnswer> {
    return this.places.during(place, async (pace) => {
      const reader = new NdjsonReader(this.clock, pace, this.stopping);
      return answerOf(await this.ingest.logEventStream(reader.batches(body.chunks()), caller), reader);
    });
  }
}

function answerOf(streamed: StreamedEvents, reader: NdjsonReader): StreamAnswer {
  const { position, accepted, duplicates, differing, newHosts, refused, refusals, problem } = streamed;
  if (problem !== undefined) throw new ProblemError(problem);
  const rejected = reader.rejected + refused;
  if (reader.stoppedAt !== null) throw stoppedAt(reader.stoppedAt, { accepted, duplicates, rejected });
  const errors = firstErrors(reader.errors, refusals);
  if (position === START) throw nothingTaken(rejected, errors);
  return { position, accepted, duplicates, differing, newHosts, rejected, errors };
}

function stoppedAt(
  line: number,
  { accepted, duplicates, rejected }: Pick<StreamAnswer, 'accepted' | 'duplicates' | 'rejected'>,
): ProblemError {
  const detail =
    `Hermes is stopping: lines up to ${line} are read (${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected), ` +
    'none after it; send those after it again (under another Idempotency-Key), or all: events with keys are not doubled, of one host the last 10,000';
  return new ProblemError({ code: 'store-unavailable', detail });
}

function nothingTaken(rejected: number, errors: readonly LineError[]): ProblemError {
  const detail =
    rejected === 0
      ? 'the body has no line with an event'
      : `no line is an event that is taken: ${rejected} were rejected`;
  return new ProblemError({
    code: 'validation-failed',
    detail,
    errors: faultsOf(errors, `${detail}: send one event a line`),
  });
}

export function presentStream({ position, ...counts }: StreamAnswer): StreamedEventsBody {
  return { position: String(position), ...counts };
}
