/** Small pieces of a body, copied together: a body of n bytes takes memory for n bytes and little more, in whatever pieces it comes. */

/** At most this many are kept apart: a Buffer takes some hundred bytes beside its own. */
const MOST_PIECES = 256;
/** As much is handed on at once. */
const ENOUGH_BYTES = 16_384;

export class Pieces {
  private pieces: Buffer[] = [];
  private bytes = 0;

  /** Adds one; answers the bytes that must be handed on now. */
  put(piece: Buffer): Buffer | undefined {
    this.pieces.push(piece);
    this.bytes += piece.length;
    return this.pieces.length >= MOST_PIECES || this.bytes >= ENOUGH_BYTES ? this.take() : undefined;
  }

  /** The bytes that were not handed on yet. */
  take(): Buffer | undefined {
    const { pieces, bytes } = this;
    this.pieces = [];
    this.bytes = 0;
    return pieces.length > 1 ? Buffer.concat(pieces, bytes) : pieces[0];
  }
}
