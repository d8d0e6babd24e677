/**
 * Work that one process at a time should do: relaying, embarking, rebuilding. A lease is a named state of the journal that
 * its holder keeps moving; nothing relies on it, since two holders at once do no harm. No clock of another machine counts:
 * a lease is free when its version has not moved for {@link LEASE_MS} of the candidate's own monotonic time.
 */
import type { Uuid } from '#contracts';
import type { Journal, NamedState } from '#ports';

/** A lease that is not renewed for this long is free. */
export const LEASE_MS = 5000;
/** A holder renews at this interval. */
const RENEW_MS = 1500;
/** How often a process that waits for a lease should ask for it. */
export const LEASE_POLL_MS = 500;

export type LeaseName = 'relay' | 'embarking' | 'operations' | 'rebuild' | 'changes' | 'import';

export interface LeaseParts {
  readonly journal: Pick<Journal, 'readState' | 'writeState'>;
  readonly name: LeaseName;
  /**
   * Who asks: a UUID of this process; where only one process can open the journal, one that it keeps over a restart, so
   * that it need not wait for itself.
   */
  readonly owner: Uuid;
  /** Monotonic milliseconds; `performance.now` where absent. */
  readonly nowMs?: (() => number) | undefined;
}

interface Held {
  readonly version: number;
  /** When the last renewal was sent, which is before anybody could see it. */
  readonly renewedAtMs: number;
}

export class Lease {
  private held: Held | undefined;
  /** Another's lease as it was first seen at this version. */
  private seen: { readonly version: number; readonly atMs: number } | undefined;
  private readonly nowMs: () => number;
  private tookOver = false;

  constructor(private readonly parts: LeaseParts) {
    this.nowMs = parts.nowMs ?? (() => performance.now());
  }

  /** Whether it was taken from a holder that had not released it, and that may not know yet. */
  get isTakenOver(): boolean {
    return this.tookOver;
  }

  /** Takes the lease, or renews it when that is due; false while another has it. Rejects with StoreUnavailable. */
  async hold(): Promise<boolean> {
    const { held } = this;
    const now = this.nowMs();
    if (held !== undefined && now - held.renewedAtMs < RENEW_MS) return true;
    if (held !== undefined && (await this.write(held.version, this.parts.owner, now))) return true;
    this.held = undefined;
    const state = await this.parts.journal.readState(this.stateName);
    if (!this.isFree(state, this.nowMs())) return false;
    const owner = state === undefined ? null : ownerIn(state.value);
    this.tookOver = owner !== null && owner !== this.parts.owner;
    return this.write(state?.version ?? 0, this.parts.owner, this.nowMs());
  }

  /** Whether nobody has it, this process included. Of another's, which may be a dead one's, that shows after {@link LEASE_MS} of looks. */
  async isIdle(): Promise<boolean> {
    if (this.held !== undefined) return false;
    const state = await this.parts.journal.readState(this.stateName);
    if (state === undefined || ownerIn(state.value) === null) return true;
    return this.hasStopped(state, this.nowMs());
  }

  /** Lets another have it at once. Rejects with StoreUnavailable. */
  async release(): Promise<void> {
    const { held } = this;
    if (held === undefined) return;
    await this.write(held.version, null, this.nowMs());
    this.held = undefined;
  }

  private get stateName(): string {
    return `lease-${this.parts.name}`;
  }

  private isFree(state: NamedState | undefined, now: number): boolean {
    const owner = state === undefined ? null : ownerIn(state.value);
    return state === undefined || owner === null || owner === this.parts.owner || this.hasStopped(state, now);
  }

  private hasStopped({ version }: NamedState, now: number): boolean {
    if (this.seen?.version !== version) this.seen = { version, atMs: now };
    return now - this.seen.atMs >= LEASE_MS;
  }

  /** Whether it is written; a lease that is not known to be written is not held. */
  private async write(version: number, owner: Uuid | null, sentAtMs: number): Promise<boolean> {
    const { journal } = this.parts;
    const written = await journal.writeState(this.stateName, JSON.stringify({ owner }), version);
    this.held = written === 'written' ? { version: version + 1, renewedAtMs: sentAtMs } : undefined;
    return written === 'written';
  }
}

/** A lease for work that writes to the journal: nobody has it while `refusal` says why nothing may be written. */
export function writersLease(lease: Lease, refusal: () => unknown): Pick<Lease, 'hold' | 'release'> {
  return {
    hold: async () => {
      if (refusal() === undefined) return lease.hold();
      await lease.release();
      return false;
    },
    release: () => lease.release(),
  };
}

/** The holder; null where the lease is free. A value that cannot be read counts as free. */
function ownerIn(value: string): Uuid | null {
  try {
    const { owner } = JSON.parse(value) as { readonly owner?: unknown };
    return typeof owner === 'string' ? owner : null;
  } catch {
    return null;
  }
}
