/** Whether the views stand still though the journal goes on: looked for in the journal itself, since whoever brings news of it may be silent or wrong. */
import type { Position } from '#contracts';
import { msOfInstant } from '#domain';
import type { Journal } from '#ports';
import type { Clock } from '../clock.js';
import type { Progress } from './progress.js';

export interface StandstillParts {
  readonly journal: Pick<Journal, 'readAll'>;
  readonly progress: Progress;
  readonly clock: Clock;
  /** How old the oldest entry that the views lack may be while nothing moves. */
  readonly maxLagMs: number;
}

export class Standstill {
  private readonly movedAtMs = new Map<number, number>();
  private readonly sinceMs: number;

  /** Made when the feed begins to be followed. */
  constructor(private readonly parts: StandstillParts) {
    this.sinceMs = parts.clock.nowMs();
  }

  /** A batch of the partition went through; `before` is where the partition was. */
  handled(partition: number, before: Position): void {
    const { progress, clock } = this.parts;
    if (progress.positionOf(partition) > before) this.movedAtMs.set(partition, clock.nowMs());
  }

  /** As a sentence; null where the views move, however far behind they are. */
  async reason(): Promise<string | null> {
    const { journal, progress, clock, maxLagMs } = this.parts;
    const { partition, position } = progress.least();
    const stillMs = clock.nowMs() - (this.movedAtMs.get(partition) ?? this.sinceMs);
    if (stillMs <= maxLagMs) return null;
    const [next] = await journal.readAll(position, 1);
    const ageMs = next === undefined ? 0 : clock.nowMs() - msOfInstant(next.recordedAt);
    if (ageMs <= maxLagMs) return null;
    return `an entry recorded ${seconds(ageMs)} s ago is not in the views, and partition ${partition} has not moved for ${seconds(stillMs)} s`;
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
