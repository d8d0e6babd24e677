/** A request that streams events: its lines are logged as they come, and counted into one answer. */
import {
  Places,
  Share,
  type Caller,
  type Clock,
  type HeldPlace,
  type Ingest,
  type Place,
  type StreamedEvents,
} from '#application';
import { START, type Position, type StreamedEventsBody } from '#contracts';
import { ProblemError, type StreamedBody } from '#platform';
import { MAX_LINE_ERRORS, NdjsonReader, type LineError, type Pace } from './ndjson.js';

/** Streams at once, idle or not. */
export const MAX_STREAMS = 512;
/** A stream that has not had its turn among those that are read by then is refused. */
const MAX_WAIT_MS = 5000;

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
  private readonly open = new Share(MAX_STREAMS);
  private readonly busy: Places;

  /** `mostBusy`: streams at once that are not idle; each holds a few batches in memory. */
  constructor(
    private readonly ingest: Ingest,
    private readonly clock: Clock,
    private readonly stopping: AbortSignal,
    private readonly mostBusy: number,
  ) {
    this.busy = new Places(mostBusy);
  }

  /**
   * While the stream is idle it gives back `place`, its request's, and its own among the streams. Throws a {@link ProblemError}
   * where no line was good, where a store failed or the process stopped before the end, and where the sender went away.
   */
  async log(body: StreamedBody, caller: Caller, place: Place): Promise<StreamAnswer> {
    const { holder } = place;
    if (!this.open.take(holder)) throw tooMany(`${MAX_STREAMS} streams of events are open`);
    try {
      const own = this.busy.join(holder);
      try {
        await this.begin(own, place);
        // its own first: who waits for that keeps no place of a request's meanwhile
        const reader = new NdjsonReader(this.clock, paceOf([own, place]), this.stopping);
        return answerOf(await this.ingest.logEventStream(reader.batches(body.chunks()), caller), reader);
      } finally {
        own.end();
      }
    } finally {
      this.open.give(holder);
    }
  }

  /** Waits for its turn among the streams that are read, without its place among requests. */
  private async begin(own: HeldPlace, place: Place): Promise<void> {
    place.leave();
    const timer = setTimeout(() => {
      own.end();
    }, MAX_WAIT_MS);
    await own.comeBack();
    clearTimeout(timer);
    if (!own.isHeld) throw tooMany(`${this.mostBusy} streams of events are being read`);
    await place.comeBack();
  }
}

function paceOf(places: readonly Place[]): Pace {
  return {
    idle: () => {
      for (const place of places) place.leave();
    },
    busy: async () => {
      for (const place of places) await place.comeBack();
    },
  };
}

function tooMany(what: string): ProblemError {
  const detail = `${what}, or this token or address has its share of them: try again shortly`;
  return new ProblemError({ code: 'overloaded', detail });
}

function answerOf(streamed: StreamedEvents, reader: NdjsonReader): StreamAnswer {
  const { position, accepted, duplicates, differing, newHosts, refused, refusals, problem } = streamed;
  if (problem !== undefined) throw new ProblemError(problem);
  const rejected = reader.rejected + refused;
  if (reader.stoppedAt !== null) throw stoppedAt(reader.stoppedAt, { accepted, duplicates, rejected });
  const typeErrors = refusals.map(({ path, code, message }) => ({ line: Number(path), code, detail: message }));
  const errors = [...reader.errors, ...typeErrors].sort((a, b) => a.line - b.line).slice(0, MAX_LINE_ERRORS);
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
    errors:
      errors.length === 0
        ? [{ path: '', code: 'invalid', message: `${detail}: send one event a line` }]
        : errors.map(({ line, code, detail: message }) => ({ path: `line ${line}`, code, message })),
  });
}

export function presentStream({ position, ...counts }: StreamAnswer): StreamedEventsBody {
  return { position: String(position), ...counts };
}
