/** The journal with its appends measured, and what they tell of it: whether it takes writes at present. */
import type { Journal, WriteOutcome } from '#ports';

export interface AppendObserver {
  appended(durationMs: number, outcomes: readonly WriteOutcome[]): void;
}

export interface MeasuredJournal extends Journal {
  /**
   * Why the journal took no write the last time, where that was within {@link REMEMBERED_MS} and none was taken since; null
   * else. It is forgotten, because whoever is not ready is sent nothing that could show that all is well again.
   */
  trouble(): string | null;
}

export const REMEMBERED_MS = 10_000;

/** `nowMs`: of a clock that only goes forward. */
export function measuredJournal(
  journal: Journal,
  observer: AppendObserver,
  nowMs: () => number = () => performance.now(),
): MeasuredJournal {
  let trouble: { readonly reason: string; readonly atMs: number } | null = null;

  async function append(writes: Parameters<Journal['append']>[0]): Promise<readonly WriteOutcome[]> {
    const begunAtMs = nowMs();
    const outcomes = await journal.append(writes);
    const endedAtMs = nowMs();
    observer.appended(endedAtMs - begunAtMs, outcomes);
    for (const outcome of outcomes) {
      if (outcome.kind === 'appended') trouble = null;
      else if (outcome.kind === 'failed' || outcome.kind === 'unknown')
        trouble = { reason: outcome.reason, atMs: endedAtMs };
    }
    return outcomes;
  }

  return {
    identity: journal.identity,
    maxAppendEntries: journal.maxAppendEntries,
    maxAppendBytes: journal.maxAppendBytes,
    maxReadEntries: journal.maxReadEntries,
    append,
    read: (reads) => journal.read(reads),
    readAll: (after, limit) => journal.readAll(after, limit),
    entryAt: (position) => journal.entryAt(position),
    head: () => journal.head(),
    subscribe: (options) => journal.subscribe(options),
    readState: (name) => journal.readState(name),
    writeState: (...call) => journal.writeState(...call),
    close: () => journal.close(),
    trouble: () =>
      trouble === null || nowMs() - trouble.atMs > REMEMBERED_MS ? null : `it takes no writes: ${trouble.reason}`,
  };
}
