/** How fast long work goes and how long it may take still, from the share that it did in the last half minute (R4). */

const WINDOW_MS = 30_000;
const EVERY_MS = 1000;

interface Sample {
  readonly atMs: number;
  readonly share: number;
  readonly entries: number;
}

export class Pace {
  /** Of the last half minute, and one that is older; one a second. */
  private readonly samples: Sample[] = [];
  private last: Sample | undefined;

  constructor(private readonly nowMs: () => number) {}

  /** `share`: of the whole, 0 to 1. `entries` counts each entry as often as it is gone through. */
  at(share: number, entries: number): void {
    const now = { atMs: this.nowMs(), share, entries };
    this.last = now;
    const newest = this.samples.at(-1);
    if (newest !== undefined && now.atMs - newest.atMs < EVERY_MS) return;
    this.samples.push(now);
    while ((this.samples[1]?.atMs ?? now.atMs) < now.atMs - WINDOW_MS) this.samples.shift();
  }

  get entriesPerS(): number {
    const { seconds, entries } = this.window();
    return seconds === 0 ? 0 : Math.round(entries / seconds);
  }

  /** Null where nothing was done in the time that is looked at. */
  get secondsLeft(): number | null {
    const { seconds, share } = this.window();
    return share <= 0 ? null : Math.round(((1 - (this.last?.share ?? 0)) * seconds) / share);
  }

  private window(): { readonly seconds: number; readonly share: number; readonly entries: number } {
    const [first] = this.samples;
    const { last } = this;
    if (first === undefined || last === undefined) return { seconds: 0, share: 0, entries: 0 };
    return {
      seconds: (last.atMs - first.atMs) / 1000,
      share: last.share - first.share,
      entries: last.entries - first.entries,
    };
  }
}
