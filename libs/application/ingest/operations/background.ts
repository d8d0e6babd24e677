/**
 * Carries out operations in the background, also those that a crash or another process has left: each has turns of one listing, the
 * principals alternate, and then the operations of each.
 */
import { FairQueue, turn } from '#contracts';
import type { OperationId } from '#domain';
import type { Lease } from '../../leases/lease.js';
import type { Log } from '../../log.js';
import { BackgroundLoop, type BackgroundTask, type NextTurn, type Turned } from '../background-loop.js';
import { holderOfPrincipal } from '../holders.js';
import type { OperationCarrier } from './carry-out.js';
import type { KnownOperations, OpenOperation } from './known-operations.js';
import { OperationUnreadable } from './operation-stream.js';

export interface OperationsParts {
  readonly known: Pick<KnownOperations, 'open' | 'close'>;
  readonly carrier: Pick<OperationCarrier, 'step'>;
  readonly lease: Pick<Lease, 'hold' | 'release'>;
  readonly log: Log;
}

/** Operations that this process carries out, and how many labors and hosts these have left. */
export interface OperationFigures {
  readonly open: number;
  readonly left: number;
}

export class BackgroundOperations {
  private readonly turns: OperationTurns;
  private readonly loop: BackgroundLoop<OperationId>;

  constructor(parts: OperationsParts) {
    this.turns = new OperationTurns(parts);
    const words = {
      waits: 'an operation waits',
      failed: 'an operation cannot be carried out',
      lease: 'the lease of operations',
    };
    this.loop = new BackgroundLoop(this.turns, { ...parts, words });
  }

  start(): void {
    this.loop.start();
  }

  /** There is a new one. */
  wake(): void {
    this.turns.lookAgain();
    this.loop.wake();
  }

  figures(): OperationFigures {
    return this.turns.figures();
  }

  /** Ends after the step in flight; the rest goes on at the next start. */
  close(): Promise<void> {
    return this.loop.close();
  }
}

class OperationTurns implements BackgroundTask<OperationId> {
  private queue = new FairQueue<OpenOperation>();
  /** Whether there may be others than in the queue. */
  private isOld = true;
  /** What is left of those that had a turn here. */
  private readonly left = new Map<OperationId, number>();
  private readonly unreadable = new Set<OperationId>();

  constructor(private readonly parts: Pick<OperationsParts, 'known' | 'carrier'>) {}

  lookAgain(): void {
    this.isOld = true;
  }

  figures(): OperationFigures {
    let left = 0;
    for (const its of this.left.values()) left += its;
    return { open: this.left.size, left };
  }

  begin(): Promise<void> {
    this.lookAgain();
    return Promise.resolve();
  }

  async next(isHeldUp: (id: OperationId) => boolean): Promise<NextTurn<OperationId> | undefined> {
    if (this.isOld) await this.look(isHeldUp);
    const next = this.queue.next?.item;
    return next && { id: next.id, work: () => this.step(next) };
  }

  hasMore(): boolean {
    return this.isOld || this.queue.size > 0;
  }

  leave(): void {
    this.left.clear();
  }

  private async look(isHeldUp: (id: OperationId) => boolean): Promise<void> {
    // before the look: one that is announced meanwhile calls for another
    this.isOld = false;
    const open = await this.parts.known.open();
    const ids = new Set(open.map(({ id }) => id));
    for (const id of this.left.keys()) if (!ids.has(id)) this.left.delete(id);
    this.queue = new FairQueue();
    for (const each of open)
      if (!this.unreadable.has(each.id) && !isHeldUp(each.id)) this.queue.put(holderOfPrincipal(each.principal), each);
  }

  private async step(operation: OpenOperation): Promise<Turned> {
    this.queue.take();
    // requests that came meanwhile have their turn
    await turn();
    const { known, carrier } = this.parts;
    const { id, principal, isForgotten } = operation;
    try {
      const step = await carrier.step(id);
      // its request may be about to accept it
      if (step === undefined && !isForgotten) return 'held up';
      if (step?.over === false) {
        this.left.set(id, step.left);
        this.queue.put(holderOfPrincipal(principal), operation);
        return 'advanced';
      }
      await known.close(operation);
      this.left.delete(id);
      return 'advanced';
    } catch (error) {
      if (error instanceof OperationUnreadable) this.unreadable.add(id);
      throw error;
    }
  }
}
