/** The journal with its appends measured; from them follows whether it takes writes at present, and whether it answers. */
import { wrapJournal, type Journal, type WriteOutcome } from '#ports';

export interface AppendObserver {
  appended(durationMs: number, outcomes: readonly WriteOutcome[]): void;
}

export interface MeasuredJournal extends Journal {
  /**
   * Why the journal took no write the last time, where that was within {@link REMEMBERED_MS} and none was taken since; null
   * else. It is forgotten, because a process that is not ready gets no request that could show its recovery.
   */
  trouble(): string | null;
  /** For how long it has owed an answer: since the first call that was not answered well after the last one that was; 0 where all were. */
  silentMs(): number;
}

export const REMEMBERED_MS = 10_000;

/** `nowMs`: of a clock that only goes forward. */
export function measuredJournal(
  journal: Journal,
  observer: AppendObserver,
  nowMs: () => number = () => performance.now(),
): MeasuredJournal {
  let trouble: { readonly reason: string; readonly atMs: number } | null = null;

  let pending = 0;
  let silentSinceMs: number | null = null;

  async function asked<T>(call: () => Promise<T>, isAnswer: (answer: T) => boolean = () => true): Promise<T> {
    silentSinceMs ??= nowMs();
    pending += 1;
    let answered = false;
    try {
      const answer = await call();
      answered = isAnswer(answer);
      return answer;
    } finally {
      pending -= 1;
      if (answered) silentSinceMs = pending > 0 ? nowMs() : null;
    }
  }

  async function appended(append: () => Promise<readonly WriteOutcome[]>): Promise<readonly WriteOutcome[]> {
    const begunAtMs = nowMs();
    const outcomes = await asked(append, hasAnswer);
    const endedAtMs = nowMs();
    observer.appended(endedAtMs - begunAtMs, outcomes);
    for (const outcome of outcomes) {
      if (outcome.kind === 'appended') trouble = null;
      else if (outcome.kind === 'failed' || outcome.kind === 'unknown')
        trouble = { reason: outcome.reason, atMs: endedAtMs };
    }
    return outcomes;
  }

  const measured = wrapJournal(journal, {
    append: (writes) => appended(() => journal.append(writes)),
    appendInOrder: (writes) => appended(() => journal.appendInOrder(writes)),
    read: (reads) => asked(() => journal.read(reads)),
    readAll: (after, limit) => asked(() => journal.readAll(after, limit)),
    entryAt: (position) => asked(() => journal.entryAt(position)),
    head: () => asked(() => journal.head()),
    readState: (name) => asked(() => journal.readState(name)),
    writeState: (...call) => asked(() => journal.writeState(...call), isKnown),
  });
  return {
    ...measured,
    trouble: () =>
      trouble === null || nowMs() - trouble.atMs > REMEMBERED_MS ? null : `it takes no writes: ${trouble.reason}`,
    silentMs: () => (silentSinceMs === null ? 0 : nowMs() - silentSinceMs),
  };
}

/** One that was answered at all: the store spoke. */
function hasAnswer(outcomes: readonly WriteOutcome[]): boolean {
  return outcomes.length === 0 || outcomes.some(({ kind }) => kind !== 'failed' && kind !== 'unknown');
}

function isKnown(outcome: Awaited<ReturnType<Journal['writeState']>>): boolean {
  return outcome !== 'unknown';
}
