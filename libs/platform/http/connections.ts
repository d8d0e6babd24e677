/**
 * Who has connections. Until the head of a request on it shows a holder, a connection is unknown, and unknown connections have
 * a small share of their own: beyond it the oldest of them are closed. So strangers, however many, close only each other's.
 */
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { Share } from '#application';
import type { Metrics } from '../operate/metrics/metrics.js';
import { mostUnknown } from '../settings/rules.js';
import { FirstReads } from './first-reads.js';

/** A new connection is left alone for that long, however many there are: its head may have come and wait to be read. */
const GRACE_MS = 100;
/** And for that long while there is room: who opens a thousand at once sends their heads only when all are opened. */
const STORM_MS = 3000;

export class Connections {
  /** When each was accepted; in the order in which they were accepted or were last asked something on. */
  private readonly unknown = new Map<Socket, number>();
  private readonly known = new WeakSet<Socket>();
  private knownOnes = 0;
  private readonly share: Share;
  private readonly mostUnknown: number;
  private sweeping = false;
  private readonly firstReads: FirstReads;

  /** `most`: of known and unknown ones together; those beyond it are closed unanswered. */
  constructor(
    server: Server,
    private readonly most: number,
    private readonly metrics: Metrics,
  ) {
    this.mostUnknown = mostUnknown(most);
    this.share = new Share(Math.max(1, most - this.mostUnknown));
    this.firstReads = new FirstReads(2 * this.mostUnknown);
    server.maxConnections = most;
    server.on('drop', () => {
      metrics.connectionDropped();
    });
    server.on('connection', (socket: Socket) => {
      this.meet(socket);
    });
    metrics.read(async () => {
      const count = promisify(server.getConnections.bind(server));
      return [{ name: 'hermes_http_connections', value: await count() }];
    });
  }

  /** A request on it shows `holder`. False: the holder has as many connections as one may have, or all are taken. */
  admit(socket: Socket, holder: string): boolean {
    // of a request that came by no connection there is nothing to count
    if (!(socket instanceof Socket) || this.known.has(socket)) return true;
    if (!this.share.take(holder)) return false;
    this.unknown.delete(socket);
    this.known.add(socket);
    this.knownOnes += 1;
    const give = (): void => {
      this.knownOnes -= 1;
      this.share.give(holder);
    };
    if (socket.destroyed) give();
    else socket.once('close', give);
    return true;
  }

  /** A request that needs no token came on it: among unknown ones it is the last to be closed. */
  refresh(socket: Socket): void {
    const acceptedMs = this.unknown.get(socket);
    if (acceptedMs === undefined) return;
    this.unknown.delete(socket);
    this.unknown.set(socket, acceptedMs);
  }

  /** Whether a request on it has shown its holder. */
  isKnown(socket: Socket): boolean {
    return this.known.has(socket);
  }

  /** Closes one that sends too much. New ones are read in turns from now on, until each that is there then was read. */
  cut(socket: Socket): void {
    socket.destroy();
    this.metrics.connectionDropped();
    this.firstReads.begin(this.unknown.keys());
  }

  private meet(socket: Socket): void {
    this.unknown.set(socket, performance.now());
    socket.once('close', () => this.unknown.delete(socket));
    this.firstReads.meet(socket);
    if (this.tooMany()) this.sweepSoon();
  }

  private sweepSoon(): void {
    if (this.sweeping) return;
    this.sweeping = true;
    // where the loop was held up, what has come meanwhile is read before the immediate
    setTimeout(() => {
      setImmediate(() => {
        this.sweep();
      });
    }, GRACE_MS).unref();
  }

  private sweep(): void {
    this.sweeping = false;
    const nowMs = performance.now();
    for (const [socket, acceptedMs] of this.unknown) {
      if (!this.tooMany()) return;
      const graceMs = this.tooMany(this.room()) ? GRACE_MS : STORM_MS;
      if (nowMs - acceptedMs < graceMs || this.firstReads.waits(socket)) continue;
      this.unknown.delete(socket);
      socket.destroy();
      this.metrics.connectionDropped();
    }
    if (this.tooMany()) this.sweepSoon();
  }

  /** New ones may take a quarter of what known ones leave, so that there is room for others in any case. */
  private room(): number {
    return Math.max(this.mostUnknown, Math.floor((this.most - this.knownOnes) / 4));
  }

  /** Connections that wait to be read are not counted: their heads may have come. */
  private tooMany(most = this.mostUnknown): boolean {
    return this.unknown.size - this.firstReads.size > most;
  }
}
