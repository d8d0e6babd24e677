/**
 * A journal in memory, the second implementation of the port: positions are huge and sparse, as EventStoreDB's are.
 * Use it in every spec that needs a journal and no durability.
 */
import {
  JOURNAL_STREAM,
  positionOf,
  START,
  type NewEntry,
  type Position,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import {
  identityEntry,
  measureInOrder,
  measureState,
  measureWrite,
  ReadRoom,
  requireLimit,
  requireRead,
  StoreUnavailable,
  type Journal,
  type NamedState,
  type StateOptions,
  type StreamRead,
  type StreamWrite,
  type WriteOutcome,
} from '#ports';

/** Beyond what a double holds: code that makes a number of a position fails at once. */
const FIRST_POSITION = (1n << 53n) + 11n;
/** A page of the whole journal ends early here, as a store's pages do: only an empty one is the end. */
const PAGE_CHARACTERS = 262_144;

export interface MemoryJournalOptions {
  /** What an earlier journal stored; a new, empty one where absent. */
  readonly store?: MemoryStore;
  /** Position of a new store's first entry. */
  readonly firstPosition?: bigint;
  /** By how much the position grows to the nth entry (from 1); at least 1. Irregular and large where absent. */
  readonly gaps?: (nth: number) => bigint;
  /** Identity of a new store. */
  readonly identity?: Uuid;
  /** Milliseconds after 1970, by which states expire; the system's clock where absent. */
  readonly now?: () => number;
  /** A call that reads streams ends when its answers have as many; 4 MiB where absent. */
  readonly maxReadCharacters?: number;
}

interface MemoryState extends NamedState {
  /** Stays for ever where absent. */
  readonly expiresAtMs?: number;
}

/** What outlives a memory journal: hand it to the next one to reopen. */
export class MemoryStore {
  readonly entries: StoredEntry[] = [];
  readonly streams = new Map<string, StoredEntry[]>();
  readonly states = new Map<string, MemoryState>();

  constructor(
    private readonly firstPosition: bigint = FIRST_POSITION,
    private readonly gaps: (nth: number) => bigint = irregularGap,
  ) {}

  /** A backup: the same content, going its own way from here. */
  copy(): MemoryStore {
    const copy = new MemoryStore(this.firstPosition, this.gaps);
    copy.entries.push(...this.entries);
    for (const [name, entries] of this.streams) copy.streams.set(name, [...entries]);
    for (const [name, state] of this.states) copy.states.set(name, state);
    return copy;
  }

  push(stream: string, entry: NewEntry): StoredEntry {
    const own = this.streams.get(stream) ?? [];
    const last = this.entries.at(-1)?.position;
    const position = last === undefined ? this.firstPosition : last + this.gaps(this.entries.length);
    const { id, type, version, recordedAt, json, trace, principal } = entry;
    const stored = Object.freeze({
      id,
      type,
      version,
      recordedAt,
      json,
      stream,
      revision: own.length,
      position: positionOf(position),
      ...(trace === undefined ? {} : { trace }),
      ...(principal === undefined ? {} : { principal }),
    });
    own.push(stored);
    this.streams.set(stream, own);
    this.entries.push(stored);
    return stored;
  }

  /** Index of the first entry after a position. */
  indexAfter(position: Position): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function createMemoryJournal(options: MemoryJournalOptions = {}): Journal {
  const store = options.store ?? new MemoryStore(options.firstPosition, options.gaps);
  if (store.entries.length === 0) {
    const identity = options.identity ?? crypto.randomUUID();
    store.push(JOURNAL_STREAM, identityEntry(identity, '2024-01-01T00:00:00.000Z' as NewEntry['recordedAt']));
  }
  return new MemoryJournal(store, options.now ?? Date.now, options.maxReadCharacters);
}

function irregularGap(nth: number): bigint {
  return 1n + ((BigInt(nth) * 2_654_435_761n) % 9_973n);
}

class MemoryJournal implements Journal {
  readonly identity: Uuid;
  readonly maxAppendEntries = 10_000;
  readonly maxAppendBytes = 1_048_576;
  readonly maxReadEntries = 1000;
  readonly writesAtOnce = Infinity;
  private closed = false;
  private readonly sleepers = new Set<() => void>();

  constructor(
    private readonly store: MemoryStore,
    private readonly now: () => number,
    readonly maxReadCharacters = 4_194_304,
  ) {
    this.identity = store.entries[0]!.id;
  }

  async append(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]> {
    this.requireOpen();
    const sizes = writes.map((write) => measureWrite(write, this));
    const outcomes = writes.map((write, index) => this.write(write, sizes[index]!.tooLarge));
    this.wake();
    return outcomes;
  }

  async appendInOrder(writes: readonly StreamWrite[]): Promise<readonly WriteOutcome[]> {
    this.requireOpen();
    const { tooLarge } = measureInOrder(writes, this);
    if (tooLarge !== undefined) return [{ kind: 'too-large', reason: tooLarge }];
    const outcomes: WriteOutcome[] = [];
    for (const write of writes) {
      const outcome = this.write(write, undefined);
      outcomes.push(outcome);
      if (outcome.kind !== 'appended') break;
    }
    this.wake();
    return outcomes;
  }

  async read(reads: readonly StreamRead[]): Promise<readonly (readonly StoredEntry[])[]> {
    this.requireOpen();
    for (const read of reads) requireRead(read, this.maxReadEntries);
    const room = new ReadRoom(this);
    const answers: (readonly StoredEntry[])[] = [];
    for (const read of reads) {
      if (room.isUsedUp) break;
      const answer: StoredEntry[] = [];
      for (const entry of this.wholeAnswer(read)) {
        answer.push(entry);
        if (!room.take(entry)) break;
      }
      answers.push(answer);
    }
    return answers;
  }

  private wholeAnswer({ stream, direction, from, limit }: StreamRead): readonly StoredEntry[] {
    const own = this.store.streams.get(stream) ?? [];
    if (direction === 'forwards') return own.slice(from ?? 0, (from ?? 0) + limit);
    const end = Math.min((from ?? own.length) + 1, own.length);
    return own.slice(Math.max(end - limit, 0), end).reverse();
  }

  async readAll(after: Position, limit: number): Promise<readonly StoredEntry[]> {
    this.requireOpen();
    requireLimit(limit, this.maxReadEntries);
    return this.page(after, limit);
  }

  async entryAt(position: Position): Promise<StoredEntry | undefined> {
    this.requireOpen();
    const entry = this.store.entries[this.store.indexAfter(position) - 1];
    return entry?.position === position ? entry : undefined;
  }

  async head(): Promise<StoredEntry> {
    this.requireOpen();
    return this.store.entries.at(-1)!;
  }

  async *subscribe(options: {
    readonly after: Position;
    readonly batchSize: number;
    readonly signal: AbortSignal;
  }): AsyncGenerator<readonly StoredEntry[]> {
    requireLimit(options.batchSize, this.maxReadEntries);
    this.requireOpen();
    let { after } = options;
    while (!this.ended(options.signal)) {
      const page = this.page(after, options.batchSize);
      if (page.length === 0) {
        await this.sleep(options.signal);
      } else {
        after = page.at(-1)!.position;
        yield page;
      }
    }
  }

  async readState(name: string): Promise<NamedState | undefined> {
    this.requireOpen();
    const state = this.state(name);
    return state && { value: state.value, version: state.version };
  }

  async writeState(
    name: string,
    value: string,
    expectedVersion: number,
    options: StateOptions = {},
  ): Promise<'written' | 'conflict'> {
    this.requireOpen();
    measureState(name, value, expectedVersion, this.maxAppendBytes, options);
    if ((this.state(name)?.version ?? 0) !== expectedVersion) return 'conflict';
    // an expired one is still there to number the next
    const version = (this.store.states.get(name)?.version ?? 0) + 1;
    const { ttlMs } = options;
    this.store.states.set(name, { value, version, ...(ttlMs && { expiresAtMs: this.now() + ttlMs }) });
    return 'written';
  }

  async close(): Promise<void> {
    this.closed = true;
    this.wake();
  }

  private write({ stream, expected, entries }: StreamWrite, tooLarge: string | undefined): WriteOutcome {
    if (tooLarge !== undefined) return { kind: 'too-large', reason: tooLarge };
    const own = this.store.streams.get(stream) ?? [];
    const actual = own.length - 1;
    let position = own.at(-1)?.position ?? START;
    if (entries.length > 0 && expected !== 'any' && actual !== (expected === 'none' ? -1 : expected)) {
      return { kind: 'conflict', actual };
    }
    for (const entry of entries) ({ position } = this.store.push(stream, entry));
    return { kind: 'appended', firstRevision: actual + 1, position };
  }

  private page(after: Position, limit: number): readonly StoredEntry[] {
    const begin = this.store.indexAfter(after);
    let end = begin;
    for (let characters = 0; end < begin + limit && characters < PAGE_CHARACTERS; end += 1) {
      const entry = this.store.entries[end];
      if (entry === undefined) break;
      characters += entry.json.length;
    }
    return this.store.entries.slice(begin, end);
  }

  private state(name: string): MemoryState | undefined {
    const state = this.store.states.get(name);
    return state !== undefined && (state.expiresAtMs ?? Infinity) > this.now() ? state : undefined;
  }

  private ended(signal: AbortSignal): boolean {
    return this.closed || signal.aborted;
  }

  private async sleep(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.sleepers.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
      this.sleepers.add(wake);
    });
  }

  private wake(): void {
    for (const wake of [...this.sleepers]) wake();
  }

  private requireOpen(): void {
    if (this.closed) throw new StoreUnavailable('journal', 'it was closed');
  }
}
