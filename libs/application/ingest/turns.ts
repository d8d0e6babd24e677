/** One after another: commands on the same stream take turns, so that they do not make each other decide again and again. */
import { failed, type Outcome } from '#contracts';
import { overloaded, unavailable } from './problems.js';

export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();
  private waiting = 0;
  private closed = false;

  constructor(private readonly maxWaiting: number) {}

  /** From now on no turn begins: those that wait are refused, what is under way comes to its end. */
  close(): void {
    this.closed = true;
  }

  /** `overloaded` where too many wait already. */
  async take<T>(stream: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.waiting >= this.maxWaiting) return failed(overloaded('too many commands are waiting for their turn'));
    this.waiting += 1;
    const turn = (this.last.get(stream) ?? Promise.resolve()).then(() =>
      this.closed ? failed(unavailable('Hermes is stopping: try again')) : work(),
    );
    const over = turn.catch(() => undefined);
    this.last.set(stream, over);
    try {
      return await turn;
    } finally {
      this.waiting -= 1;
      if (this.last.get(stream) === over) this.last.delete(stream);
    }
  }
}
