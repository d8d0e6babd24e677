/**
 * Bodies in chunks (RFC 9112, 7.1), however small: the chunks that come in one turn of the loop are copied together before
 * anything keeps them, and a sender of far too many small ones is refused, since each costs the loop as much as a large one.
 */
import { IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Pieces } from './pieces.js';

/** A body may have this many chunks of any size, */
const ANY_CHUNKS = 1000;
/** and one more for each 16 bytes, which leaves room for a line of NDJSON in each, */
const BYTES_PER_CHUNK = 16;
/** and one more for each tenth of a second: who sends a sign of life now and then may do so for ever. */
const MS_PER_CHUNK = 100;

/** The class of a server's requests. `refuse` is called once for a body in too many small chunks; none of the rest is kept. */
export function chunkedBodies(refuse: (socket: Socket) => void): typeof IncomingMessage {
  return class extends IncomingMessage {
    private readonly pieces = new Pieces();
    private readonly beganMs = performance.now();
    private chunks = 0;
    private bytes = 0;
    private isPlanned = false;
    private isRefused = false;

    /** Node's parser calls it for each piece of a body, and with null at its end. */
    override push(chunk: Buffer | null): boolean {
      // a body without its rest has no end
      if (this.isRefused) return false;
      if (chunk === null) {
        this.handOn(this.pieces.take());
        return super.push(null);
      }
      this.chunks += 1;
      this.bytes += chunk.length;
      if (this.hasTooMany()) {
        this.isRefused = true;
        this.pieces.take();
        refuse(this.socket);
        return false;
      }
      this.handOn(this.pieces.put(chunk));
      if (!this.isPlanned) {
        this.isPlanned = true;
        // not by the next tick: Node's parser may let that come before the next chunk
        setImmediate(() => {
          this.isPlanned = false;
          if (!this.handOn(this.pieces.take())) this.socket.pause();
        });
      }
      return this.readableLength < this.readableHighWaterMark;
    }

    private handOn(bytes: Buffer | undefined): boolean {
      return bytes === undefined || super.push(bytes);
    }

    private hasTooMany(): boolean {
      const more = this.chunks - ANY_CHUNKS - this.bytes / BYTES_PER_CHUNK;
      return (
        more > 0 &&
        this.headers['transfer-encoding'] !== undefined &&
        more > (performance.now() - this.beganMs) / MS_PER_CHUNK
      );
    }
  };
}

/** Once per server: the rest of a body that is discarded after the answer is counted as well. Node would discard it uncounted. */
export function countDiscarded(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    response.prependListener('finish', () => {
      if (!request.complete) request.resume().read(0);
    });
  });
}
