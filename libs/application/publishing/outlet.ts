/** The publisher as a follower of changes: a bounded queue between the looks at the views and the topic. */
import type { Follower, Notice } from '../reading/changes/change.js';

/** With more changes that wait for the topic it stops following, and resumes from what the topic has. */
export const MOST_WAITING = 5000;
/** What is brought up waits while more than that does, which leaves room for what else changes. */
const MOST_BROUGHT = 1000;

export class Outlet implements Follower {
  private queue: Notice[] = [];
  private waiting = 0;
  private over = false;
  /** Of callers that wait until something is there, or until there is room. */
  private wakers: (() => void)[] = [];

  /** Whether nothing comes any more: it was ended, or too much waited. */
  get isOver(): boolean {
    return this.over;
  }

  take(notice: Notice): void {
    if (this.over) return;
    this.queue.push(notice);
    this.waiting += notice.changes.length;
    if (this.waiting > MOST_WAITING) this.end();
    else this.wake();
  }

  async bring(notice: Notice): Promise<boolean> {
    this.take(notice);
    while (!this.over && this.waiting > MOST_BROUGHT) await this.changed();
    return !this.over;
  }

  /** Drops the queue: a follower that resumes gets it again. */
  end(): void {
    this.over = true;
    this.queue = [];
    this.waiting = 0;
    this.wake();
  }

  /** All that waits; empty after `limitMs` without anything, or where it is over. */
  async next(limitMs: number): Promise<readonly Notice[]> {
    if (this.queue.length === 0 && !this.over) await this.changed(limitMs);
    const notices = this.queue;
    this.queue = [];
    this.waiting = 0;
    this.wake();
    return notices;
  }

  private async changed(limitMs?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakers.push(resolve);
      if (limitMs !== undefined) timer = setTimeout(resolve, limitMs);
    });
    clearTimeout(timer);
  }

  private wake(): void {
    const { wakers } = this;
    this.wakers = [];
    for (const wake of wakers) wake();
  }
}
