/** Work on one key runs one piece after another, so that commands of this process on one stream do not defeat each other. */
import { failed, type Outcome } from '#contracts';
import { overloaded, unavailable } from '../problems.js';

export class SerialQueue {
  private readonly last = new Map<string, Promise<unknown>>();
  private size = 0;
  private closed = false;

  /** `maxSize`: most pieces of work that may wait or run, over all keys. */
  constructor(private readonly maxSize: number) {}

  /** From now on no work begins: waiting work is refused, running work comes to its end. */
  close(): void {
    this.closed = true;
  }

  /** The work's outcome; `overloaded` where the queue is full, `store-unavailable` once it is closed. */
  async run<T>(key: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.size >= this.maxSize) return failed(overloaded('too many commands are waiting for their turn'));
    this.size += 1;
    const turn = (this.last.get(key) ?? Promise.resolve()).then(() =>
      this.closed ? failed(unavailable('Hermes is stopping: try again')) : work(),
    );
    const over = turn.catch(() => undefined);
    this.last.set(key, over);
    try {
      return await turn;
    } finally {
      this.size -= 1;
      if (this.last.get(key) === over) this.last.delete(key);
    }
  }
}
