/** A journal that goes wrong by plan, within what the port allows: its callers must cope with it. */
import type { StoredEntry } from '#contracts';
import { StoreUnavailable, wrapJournal, type Journal, type StreamWrite, type WriteOutcome } from '#ports';
import type { FaultPlan, WriteFault } from './faults.js';

/** What went wrong so far is counted by kind. */
export interface FaultyJournal extends Journal {
  readonly suffered: Readonly<Record<WriteFault | 'unavailable', number>>;
}

export function faultyJournal(journal: Journal, plan: FaultPlan): FaultyJournal {
  const suffered = { lost: 0, stored: 0, late: 0, hung: 0, failed: 0, overtaken: 0, unavailable: 0 };
  const late: StreamWrite[] = [];

  function read<T>(call: () => Promise<T>): Promise<T> {
    return plan.read?.() === undefined ? call() : Promise.reject(unavailable());
  }

  function unavailable(): StoreUnavailable {
    suffered.unavailable += 1;
    return new StoreUnavailable('journal', 'by plan');
  }

  async function one(write: StreamWrite): Promise<WriteOutcome> {
    const fault = plan.write?.(write);
    if (fault === undefined) return store(journal, write);
    suffered[fault] += 1;
    switch (fault) {
      case 'failed':
        return { kind: 'failed', reason: 'by plan' };
      case 'lost':
        return UNKNOWN;
      case 'late':
        late.push(write);
        return UNKNOWN;
      case 'stored':
        await store(journal, write);
        return UNKNOWN;
      case 'hung':
        await store(journal, write);
        await new Promise((resolve) => setTimeout(resolve, plan.hangMs ?? 20));
        return UNKNOWN;
      case 'overtaken':
        if (plan.rival === undefined) throw new TypeError('the plan has no rival for a write that is overtaken');
        await store(journal, { stream: write.stream, expected: 'any', entries: [plan.rival(write.stream)] });
        return store(journal, write);
    }
  }

  async function* subscribe(options: Parameters<Journal['subscribe']>[0]): AsyncGenerator<readonly StoredEntry[]> {
    for await (const batch of journal.subscribe(options)) {
      if (plan.read?.() !== undefined) throw unavailable();
      yield batch;
    }
  }

  const faulty = wrapJournal(journal, {
    async append(writes) {
      for (const write of late.splice(0)) await store(journal, write);
      const outcomes: WriteOutcome[] = [];
      for (const write of writes) outcomes.push(await one(write));
      return outcomes;
    },
    async appendInOrder(writes) {
      for (const write of late.splice(0)) await store(journal, write);
      const outcomes: WriteOutcome[] = [];
      for (const write of writes) {
        const outcome = await one(write);
        outcomes.push(outcome);
        if (outcome.kind !== 'appended') break;
      }
      return outcomes;
    },
    read: (reads) => read(() => journal.read(reads)),
    readAll: (after, limit) => read(() => journal.readAll(after, limit)),
    entryAt: (position) => read(() => journal.entryAt(position)),
    head: () => read(() => journal.head()),
    readState: (name) => read(() => journal.readState(name)),
    writeState: (...call) => read(() => journal.writeState(...call)),
    subscribe,
  });
  return { ...faulty, suffered };
}

const UNKNOWN: WriteOutcome = { kind: 'unknown', reason: 'by plan' };

async function store(journal: Journal, write: StreamWrite): Promise<WriteOutcome> {
  const [outcome] = await journal.append([write]);
  if (outcome === undefined) throw new Error('the journal answered nothing');
  return outcome;
}
