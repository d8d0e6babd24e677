/**
 * Refused writes of senders that nobody knows. A few have a line each in the log; a flood of them is counted, in one line a
 * second: it fills no disk, and costs no more than its answers.
 */

/** As many in a row have a line each. */
const MOST_AT_ONCE = 20;
/** After so long one more has. */
const ONE_MORE_MS = 1000;
/** How often the others are logged. */
const LOG_MS = 1000;
/** At most this many of their addresses are named. */
const MOST_ADDRESSES = 5;

/** Refused writes that have no line each. */
export interface Crowd {
  readonly refused: number;
  /** How many were answered with each status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Some of the addresses that they came from. */
  readonly addresses: readonly string[];
}

export class Strangers {
  private left = MOST_AT_ONCE;
  private filledMs = performance.now();
  private readonly statuses = new Map<string, number>();
  private readonly addresses = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** `logCrowd` is called at most once a second, with all that came since. */
  constructor(private readonly logCrowd: (crowd: Crowd) => void) {}

  /** Whether this one has a line; else it is counted. */
  meet(address: string, status: string): boolean {
    this.fill();
    if (this.left > 0) {
      this.left -= 1;
      return true;
    }
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (this.addresses.size < MOST_ADDRESSES) this.addresses.add(address);
    this.timer ??= setTimeout(() => {
      this.end();
    }, LOG_MS).unref();
    return false;
  }

  /** Logs the ones that were not logged yet. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.statuses.size === 0) return;
    const counts = [...this.statuses];
    const refused = counts.reduce((sum, [, count]) => sum + count, 0);
    this.logCrowd({ refused, statuses: Object.fromEntries(counts), addresses: [...this.addresses] });
    this.statuses.clear();
    this.addresses.clear();
  }

  private fill(): void {
    const more = Math.floor((performance.now() - this.filledMs) / ONE_MORE_MS);
    if (more === 0) return;
    this.left = Math.min(MOST_AT_ONCE, this.left + more);
    this.filledMs += more * ONE_MORE_MS;
  }
}
