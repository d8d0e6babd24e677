/**
 * The first read of new connections. While strangers are cut for what they send, connections of which nothing was read yet
 * are read a few at a time, in half of the loop's time, in turns of their addresses. What a first read costs is bounded by
 * the pipeline of an unknown connection, so each has its turn soon, however many there are.
 */
import type { Socket } from 'node:net';
import { FairQueue } from '#contracts';

/** At most this many are read in one turn: some 5 ms where each is cut. */
const READ_AT_ONCE = 8;

export class FirstReads {
  private readonly waiting = new FairQueue<Socket>();
  /** Paused for their turn. */
  private readonly paused = new WeakSet<Socket>();
  /** Had their turn: they are not paused again, also where nothing had come yet. */
  private readonly served = new WeakSet<Socket>();
  private inTurns = false;

  /** At most `most` wait; more are read at once. */
  constructor(private readonly most: number) {}

  /** How many wait. */
  get size(): number {
    return this.waiting.size;
  }

  /** Whether it waits for its turn. */
  waits(socket: Socket): boolean {
    return this.paused.has(socket);
  }

  /** Begins the turns, where they have not begun: those of `sockets` that were not read yet have theirs. */
  begin(sockets: Iterable<Socket>): void {
    if (this.inTurns) return;
    for (const socket of sockets) this.pause(socket);
    this.plan();
  }

  /** A new one: it has its turn after those that wait, or is read at once where none do. */
  meet(socket: Socket): void {
    if (!this.inTurns) return;
    // Node begins to read by the next tick
    process.nextTick(() => {
      this.pause(socket);
    });
  }

  private pause(socket: Socket): void {
    if (socket.destroyed || socket.bytesRead > 0 || this.served.has(socket) || this.waiting.size >= this.most) return;
    socket.pause();
    this.paused.add(socket);
    this.waiting.put(socket.remoteAddress ?? '', socket);
  }

  /** The next ones are read when this turn of the loop is over, and as much time again. */
  private plan(): void {
    this.inTurns = true;
    const beganMs = performance.now();
    setImmediate(() => {
      setTimeout(() => {
        this.readSome();
      }, performance.now() - beganMs);
    });
  }

  private readSome(): void {
    let read = 0;
    while (read < READ_AT_ONCE) {
      const socket = this.waiting.take();
      if (socket === undefined) break;
      this.paused.delete(socket);
      this.served.add(socket);
      if (socket.destroyed) continue;
      socket.resume();
      read += 1;
    }
    this.inTurns = read > 0;
    if (this.inTurns) this.plan();
  }
}
