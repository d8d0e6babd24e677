/**
 * Carries out operations in the background, also those that a crash or another process has left: each has turns of one listing, the
 * principals alternate, and then the operations of each. One process does it at a time; two at once do no harm.
 */
import { FairQueue, turn } from '#contracts';
import type { OperationId } from '#domain';
import { StoreUnavailable } from '#ports';
import { LEASE_POLL_MS, type Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import { holderOfPrincipal } from '../holders.js';
import { StepDelayed, type OperationCarrier } from './carry-out.js';
import type { KnownOperations, OpenOperation } from './known-operations.js';
import { OperationUnreadable } from './operation-stream.js';

/** Between two looks at which operations there are. */
const IDLE_MS = 5000;
const FAILED: Pauses = { firstMs: 100, longestMs: 5000 };

export interface OperationsParts {
  readonly known: Pick<KnownOperations, 'open' | 'close'>;
  readonly carrier: Pick<OperationCarrier, 'step'>;
  readonly lease: Lease;
  readonly log: Log;
}

/** Operations that this process carries out, and how many labors and hosts these have left. */
export interface OperationFigures {
  readonly open: number;
  readonly left: number;
}

export class BackgroundOperations {
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private woken = false;
  private running: Promise<void> | undefined;
  private failures = 0;
  /** What is left of those that had a turn here. */
  private left = new Map<OperationId, number>();
  /** Reported already. */
  private reason: string | null = null;
  private readonly unreadable = new Set<OperationId>();

  constructor(private readonly parts: OperationsParts) {}

  start(): void {
    this.running ??= this.run();
  }

  /** There is a new one. */
  wake(): void {
    this.woken = true;
    this.pause.abort();
  }

  figures(): OperationFigures {
    let left = 0;
    for (const its of this.left.values()) left += its;
    return { open: this.left.size, left };
  }

  /** Ends after the step in flight; the rest goes on at the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { lease, log } = this.parts;
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      let restMs: number;
      try {
        restMs = await this.round();
      } catch (error) {
        this.report(error);
        this.failures += 1;
        restMs = pauseMs(this.failures, FAILED);
      }
      await this.rest(restMs);
    }
    await lease.release().catch((error: unknown) => {
      log.warn('the lease of operations could not be given back; it ends by itself', { err: error });
    });
  }

  private async rest(ms: number): Promise<void> {
    this.pause = new AbortController();
    if (this.woken || this.stopping.signal.aborted) return;
    await sleep(ms, this.pause.signal);
  }

  /** Turns for all that are open until none is left, or the round is over; answers for how long to rest. */
  private async round(): Promise<number> {
    const { known, lease } = this.parts;
    const queue = queueOf((await known.open()).filter(({ id }) => !this.unreadable.has(id)));
    if (queue.size === 0) {
      this.left.clear();
      await lease.release();
      return IDLE_MS;
    }
    let delayed = 0;
    const endMs = performance.now() + IDLE_MS;
    while (queue.size > 0 && performance.now() < endMs && !this.stopping.signal.aborted && !this.woken) {
      if (!(await lease.hold())) {
        this.left.clear();
        return LEASE_POLL_MS;
      }
      const next = queue.take();
      if (next === undefined) break;
      const outcome = await this.attempt(next);
      if (outcome === 'more') queue.put(holderOfPrincipal(next.principal), next);
      if (outcome === 'delayed') delayed += 1;
      // requests that came meanwhile have their turn
      await turn();
    }
    if (delayed > 0) {
      this.failures += 1;
      return queue.size > 0 ? 0 : pauseMs(this.failures, FAILED);
    }
    this.failures = 0;
    this.reason = null;
    return 0;
  }

  /** What keeps one keeps no other waiting. */
  private async attempt(operation: OpenOperation): Promise<'more' | 'over' | 'delayed'> {
    const { known, carrier } = this.parts;
    const { id, isForgotten } = operation;
    try {
      const step = await carrier.step(id);
      // its request may be about to accept it
      if (step === undefined && !isForgotten) return 'delayed';
      if (step?.over === false) {
        this.left.set(id, step.left);
        return 'more';
      }
      await known.close(operation);
      this.left.delete(id);
      return 'over';
    } catch (error) {
      if (error instanceof OperationUnreadable) this.unreadable.add(id);
      this.report(error);
      return 'delayed';
    }
  }

  /** Once for each reason. */
  private report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.reason) return;
    this.reason = reason;
    const { log } = this.parts;
    if (error instanceof StepDelayed || error instanceof StoreUnavailable) log.warn('an operation waits', { reason });
    else log.error('an operation cannot be carried out', { err: error });
  }
}

function queueOf(open: readonly OpenOperation[]): FairQueue<OpenOperation> {
  const queue = new FairQueue<OpenOperation>();
  for (const each of open) queue.put(holderOfPrincipal(each.principal), each);
  return queue;
}
