/**
 * The journal port over EventStoreDB. A stream of ours is one of the server's, its name behind a prefix; a position is the
 * server's commit position; the order over all entries is that of `$all`, filtered by the server to names with our prefix.
 */
import { START, type Position, type StoredEntry, type Uuid } from '#contracts';
import {
  measureInOrder,
  measureState,
  measureWrite,
  requireLimit,
  requireRead,
  StoreUnavailable,
  type Journal,
  type NamedState,
  type StateOptions,
  type StreamRead,
  type StreamWrite,
  type WriteOutcome,
  type WriteSize,
} from '#ports';
import { AppendQueue, type AppendLimits, type CallObserver } from './appends.js';
import type { ClientSlot, SubscriptionClients } from './clients.js';
import { toEvent, type StreamNames } from './events.js';
import { Reader, type ReadLimits } from './reads.js';
import { States } from './states.js';
import { Subscription } from './subscription.js';

export interface JournalLimits extends AppendLimits, ReadLimits {
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
  readonly maxReadEntries: number;
}

/** The parts of the journal; it closes the clients. */
export interface JournalParts {
  readonly identity: Uuid;
  readonly names: StreamNames;
  readonly limits: JournalLimits;
  readonly appends: AppendQueue;
  readonly reader: Reader;
  readonly slots: readonly ClientSlot[];
  readonly subscriptions: SubscriptionClients;
  readonly now: () => number;
  readonly observe: CallObserver;
}

export class EventStoreJournal implements Journal {
  readonly identity: Uuid;
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
  readonly maxReadEntries: number;
  readonly maxReadCharacters: number;
  readonly writesAtOnce: number;
  private readonly states: States;
  private readonly ending = new AbortController();
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: JournalParts) {
    const { identity, limits, appends, reader, names, now } = parts;
    this.identity = identity;
    this.maxAppendEntries = limits.maxAppendEntries;
    this.maxAppendBytes = limits.maxAppendBytes;
    this.maxReadEntries = limits.maxReadEntries;
    this.maxReadCharacters = limits.maxPageCharacters;
    this.writesAtOnce = limits.maxInFlight;
    this.states = new States(appends, reader, names, now);
  }

  async append(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]> {
    this.requireOpen();
    // before anything is sent: a defect of the caller's stores nothing
    const measured = writes.map((write) => ({ write, size: measureWrite(write, this) }));
    const lastOf = new Map<string, Promise<WriteOutcome>>();
    const outcomes = measured.map(({ write, size }) => {
      const outcome = this.after(lastOf.get(write.stream), write, size);
      lastOf.set(write.stream, outcome);
      return outcome;
    });
    return Promise.all(outcomes);
  }

  /** The server promises no order between appends to different streams that it has at the same time: one after the other. */
  async appendInOrder(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]> {
    this.requireOpen();
    const { tooLarge } = measureInOrder(writes, this);
    if (tooLarge !== undefined) return [{ kind: 'too-large', reason: tooLarge }];
    const outcomes: WriteOutcome[] = [];
    for (const write of writes) {
      const [outcome] = await this.append([write]);
      if (outcome === undefined) break;
      outcomes.push(outcome);
      if (outcome.kind !== 'appended') break;
    }
    return outcomes;
  }

  async read(reads: readonly StreamRead[]): Promise<readonly (readonly StoredEntry[])[]> {
    this.requireOpen();
    for (const read of reads) requireRead(read, this.maxReadEntries);
    return this.parts.reader.streams(reads);
  }

  async readAll(after: Position, limit: number): Promise<readonly StoredEntry[]> {
    this.requireOpen();
    requireLimit(limit, this.maxReadEntries);
    return this.parts.reader.page(after, limit);
  }

  async entryAt(position: Position): Promise<StoredEntry | undefined> {
    this.requireOpen();
    return this.parts.reader.at(position);
  }

  async head(): Promise<StoredEntry> {
    this.requireOpen();
    const last = await this.parts.reader.last();
    if (last === undefined) throw new StoreUnavailable('journal', 'the event store has lost the journal');
    return last;
  }

  async *subscribe(options: {
    readonly after: Position;
    readonly batchSize: number;
    readonly signal: AbortSignal;
  }): AsyncGenerator<readonly StoredEntry[]> {
    requireLimit(options.batchSize, this.maxReadEntries);
    this.requireOpen();
    const signal = AbortSignal.any([options.signal, this.ending.signal]);
    if (signal.aborted) return;
    const { subscriptions, names, observe } = this.parts;
    const { client, release } = subscriptions.take();
    const ended = observe();
    const subscription = new Subscription(client, names, options.after);
    try {
      for (;;) {
        const batch = await subscription.batch(options.batchSize, signal);
        if (batch.length === 0) return;
        yield batch;
      }
    } finally {
      ended();
      await subscription.end();
      release();
    }
  }

  async readState(name: string): Promise<NamedState | undefined> {
    this.requireOpen();
    return this.states.read(name);
  }

  async writeState(
    name: string,
    value: string,
    expectedVersion: number,
    options: StateOptions = {},
  ): Promise<'written' | 'conflict' | 'unknown'> {
    this.requireOpen();
    measureState(name, value, expectedVersion, this.maxAppendBytes, options);
    return this.states.write(name, value, expectedVersion, options);
  }

  async close(): Promise<void> {
    this.closing ??= this.finish();
    await this.closing;
  }

  private async finish(): Promise<void> {
    this.ending.abort();
    await this.parts.appends.drain();
    await Promise.all([...this.parts.slots, this.parts.subscriptions].map((one) => one.close()));
  }

  /** Two writes of one call to one stream are done in their order; where it is not known how the first ended, the second is not sent. */
  private async after(
    before: Promise<WriteOutcome> | undefined,
    write: StreamWrite,
    size: WriteSize,
  ): Promise<WriteOutcome> {
    const kind = before && (await before).kind;
    if (kind === 'failed' || kind === 'unknown') {
      return { kind: 'failed', reason: `the write before it to ${write.stream} was not acknowledged` };
    }
    if (size.tooLarge !== undefined) return { kind: 'too-large', reason: size.tooLarge };
    if (write.entries.length === 0) return this.endOf(write.stream);
    const { expected } = write;
    return this.parts.appends.submit({
      stream: this.parts.names.stream(write.stream),
      state: expected === 'none' ? 'no_stream' : expected === 'any' ? 'any' : BigInt(expected),
      events: write.entries.map(toEvent),
      bytes: size.bytes,
    });
  }

  /** The server's own answer to an empty append names no entry's position. */
  private async endOf(stream: string): Promise<WriteOutcome> {
    try {
      const [[last] = []] = await this.parts.reader.streams([{ stream, direction: 'backwards', limit: 1 }]);
      return { kind: 'appended', firstRevision: (last?.revision ?? -1) + 1, position: last?.position ?? START };
    } catch (error) {
      if (error instanceof StoreUnavailable) return { kind: 'failed', reason: error.reason };
      throw error;
    }
  }

  private requireOpen(): void {
    if (this.closing !== undefined) throw new StoreUnavailable('journal', 'it was closed');
  }
}
