/**
 * A member of a consumer group over one topic, for as long as it is wanted: its driver's consumer is replaced whenever it
 * ends; each partition assigned has a worker; a lost one is signalled and never committed again (F2).
 */
import { StoreUnavailable, type Consumer } from '#ports';
import { changeOf, type Assignment } from './assignment.js';
import type { KafkaClient } from './client.js';
import { startError, toldOf } from './errors.js';
import { PartitionWorker, type RawHandler, type RawMessage, type WorkerLimits } from './partition-worker.js';
import { choosePlace, placesOf, type Places } from './places.js';
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
  readonly handler: RawHandler;
  readonly listener: AssignmentListener;
  readonly limits: WorkerLimits;
  /** Where a group begins that has committed nothing: at what the topic still holds, or at its end as of now. */
  readonly from: 'beginning' | 'end';
}

export class GroupMember implements Consumer {
  private session: Session | undefined;
  private last: Assignment | undefined;
  private readonly workers = new Map<number, PartitionWorker>();
  /** By partition the end of its last batch here, also where it was lost: its handler gets one at a time. */
  private readonly ends = new Map<number, Promise<void>>();
  /** Raised by every join: what was begun for an earlier one is let go. */
  private joins = 0;
  /** Where partitions begin of which nothing is committed; only until the group has its first offsets. */
  private starts: ReadonlyMap<number, bigint> | undefined;
  private settled!: () => void;
  private failed!: (error: unknown) => void;
  /** Resolves when the group has all its offsets, or at the close; rejects for what will not pass by itself. */
  private readonly settling = new Promise<void>((resolve, reject) => {
    this.settled = resolve;
    this.failed = reject;
  });
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();
  private lastReason: unknown;

  constructor(private readonly parts: MemberParts) {}

  get assigned(): ReadonlySet<number> {
    return new Set(this.workers.keys());
  }

  /**
   * Resolves when it is a member and every partition of the group has its offset. Throws StoreUnavailable where that takes
   * too long, KafkaMisconfigured for what stays until someone mends it.
   */
  async join(): Promise<void> {
    const { client, group } = this.parts;
    this.running = this.run();
    try {
      await within(client.timers.joinMs, 'joining', this.settling);
    } catch (error) {
      await this.close();
      throw startError(`joining the group ${group}`, this.lastReason ?? error);
    }
    if (this.closing.signal.aborted) throw new StoreUnavailable('feed', 'it was closed');
  }

  async close(): Promise<void> {
    this.closed ??= this.leave();
    await this.closed;
  }

  private async leave(): Promise<void> {
    const { client, listener } = this.parts;
    this.closing.abort();
    this.settled();
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

  /** A handler that does not end in time is let go: its messages come again elsewhere. */
  private async inClosingTime(ends: readonly Promise<void>[]): Promise<void> {
    const { client, group } = this.parts;
    await within(client.timers.closeMs, 'ending batches', Promise.all(ends)).catch(() => {
      client.log.warn('A batch did not end while its consumer was closed; it will come again', { group });
    });
  }

  /** Where the group begins if it has committed nothing, read before the join: what is published from now on is not missed. */
  private async readStarts(): Promise<void> {
    const { client, topic, group, from } = this.parts;
    for (let failures = 0; !this.closing.signal.aborted && this.starts === undefined;) {
      try {
        const places = await placesOf(client, topic, group);
        this.starts = new Map(
          [...places].map(([partition, { low, high }]) => [partition, from === 'end' ? high : low]),
        );
      } catch (error) {
        failures += 1;
        this.note(error);
        await sleep(pauseAfter(failures, client.timers), this.closing.signal);
      }
    }
  }

  private note(error: unknown): void {
    this.lastReason = error;
    if (toldOf(error).misconfigured) this.failed(error);
  }

  /** One session after the other, with growing pauses, until it is closed. */
  private async run(): Promise<void> {
    const { client, topic, group } = this.parts;
    await this.readStarts();
    for (let failures = 0; !this.closing.signal.aborted;) {
      const beganMs = performance.now();
      const session = new Session(client, topic, group, {
        onJoined: (assignment) => {
          if (session === this.session) this.joined(session, assignment);
        },
        onBatch: (...batch) => {
          if (session === this.session) this.take(session, ...batch);
        },
        onSkipped: (partition, next) => {
          const worker = this.workers.get(partition);
          if (session === this.session && worker?.ready === true) worker.position = next;
        },
      });
      this.session = session;
      // not awaited: it may take as long as a join, and what it meets is told by the end
      void session.start();
      const error = await session.ended;
      if (this.closing.signal.aborted) return;
      this.note(error);
      void session.leave();
      // one that lived for a while has not failed at the start
      failures = performance.now() - beganMs > client.timers.longestPauseMs ? 1 : failures + 1;
      client.log.warn(`The consumer of ${group} ended and is replaced: ${toldOf(error).reason}`, { group, topic });
      await sleep(pauseAfter(failures, client.timers), this.closing.signal);
    }
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
    if (this.closing.signal.aborted) return;
    for (const partition of won) this.workers.set(partition, this.worker(partition));
    if (won.length > 0) listener.onAssigned?.(won);
    const mine = [...this.workers.keys()];
    session.pause(mine);
    void this.settle(session, mine);
  }

  private worker(partition: number): PartitionWorker {
    const { handler, limits, client, group, topic } = this.parts;
    const worker: PartitionWorker = new PartitionWorker(
      {
        partition,
        handler,
        limits,
        commit: async (offset) => {
          if (this.session === undefined) throw new Error('there is no consumer at the moment');
          await this.session.commit(partition, offset);
        },
        onRoom: () => {
          if (worker.ready && this.workers.get(partition) === worker) this.session?.resume([partition]);
        },
        onFailure: (doing, error, failures) => {
          const reason =
            doing === 'committing' ? toldOf(error).reason : error instanceof Error ? error.message : 'unknown';
          client.log.warn(`${doing} a batch has failed and is repeated: ${reason}`, {
            group,
            topic,
            partition,
            failures,
          });
        },
      },
      this.ends.get(partition),
    );
    this.ends.set(partition, worker.ended);
    return worker;
  }

  /** A fetch is taken only where it begins at what came before it: another is of an earlier assignment, or the log has changed. */
  private take(session: Session, partition: number, messages: readonly RawMessage[], from: bigint, next: bigint): void {
    const worker = this.workers.get(partition);
    if (worker === undefined || !worker.ready || this.closing.signal.aborted) return;
    if (worker.position !== from) {
      session.pause([partition]);
      void this.settle(session, [partition]);
      return;
    }
    worker.take(messages, next);
    if (worker.full) session.pause([partition]);
  }

  /** Settles where these partitions are read from, and begins to; tried until then, or until the next join. */
  private async settle(session: Session, partitions: readonly number[]): Promise<void> {
    const { client, topic, group } = this.parts;
    const join = this.joins;
    const isOver = () => join !== this.joins || session !== this.session || this.closing.signal.aborted;
    for (const partition of partitions) {
      const worker = this.workers.get(partition);
      if (worker !== undefined) worker.ready = false;
    }
    for (let failures = 0; !isOver();) {
      try {
        let places = await placesOf(client, topic, group);
        if (isOver()) return;
        if (this.starts !== undefined) {
          await this.commitStarts(session, this.starts, places, partitions);
          places = await placesOf(client, topic, group);
          if (isOver()) return;
        }
        this.begin(session, places, partitions);
        if (this.starts === undefined) return;
        // others begin theirs: until then a consumer that takes over could not tell where the group began
        if ([...places.values()].every(({ committed }) => committed !== undefined)) {
          this.starts = undefined;
          this.settled();
          return;
        }
        partitions = partitions.filter((partition) => this.workers.get(partition)?.ready === false);
        throw new Error('partitions of the group have no offset yet');
      } catch (error) {
        failures += 1;
        this.note(error);
        await sleep(pauseAfter(failures, client.timers), this.closing.signal);
      }
    }
  }

  private async commitStarts(
    session: Session,
    starts: ReadonlyMap<number, bigint>,
    places: Places,
    partitions: readonly number[],
  ): Promise<void> {
    for (const partition of partitions) {
      const start = starts.get(partition);
      if (start === undefined || places.get(partition)?.committed !== undefined) continue;
      await session.commit(partition, start);
    }
  }

  private begin(session: Session, places: Places, partitions: readonly number[]): void {
    const { client, topic, group } = this.parts;
    for (const partition of partitions) {
      const worker = this.workers.get(partition);
      const place = places.get(partition);
      if (worker === undefined || place === undefined) continue;
      if (place.committed === undefined && this.starts !== undefined) continue;
      const { offset, reset } = choosePlace(place, worker.busy ? worker.position : undefined);
      if (reset !== undefined) {
        client.log.warn(`Reading from offset ${offset} on: ${reset}`, {
          topic,
          group,
          partition,
          offset: String(offset),
        });
      }
      worker.position = offset;
      worker.ready = true;
      session.seek(partition, offset);
      if (!worker.full) session.resume([partition]);
    }
  }
}
