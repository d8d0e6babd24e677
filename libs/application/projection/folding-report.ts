/** How far a rebuild is: for operators who ask, and now and then in the log. */
import { START, type Position } from '#contracts';
import type { Log } from '../log.js';
import type { FoldingPhase, FoldingStatus } from '../operating/folding-status.js';

/** How often a long rebuild says in the log how far it is. */
const LOG_EVERY_MS = 5000;
/** Speed, and with it the time that is left, is that of so long before. */
const SPEED_OVER_MS = 30_000;
/** Of this length a speed is kept at most once. */
const SAMPLE_MS = 500;

/** Where a phase is. */
export interface FoldingStep {
  readonly phase: FoldingPhase;
  readonly generation: number;
  readonly position: Position;
  readonly end: Position;
  /** Done by the phase. */
  readonly entries: number;
  /** Of all the work, 0 to 1. */
  readonly share: number;
  /** Of a replay, where it is known. */
  readonly total?: number | null;
  readonly hosts?: number | null;
  readonly bytes?: number;
}

interface Sample {
  readonly atMs: number;
  readonly entries: number;
  readonly share: number;
}

export class FoldingReport {
  private phase: FoldingPhase | undefined;
  /** Of the phase, the oldest first. */
  private samples: Sample[] = [];
  private loggedAtMs: number;
  /** The entries and hosts of the replay, once it has counted them. */
  private replayed = { entries: 0, hosts: null as number | null };

  constructor(
    private readonly log: Log,
    private readonly moved: (status: FoldingStatus) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.loggedAtMs = this.nowMs();
  }

  at(step: FoldingStep): void {
    const { phase, generation, position, end, entries, share } = step;
    const { total = null, hosts = null } = step;
    if (total !== null) this.replayed = { entries: total, hosts };
    const status: FoldingStatus = {
      ...{ generation, phase, position, end, entries },
      ...this.counted(step),
      percent: Math.min(100, Math.floor(share * 100)),
      ...this.speed(step),
      bytes: step.bytes ?? 0,
    };
    this.moved(status);
    if (this.nowMs() - this.loggedAtMs < LOG_EVERY_MS) return;
    this.loggedAtMs = this.nowMs();
    this.log.info('rebuilding the views from the journal', {
      ...status,
      position: String(position),
      end: String(end),
    });
  }

  /** A replay reads all of its entries first, and judges them then. */
  private counted({ phase, entries, hosts }: FoldingStep): Pick<FoldingStatus, 'read' | 'judged' | 'total' | 'hosts'> {
    const { entries: all, hosts: allHosts } = this.replayed;
    switch (phase) {
      case 'splitting':
        return { read: entries, judged: 0, total: null, hosts: null };
      case 'judging':
      case 'indexing':
        return { read: all, judged: entries, total: all, hosts: hosts ?? null };
      case 'following':
      case 'counting':
      case 'proving':
        return { read: all + entries, judged: all + entries, total: null, hosts: allHosts };
    }
  }

  private speed({ phase, entries, share }: FoldingStep): Pick<FoldingStatus, 'entriesPerS' | 'secondsLeft'> {
    const now: Sample = { atMs: this.nowMs(), entries, share };
    if (phase !== this.phase) {
      this.phase = phase;
      this.samples = [];
    }
    const last = this.samples.at(-1);
    if (last === undefined || now.atMs - last.atMs >= SAMPLE_MS) this.samples.push(now);
    // one from before that time stays, so that the speed is that of all of it
    while (now.atMs - (this.samples[1] ?? now).atMs >= SPEED_OVER_MS) this.samples.shift();
    const from = this.samples[0] ?? now;
    const seconds = (now.atMs - from.atMs) / 1000;
    if (seconds <= 0) return { entriesPerS: 0, secondsLeft: null };
    const sharePerS = (share - from.share) / seconds;
    return {
      entriesPerS: Math.round((entries - from.entries) / seconds),
      secondsLeft: sharePerS > 0 ? Math.ceil((1 - share) / sharePerS) : null,
    };
  }
}

/** How far the place is on the way to the last one, which grows about as entries do. */
export function shareOfWay(position: Position, to: Position): number {
  return to <= START ? 1 : Math.max(0, Math.min(1, Number(position) / Number(to)));
}
