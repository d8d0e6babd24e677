/** How far a rebuild is: for operators who ask, and now and then in the log. */
import { START, type Position } from '#contracts';
import type { Log } from '../log.js';
import type { FoldingPhase, FoldingStatus } from '../operating/operating.js';

/** How often a long rebuild says in the log how far it is. */
const LOG_EVERY_MS = 5000;

export class FoldingReport {
  private phase: FoldingPhase | undefined;
  /** Of the phase. */
  private begun = { atMs: 0, entries: 0 };
  private loggedAtMs = performance.now();

  constructor(
    private readonly log: Log,
    private readonly moved: (status: FoldingStatus) => void,
  ) {}

  /** `entries`: those that the phase has done; `share` of all the work, 0 to 1. */
  at(phase: FoldingPhase, generation: number, position: Position, entries: number, share: number): void {
    const nowMs = performance.now();
    if (phase !== this.phase) {
      this.phase = phase;
      this.begun = { atMs: nowMs, entries };
    }
    const seconds = Math.max(nowMs - this.begun.atMs, 1) / 1000;
    const status: FoldingStatus = {
      ...{ generation, phase, position, entries },
      percent: Math.min(100, Math.floor(share * 100)),
      entriesPerS: Math.round((entries - this.begun.entries) / seconds),
    };
    this.moved(status);
    if (nowMs - this.loggedAtMs < LOG_EVERY_MS) return;
    this.loggedAtMs = nowMs;
    this.log.info('rebuilding the views from the journal', { ...status, position: String(position) });
  }
}

/** How far the place is on the way to the last one, which grows about as entries do. */
export function shareOfWay(position: Position, to: Position): number {
  return to <= START ? 1 : Math.min(1, Number(position) / Number(to));
}
