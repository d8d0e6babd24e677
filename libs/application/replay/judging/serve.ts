/**
 * A thread that judges: one file after another, and what comes of each is sent in pieces. It is ahead of the thread that takes them
 * by a limit, so that it judges one file while another is still being taken.
 */
import type { MessagePort } from 'node:worker_threads';
import type { SplitFile } from '../splitting/splitter.js';
import { SplitDamaged } from '../splitting/stored-split.js';

/** Bytes that a thread has sent and nobody has taken: about as many as come of one bucket. */
export const MOST_AHEAD_BYTES = 32 * 2 ** 20;

/** A part of what comes of a file: `bytes` are most of it, and are given away. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Resolves when there is room for more. To be awaited before the next piece. */
export type Hand<P extends Piece> = (piece: P) => Promise<void>;

/** Judges the file, and hands over all that comes of it. */
export type JudgeFile<P extends Piece> = (file: SplitFile, hand: Hand<P>) => Promise<void>;

export type ToJudge =
  | { readonly kind: 'judge'; readonly file: SplitFile }
  /** Somebody has taken as many bytes. */
  | { readonly kind: 'taken'; readonly sizeBytes: number };

export type FromJudge<P extends Piece> =
  | { readonly kind: 'piece'; readonly piece: P }
  | { readonly kind: 'done' }
  /** `isDamaged`: the files of the split journal are. */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly stack: string | undefined;
      readonly isDamaged: boolean;
    };

/** Judges what the port asks for, until that is closed. */
export function serveJudging<P extends Piece>(
  port: MessagePort,
  judge: JudgeFile<P>,
  mostAheadBytes = MOST_AHEAD_BYTES,
): void {
  let aheadBytes = 0;
  let isTaken: () => void = () => undefined;
  const send = (message: FromJudge<P>, handedOver: ArrayBuffer[] = []): void => {
    port.postMessage(message, handedOver);
  };
  const hand: Hand<P> = async (piece) => {
    aheadBytes += piece.bytes.length;
    send({ kind: 'piece', piece }, [piece.bytes.buffer]);
    while (aheadBytes > mostAheadBytes) await new Promise<void>((resolve) => (isTaken = resolve));
  };
  port.on('message', (message: ToJudge) => {
    if (message.kind === 'taken') {
      aheadBytes -= message.sizeBytes;
      isTaken();
      return;
    }
    judge(message.file, hand).then(
      () => {
        send({ kind: 'done' });
      },
      (error: unknown) => {
        const { message: reason, stack } = error instanceof Error ? error : new Error(String(error));
        send({ kind: 'failed', message: reason, stack, isDamaged: error instanceof SplitDamaged });
      },
    );
  });
}
