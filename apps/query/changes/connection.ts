/** A client that follows changes, over its connection: what it does not take is bounded, and the last event says why it is the last. */
import type { ServerResponse } from 'node:http';
import type { Follower, FollowingEnd, Notice } from '#application';
import { endFrame, FIRST_FRAME, pieceOf, piecesOf, type EndReason } from './frames.js';

/** With more that is not taken it is too slow. */
export const MOST_WAITING_BYTES = 262_144;
/** The most in one piece of what it is brought up with; the next one follows when no more than that waits, which leaves room for what else comes. */
const PIECE_BYTES = 65_536;
/** It lasts so long, and up to a tenth longer, so that not all of them come back at once. */
export const LASTS_MS = 3_600_000;
/** It has so long to take the rest, and why it is the last. */
const LAST_MS = 10_000;

export class Connection implements Follower {
  private response: ServerResponse | undefined;
  private isOver = false;
  private lasts: NodeJS.Timeout | undefined;

  /** `open` sends the answer's head. `ended` is called once where it is ended from here. */
  constructor(
    private readonly open: () => ServerResponse,
    private readonly ended: (why: EndReason) => void,
  ) {}

  /** Sends the head, where nothing was sent yet. */
  begin(): void {
    if (this.isOver) return;
    this.opened();
    const lastsMs = LASTS_MS * (1 + Math.random() / 10);
    this.lasts = setTimeout(() => {
      this.finish('renewal');
    }, lastsMs).unref();
  }

  /** The client is gone. */
  leave(): void {
    this.isOver = true;
    clearTimeout(this.lasts);
  }

  take(notice: Notice): void {
    if (this.isOver) return;
    const response = this.opened();
    if (response.writableLength > MOST_WAITING_BYTES) this.finish('slow');
    else pieceOf(notice).writeTo(response);
  }

  /** It may be more than may wait. */
  async bring(notice: Notice): Promise<boolean> {
    for (const piece of piecesOf(notice, PIECE_BYTES)) {
      if (this.isOver) return false;
      this.opened().write(piece);
      await this.drained();
    }
    return !this.isOver;
  }

  private async drained(): Promise<void> {
    const { response } = this;
    if (response === undefined || this.isOver || response.writableLength <= PIECE_BYTES) return;
    await new Promise<void>((resolve) => {
      const taken = (): void => {
        response.off('drain', taken);
        response.off('close', taken);
        resolve();
      };
      response.on('drain', taken);
      response.on('close', taken);
    });
  }

  end(why: FollowingEnd): void {
    if (!this.isOver) this.finish(why);
  }

  private opened(): ServerResponse {
    if (this.response === undefined) {
      this.response = this.open();
      this.response.write(FIRST_FRAME);
    }
    return this.response;
  }

  private finish(why: EndReason): void {
    const response = this.opened();
    this.isOver = true;
    clearTimeout(this.lasts);
    this.ended(why);
    response.end(endFrame(why));
    const cut = setTimeout(() => {
      response.destroy();
    }, LAST_MS).unref();
    response.once('close', () => {
      clearTimeout(cut);
    });
  }
}
