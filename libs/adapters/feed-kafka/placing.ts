/** Settles where assigned partitions are read from, before anything is fetched for them; the first time, where the group begins. */
import type { KafkaClient } from './client.js';
import type { PartitionWorker } from './partition-worker.js';
import { choosePlace, placesOf, type Places } from './places.js';
import type { Session } from './session.js';
import { pauseAfter, sleep } from './waiting.js';

export interface PlacingParts {
  readonly client: KafkaClient;
  readonly topic: string;
  readonly group: string;
  /** Where a group without commits begins: at the topic's oldest message, or at its present end. */
  readonly from: 'beginning' | 'end';
  readonly closing: AbortSignal;
  /** The worker that has the partition now. */
  worker(partition: number): PartitionWorker | undefined;
  /** Every partition of the group has its offset: from now on nothing that is published passes the group by. */
  onSettled(): void;
  onFailure(error: unknown): void;
}

export class Placing {
  /** Where partitions begin of which nothing is committed; only until the group has all its offsets. */
  private starts: ReadonlyMap<number, bigint> | undefined;

  constructor(private readonly parts: PlacingParts) {}

  /** Before the join, so that no message published from now on is missed. Retried until it is known, or the consumer is closed. */
  async readStarts(): Promise<void> {
    const { client, topic, group, from, closing } = this.parts;
    for (let failures = 0; !closing.aborted;) {
      try {
        const places = await placesOf(client, topic, group);
        this.starts = new Map([...places].map(([one, { low, high }]) => [one, from === 'end' ? high : low]));
        return;
      } catch (error) {
        failures += 1;
        this.parts.onFailure(error);
        await sleep(pauseAfter(failures, client.timers), closing);
      }
    }
  }

  /** Tried until it is done, or `isOver`: until the next join. */
  async settle(session: Session, partitions: readonly number[], isOver: () => boolean): Promise<void> {
    const { client, closing } = this.parts;
    for (const partition of partitions) this.parts.worker(partition)?.hold();
    for (let failures = 0; !isOver();) {
      try {
        if (await this.place(session, partitions, isOver)) return;
        failures = 1;
      } catch (error) {
        failures += 1;
        this.parts.onFailure(error);
      }
      await sleep(pauseAfter(failures, client.timers), closing);
    }
  }

  /** Whether there is nothing more to wait for. */
  private async place(session: Session, partitions: readonly number[], isOver: () => boolean): Promise<boolean> {
    const { client, topic, group } = this.parts;
    let places = await placesOf(client, topic, group);
    if (isOver()) return true;
    if (this.starts !== undefined && (await this.commitStarts(session, this.starts, places, partitions))) {
      places = await placesOf(client, topic, group);
      if (isOver()) return true;
    }
    for (const partition of partitions) this.begin(session, places, partition);
    if (this.starts === undefined) return true;
    // other members begin theirs: until then a member that takes over would not know where the group began
    if ([...places.values()].some(({ committed }) => committed === undefined)) return false;
    this.starts = undefined;
    this.parts.onSettled();
    return true;
  }

  /** Whether there were any. */
  private async commitStarts(
    session: Session,
    starts: ReadonlyMap<number, bigint>,
    places: Places,
    partitions: readonly number[],
  ): Promise<boolean> {
    let any = false;
    for (const partition of partitions) {
      const start = starts.get(partition);
      if (start === undefined || places.get(partition)?.committed !== undefined) continue;
      await session.commit(partition, start);
      any = true;
    }
    return any;
  }

  private begin(session: Session, places: Places, partition: number): void {
    const { client, topic, group } = this.parts;
    const worker = this.parts.worker(partition);
    const place = places.get(partition);
    if (worker === undefined || worker.ready || place === undefined) return;
    if (place.committed === undefined && this.starts !== undefined) return;
    const { offset, reset } = choosePlace(place, worker.own);
    if (reset !== undefined) {
      const where = { topic, group, partition, offset: String(offset) };
      client.log.warn(`Reading resumes at offset ${offset}: ${reset}`, where);
    }
    worker.begin(offset);
    session.seek(partition, offset);
    if (!worker.isFull()) session.resume([partition]);
  }
}
