/** The lines of an export that a request brings, as they come. */
import { sleep, type FileLine } from '#application';
import { ProblemError, type StreamedBody } from '#platform';
import { Lines } from '../streams/lines.js';

/** An entry as large as a journal takes it, and its envelope. */
const MAX_FILE_LINE_BYTES = 1_048_576 + 65_536;
/** A sender of which nothing comes for so long is given up. */
const IDLE_MS = 60_000;

/** Throws a {@link ProblemError} that names the last whole line where the sender goes away or falls silent, its bytes cannot be decoded, or the process stops. */
export async function* fileLines(
  body: Pick<StreamedBody, 'chunks'>,
  stopping: AbortSignal,
  idleMs = IDLE_MS,
): AsyncGenerator<Iterable<FileLine>, void> {
  const lines = new Lines(MAX_FILE_LINE_BYTES);
  const chunks = body.chunks();
  try {
    for (;;) {
      const chunk = await inTime(chunks.next(), idleMs, stopping);
      if (chunk.done === true) break;
      yield { [Symbol.iterator]: () => lines.take(chunk.value) };
    }
    yield { [Symbol.iterator]: () => lines.end() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { detail } = error.problem;
    throw new ProblemError({ ...error.problem, detail: `behind line ${lines.count}: ${detail}` });
  } finally {
    // it may wait for what never comes
    void chunks.return();
  }
}

async function inTime<T>(next: Promise<T>, idleMs: number, stopping: AbortSignal): Promise<T> {
  const over = new AbortController();
  const late = sleep(idleMs, AbortSignal.any([over.signal, stopping])).then(() => LATE);
  try {
    const come = await Promise.race([next, late]);
    if (come !== LATE) return come as T;
    next.catch(() => undefined);
  } finally {
    over.abort();
  }
  const again = 'send the same file again, which completes it';
  throw stopping.aborted
    ? new ProblemError({ code: 'store-unavailable', detail: `Hermes is stopping: ${again}` })
    : new ProblemError({ code: 'malformed', detail: `nothing came for ${idleMs / 1000} s: ${again}` });
}

const LATE = Symbol('late');
