/**
 * Work on one key runs one piece after another, so that commands of this process on one stream do not defeat each other. A
 * few pieces run at once, and holders have their turns: one's many commands keep no other's waiting until all are done.
 */
import { failed, FairQueue, type Outcome } from '#contracts';
import { Share } from '../../share.js';
import { overloaded, unavailable } from '../problems.js';

export interface SerialLimits {
  /** Most pieces of work that may wait or run, over all keys; of one holder three quarters. */
  readonly maxSize: number;
  /** Most that run at once, of one holder three quarters; all where absent. */
  readonly maxRunning?: number;
}

interface Piece {
  readonly key: string;
  readonly holder: string;
  readonly begin: () => void;
}

export class SerialQueue {
  private readonly waiting = new FairQueue<Piece>();
  private readonly busy = new Set<string>();
  private readonly size: Share;
  private readonly running: Share;
  private closed = false;

  constructor({ maxSize, maxRunning = maxSize }: SerialLimits) {
    this.size = new Share(maxSize);
    this.running = new Share(maxRunning);
  }

  /** From now on no work begins: waiting work is refused, running work comes to its end. */
  close(): void {
    this.closed = true;
  }

  /**
   * The work's outcome; `overloaded` where the queue is full, or the holder has its share of it, `store-unavailable` once it
   * is closed. A holder's work on one key runs in the order in which it came.
   */
  async run<T>(key: string, holder: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (!this.size.take(holder)) {
      const reason = 'too many commands are waiting for their turn, or this token or address has its share of them';
      return failed(overloaded(reason));
    }
    try {
      await this.turn(key, holder);
      try {
        return this.closed ? failed(unavailable('Hermes is stopping: try again')) : await work();
      } finally {
        this.busy.delete(key);
        this.running.give(holder);
        this.beginNext();
      }
    } finally {
      this.size.give(holder);
    }
  }

  /** Resolves when it has its turn. */
  private turn(key: string, holder: string): Promise<void> {
    return new Promise((begin) => {
      this.waiting.put(holder, { key, holder, begin });
      this.beginNext();
    });
  }

  private beginNext(): void {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      this.waiting.pass(next.holder);
      this.waiting.remove(next.holder, next);
      this.busy.add(next.key);
      next.begin();
    }
  }

  /** The first of a holder whose key is free, and whose place is taken; undefined where nothing can begin. */
  private next(): Piece | undefined {
    for (const [holder, pieces] of this.waiting.inTurn()) {
      const piece = this.firstFree(pieces);
      if (piece !== undefined && this.running.take(holder)) return piece;
    }
    return undefined;
  }

  private firstFree(pieces: ReadonlySet<Piece>): Piece | undefined {
    for (const piece of pieces) if (!this.busy.has(piece.key)) return piece;
    return undefined;
  }
}
