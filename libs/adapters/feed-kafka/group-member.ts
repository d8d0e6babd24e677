/**
 * A member of a consumer group over one topic, for as long as it is wanted: its driver's consumer is replaced whenever it
 * ends; each partition assigned has a worker; a lost one is signalled and never committed again (F2).
 */
import { StoreUnavailable, type Consumer } from '#ports';
import { changeOf, type Assignment } from './assignment.js';
import type { KafkaClient } from './client.js';
import { startError, explain } from './errors.js';
import { PartitionWorker, type RawHandler, type RawMessage, type WorkerLimits } from './partition-worker.js';
import { Placing } from './placing.js';
import { Session } from './session.js';
import { pauseAfter, sleep, within } from './waiting.js';

export interface AssignmentListener {
  onAssigned?(partitions: readonly number[]): void;
  onRevoked?(partitions: readonly number[]): void;
}

export interface MemberParts {
  readonly client: KafkaClient;
  readonly topic: string;
  readonly group: string;
  readonly from: 'beginning' | 'end';
  readonly handler: RawHandler;
  readonly listener: AssignmentListener;
  readonly limits: WorkerLimits;
}

export class GroupMember implements Consumer {
  private session: Session | undefined;
  private last: Assignment | undefined;
  private readonly workers = new Map<number, PartitionWorker>();
  /** By partition the end of its last batch here, also where it was lost: its handler gets one at a time. */
  private readonly ends = new Map<number, Promise<void>>();
  /** Raised by every join: work begun for an earlier one is dropped. */
  private joins = 0;
  private readonly placing: Placing;
  private settle!: () => void;
  private refuse!: (error: unknown) => void;
  /** Resolves when the group has all its offsets, or at the close; rejects for failures that do not end by themselves. */
  private readonly settled = new Promise<void>((resolve, reject) => {
    this.settle = resolve;
    this.refuse = reject;
  });
  private lastError: unknown;
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: MemberParts) {
    const { client, topic, group, from } = parts;
    this.placing = new Placing({
      ...{ client, topic, group, from },
      closing: this.closing.signal,
      worker: (partition) => this.workers.get(partition),
      onSettled: () => {
        this.settle();
      },
      onFailure: (error) => {
        this.note(error);
      },
    });
    // the joining call hears of it; it may reject when no call waits any more
    this.settled.catch(() => undefined);
  }

  get assigned(): ReadonlySet<number> {
    return new Set(this.workers.keys());
  }

  /**
   * Resolves when it is a member and every partition of the group has its offset. Throws StoreUnavailable where that takes
   * too long, KafkaMisconfigured for a defect of the set-up.
   */
  async join(): Promise<void> {
    const { client, group } = this.parts;
    this.running = this.run();
    try {
      await within(client.timers.joinMs, 'joining', this.settled);
    } catch (error) {
      await this.close();
      throw startError(`joining the group ${group}`, this.lastError ?? error);
    }
    if (this.isClosing()) throw new StoreUnavailable('feed', 'it was closed');
  }

  async close(): Promise<void> {
    this.closed ??= this.leave();
    await this.closed;
  }

  private async leave(): Promise<void> {
    const { client, listener } = this.parts;
    this.closing.abort();
    this.settle();
    for (const worker of this.workers.values()) worker.stop();
    await this.inClosingTime([...this.workers.values()].map(({ ended }) => ended));
    const given = [...this.workers.keys()];
    for (const worker of this.workers.values()) worker.revoke();
    this.workers.clear();
    if (given.length > 0) listener.onRevoked?.(given);
    await this.session?.leave();
    await within(client.timers.requestMs, 'ending', this.running).catch(() => undefined);
    await this.inClosingTime([...this.ends.values()]);
  }

  /** A handler that does not end in time is abandoned: its messages come again elsewhere. */
  private async inClosingTime(ends: readonly Promise<void>[]): Promise<void> {
    const { client, group } = this.parts;
    await within(client.timers.closeMs, 'ending batches', Promise.all(ends)).catch(() => {
      client.log.warn('A batch did not end while its consumer was closed; it will come again', { group });
    });
  }

  /** One session after the other, with growing pauses, until it is closed. */
  private async run(): Promise<void> {
    const { client, topic, group } = this.parts;
    await this.placing.readStarts();
    for (let failures = 0; !this.isClosing();) {
      const beganMs = performance.now();
      const session = this.newSession();
      this.session = session;
      // not awaited: it may take as long as a join, and `ended` reports its failure
      void session.start();
      const error = await session.ended;
      if (this.isClosing()) return;
      this.note(error);
      void session.leave();
      // one that lived for a while has not failed at the start
      failures = performance.now() - beganMs > client.timers.longestPauseMs ? 1 : failures + 1;
      client.log.warn(`The consumer of ${group} ended and is replaced: ${explain(error).reason}`, { group, topic });
      await sleep(pauseAfter(failures, client.timers), this.closing.signal);
    }
  }

  private newSession(): Session {
    const { client, topic, group } = this.parts;
    const session: Session = new Session(client, topic, group, {
      onJoined: (assignment) => {
        if (session === this.session) this.joined(session, assignment);
      },
      onBatch: (partition, messages, from, next) => {
        if (session === this.session) this.take(session, partition, messages, from, next);
      },
      onSkipped: (partition, next) => {
        if (session === this.session) this.workers.get(partition)?.skip(next);
      },
    });
    return session;
  }

  private joined(session: Session, assignment: Assignment): void {
    const { listener } = this.parts;
    const { lost, won } = changeOf(this.last, assignment);
    this.last = assignment;
    this.joins += 1;
    for (const partition of lost) {
      this.workers.get(partition)?.revoke();
      this.workers.delete(partition);
    }
    // no pause of an earlier assignment is left over
    session.resume(lost);
    if (lost.length > 0) listener.onRevoked?.(lost);
    if (this.isClosing()) return;
    for (const partition of won) this.workers.set(partition, this.newWorker(partition));
    if (won.length > 0) listener.onAssigned?.(won);
    this.place(session, [...this.workers.keys()]);
  }

  private newWorker(partition: number): PartitionWorker {
    const { handler, limits, client, group, topic } = this.parts;
    const worker: PartitionWorker = new PartitionWorker(
      {
        ...{ partition, handler, limits },
        commit: async (offset) => {
          if (this.session === undefined) throw new Error('there is no consumer at the moment');
          await this.session.commit(partition, offset);
        },
        onRoom: () => {
          if (worker.ready && this.workers.get(partition) === worker) this.session?.resume([partition]);
        },
        onFailure: (doing, error, failures) => {
          // a handler's errors come from other stores, which the table does not know
          const reason = doing === 'committing' || !(error instanceof Error) ? explain(error).reason : error.message;
          const where = { group, topic, partition, failures };
          client.log.warn(`${doing} a batch has failed and is repeated: ${reason}`, where);
        },
      },
      this.ends.get(partition),
    );
    this.ends.set(partition, worker.ended);
    return worker;
  }

  /** A fetch is taken only where it begins at the end of the one before: another is of an earlier assignment, or the log has changed. */
  private take(session: Session, partition: number, messages: readonly RawMessage[], from: bigint, next: bigint): void {
    const worker = this.workers.get(partition);
    if (worker?.ready !== true || this.isClosing()) return;
    if (worker.position !== from) {
      this.place(session, [partition]);
      return;
    }
    worker.take(messages, next);
    if (worker.isFull()) session.pause([partition]);
  }

  private place(session: Session, partitions: readonly number[]): void {
    const join = this.joins;
    session.pause(partitions);
    void this.placing.settle(
      session,
      partitions,
      () => join !== this.joins || session !== this.session || this.isClosing(),
    );
  }

  private note(error: unknown): void {
    this.lastError = error;
    if (explain(error).misconfigured) this.refuse(error);
  }

  private isClosing(): boolean {
    return this.closing.signal.aborted;
  }
}
