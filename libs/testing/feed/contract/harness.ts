/** What the feed's contract needs from the adapter under test, and a consumer that remembers what it was given. */
import type { BatchHandler, Consumer, Feed, FeedBatch, FeedMessage } from '#ports';
import { namesOf } from './messages.js';

/** One feed, open, with nothing published and nobody listening. */
export interface FeedHarness {
  readonly feed: Feed;
  /** More messages than one partition's buffers hold for one group; a thousand or so where a broker keeps them. */
  readonly overfill: number;
  /**
   * Whether a partition that a consumer keeps in a rebalance may bring once more what was in hand meanwhile (F1), as where
   * the broker refuses a commit then. False where absent.
   */
  readonly repeatsKept?: boolean;
  /** Whether it keeps messages for processes to come (F5). False where absent. */
  readonly keeps?: boolean;
  /** Closes what is open and removes what was made. */
  dispose(): Promise<void>;
}

/** Every file of the suite gets its harness so: set up before each test, disposed of after it. */
export interface Bench {
  readonly harness: () => FeedHarness;
  /** How long anything may take before it counts as not coming. */
  readonly patienceMs: number;
  readonly test: (name: string, body: () => Promise<void>) => void;
}

const GLANCE_MS = 10;

/** A gate that handlers wait at. */
export class Gate {
  private readonly opened: Promise<void>;
  open!: () => void;

  constructor() {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }

  pass(): Promise<void> {
    return this.opened;
  }
}

/** A consumer that writes down each batch; `work` is what it does with one, nothing where absent. */
export class Listener {
  /** In the order in which they were begun. */
  readonly batches: FeedBatch[] = [];
  /** Messages of batches that were handled without failure, by partition. */
  readonly handled = new Map<number, FeedMessage[]>();
  /** Partitions of which two batches were in flight at once. */
  readonly overlaps: number[] = [];
  readonly assigned = new Set<number>();
  private readonly inFlight = new Map<number, number>();
  private watchers: (() => void)[] = [];
  consumer!: Consumer;

  constructor(
    private readonly patienceMs: number,
    private readonly work: BatchHandler = () => Promise.resolve(),
  ) {}

  async join(feed: Feed, group: string): Promise<this> {
    this.consumer = await feed.consume(group, (batch, signal) => this.handle(batch, signal), {
      onAssigned: (partitions) => {
        for (const partition of partitions) this.assigned.add(partition);
        this.changed();
      },
      onRevoked: (partitions) => {
        for (const partition of partitions) this.assigned.delete(partition);
        this.changed();
      },
    });
    return this;
  }

  /** Batches that are with the handler now. */
  get running(): number {
    return [...this.inFlight.values()].reduce((sum, count) => sum + count, 0);
  }

  names(partition: number): readonly string[] {
    return namesOf(this.handled.get(partition) ?? []);
  }

  /** Names of all that was handled. */
  get all(): readonly string[] {
    return [...this.handled.keys()].flatMap((partition) => this.names(partition));
  }

  /** Until this is so; looks again whenever something has come to this listener, and now and then for what came to others. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const limitMs = performance.now() + this.patienceMs;
    const glance = setInterval(() => {
      this.changed();
    }, GLANCE_MS);
    try {
      while (!condition()) {
        if (performance.now() > limitMs) {
          throw new Error(`not within ${this.patienceMs} ms: ${what}; handled so far: ${this.all.join(' ')}`);
        }
        await new Promise<void>((resolve) => this.watchers.push(resolve));
      }
    } finally {
      clearInterval(glance);
    }
  }

  private async handle(batch: FeedBatch, signal: AbortSignal): Promise<void> {
    const { partition, messages } = batch;
    const before = this.inFlight.get(partition) ?? 0;
    if (before > 0) this.overlaps.push(partition);
    this.inFlight.set(partition, before + 1);
    this.batches.push(batch);
    this.changed();
    try {
      await this.work(batch, signal);
      const own = this.handled.get(partition) ?? [];
      own.push(...messages);
      this.handled.set(partition, own);
    } finally {
      this.inFlight.set(partition, (this.inFlight.get(partition) ?? 1) - 1);
      this.changed();
    }
  }

  private changed(): void {
    for (const wake of this.watchers.splice(0)) wake();
  }
}

/** Resolves to the promise's outcome, or throws when it does not settle in time. */
export async function inTime<T>(patienceMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${patienceMs} ms: ${what}`));
    }, patienceMs);
  });
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
  });
}
