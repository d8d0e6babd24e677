/** A request that streams events: its lines are logged as they come, and counted into one answer. */
import type { Caller, Clock, Ingest, StreamedEvents } from '#application';
import { START, type Position, type StreamedEventsBody } from '#contracts';
import { ProblemError, type StreamedBody } from '#platform';
import { MAX_LINE_ERRORS, NdjsonReader, type LineError } from './ndjson.js';

/** Streams at once: each holds a few batches in memory. */
const MAX_STREAMS = 32;

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
  private open = 0;

  constructor(
    private readonly ingest: Ingest,
    private readonly clock: Clock,
  ) {}

  /** Throws a {@link ProblemError} where no line was good, where a store failed before the end, and where the sender went away. */
  async log(body: StreamedBody, caller: Caller): Promise<StreamAnswer> {
    if (this.open >= MAX_STREAMS) {
      const detail = `${MAX_STREAMS} streams of events are being read: try again shortly`;
      throw new ProblemError({ code: 'overloaded', detail });
    }
    this.open += 1;
    try {
      const reader = new NdjsonReader(this.clock);
      return answerOf(await this.ingest.logEventStream(reader.batches(body.chunks()), caller), reader);
    } finally {
      this.open -= 1;
    }
  }
}

function answerOf(streamed: StreamedEvents, reader: NdjsonReader): StreamAnswer {
  const { position, accepted, duplicates, differing, newHosts, refused, refusals, problem } = streamed;
  if (problem !== undefined) throw new ProblemError(problem);
  const rejected = reader.rejected + refused;
  const typeErrors = refusals.map(({ path, code, message }) => ({ line: Number(path), code, detail: message }));
  const errors = [...reader.errors, ...typeErrors].sort((a, b) => a.line - b.line).slice(0, MAX_LINE_ERRORS);
  if (position === START) throw nothingTaken(rejected, errors);
  return { position, accepted, duplicates, differing, newHosts, rejected, errors };
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
