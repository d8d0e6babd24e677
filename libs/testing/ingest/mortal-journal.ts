/** A journal as a process sees it that dies: after `kill` nothing it does reaches the store, and it is never answered. */
import { wrapJournal, type Journal } from '#ports';

export interface MortalJournal {
  readonly journal: Journal;
  kill(): void;
}

/** `onCall` is asked before each call that may change something, with the number of such calls so far; true kills. */
export function mortalJournal(journal: Journal, onCall: (nth: number) => boolean = () => false): MortalJournal {
  let dead = false;
  let calls = 0;
  const until = async <T>(answer: Promise<T>): Promise<T> => {
    const value = await answer;
    return dead ? never() : value;
  };
  function change<T>(call: () => Promise<T>): Promise<T> {
    calls += 1;
    dead ||= onCall(calls);
    return dead ? never() : until(call());
  }
  const look = <T>(call: () => Promise<T>): Promise<T> => (dead ? never() : until(call()));
  const mortal = wrapJournal(journal, {
    append: (writes) => change(() => journal.append(writes)),
    appendInOrder: (writes) => change(() => journal.appendInOrder(writes)),
    writeState: (...call) => change(() => journal.writeState(...call)),
    read: (reads) => look(() => journal.read(reads)),
    readAll: (after, limit) => look(() => journal.readAll(after, limit)),
    entryAt: (position) => look(() => journal.entryAt(position)),
    head: () => look(() => journal.head()),
    readState: (name) => look(() => journal.readState(name)),
  });
  return { journal: mortal, kill: () => void (dead = true) };
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
