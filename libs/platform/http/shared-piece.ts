/**
 * A piece of open answers that very many clients get at once. Node frames what is written to an answer for each of them by itself, in
 * three buffers; here it is framed once for all of them (RFC 9112, 7.1) and goes to each connection as one buffer.
 */
import type { ServerResponse } from 'node:http';

export class SharedPiece {
  private chunk: Buffer | undefined;

  constructor(readonly bytes: Buffer) {}

  /** Behind all that was written to the answer before. */
  writeTo(response: ServerResponse): void {
    const { socket } = response;
    // an answer that has bytes of its own, such as one whose connection is still another's, must write them first
    const isFirst = socket?.writable === true && response.writableLength === socket.writableLength;
    if (isFirst && response.chunkedEncoding) socket.write((this.chunk ??= framed(this.bytes)));
    else response.write(this.bytes);
  }
}

function framed(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
