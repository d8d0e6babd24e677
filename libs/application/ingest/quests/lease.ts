/** Who embarks: one process at a time, so that no work is done twice. Nothing relies on it: two at once do no harm. */
import type { Uuid } from '#contracts';
import type { Journal } from '#ports';
import type { Clock } from '../../clock.js';

const STATE = 'quests-embarking-lease';
const LEASE_MS = 5000;
/** By how much the clocks of two machines may differ. */
const MAX_SKEW_MS = 60_000;

interface Held {
  readonly owner: Uuid | null;
  /** Milliseconds after 1970. */
  readonly untilMs: number;
}

export class Lease {
  private untilMs = 0;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly owner: Uuid,
  ) {}

  /** Takes the lease, or renews it when half of it is over; false while another has it. Rejects with StoreUnavailable. */
  async hold(): Promise<boolean> {
    const now = this.clock.nowMs();
    if (this.untilMs - now > LEASE_MS / 2) return true;
    const state = await this.journal.readState(STATE);
    const held = state === undefined ? undefined : (JSON.parse(state.value) as Held);
    if (held !== undefined && this.isAnothers(held, now)) return false;
    const untilMs = now + LEASE_MS;
    const mine: Held = { owner: this.owner, untilMs };
    const written = await this.journal.writeState(STATE, JSON.stringify(mine), state?.version ?? 0);
    this.untilMs = written === 'written' ? untilMs : 0;
    return written === 'written';
  }

  /** A lease that ends later than one taken now is of a clock that was wrong: it must not keep everybody out until then. */
  private isAnothers({ owner, untilMs }: Held, now: number): boolean {
    return owner !== null && owner !== this.owner && untilMs > now && untilMs <= now + LEASE_MS + MAX_SKEW_MS;
  }

  /** Lets another have it at once. Rejects with StoreUnavailable. */
  async release(): Promise<void> {
    if (this.untilMs === 0) return;
    this.untilMs = 0;
    const state = await this.journal.readState(STATE);
    if (state === undefined || (JSON.parse(state.value) as Held).owner !== this.owner) return;
    const free: Held = { owner: null, untilMs: 0 };
    await this.journal.writeState(STATE, JSON.stringify(free), state.version);
  }
}
