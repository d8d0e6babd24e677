/** Spans that reach no collector are counted, and said in one line however many exports fail: nothing is dropped in silence. */
import type { Log } from '#application';

/** Exports must have gone well for this long before the next loss gets a new line. */
export const QUIET_MS = 60_000;

export class Losses {
  private lost = 0;
  private lastAtMs = 0;

  /** `url`: of the collector; possible secrets in it are left out. */
  constructor(
    private readonly log: Log,
    private readonly url: string,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  lose(spans: number, reason: string): void {
    if (spans === 0) return;
    this.lastAtMs = this.nowMs();
    if (this.lost === 0) {
      const { origin, pathname } = new URL(this.url);
      this.log.warn('traces are being lost; everything else goes on', {
        collector: `${origin}${pathname}`,
        reason,
      });
    }
    this.lost += spans;
  }

  delivered(): void {
    if (this.lost > 0 && this.nowMs() - this.lastAtMs >= QUIET_MS) this.logLosses('traces are taken again');
  }

  /** Spans lost and not logged yet. */
  close(): void {
    if (this.lost > 0) this.logLosses('traces were lost');
  }

  private logLosses(message: string): void {
    this.log.info(message, { lostSpans: this.lost });
    this.lost = 0;
  }
}
