/** What the journal's contract needs from the adapter under test, and the entries it plays with. */
import type { NewEntry, Position, StoredEntry, Uuid } from '#contracts';
import type { ExpectedRevision, Journal, StreamWrite, WriteOutcome } from '#ports';

/** One store with its journal open, new and empty but for its identity. */
export interface JournalHarness {
  readonly journal: Journal;
  /** Another journal over the same store, as after a restart; the first one was closed before. */
  reopen(): Promise<Journal>;
  /** How often the adapter has waited for its store so far; what is asked for side by side counts once. */
  roundTrips(): number;
  /** Closes what is open and removes the store. */
  dispose(): Promise<void>;
}

/** Every file of the suite gets its harness so: set up before each test, disposed of after it. */
export type Bench = () => JournalHarness;

let made = 0;

export function entry(json: string = JSON.stringify({ n: made }), id: Uuid = crypto.randomUUID()): NewEntry {
  made += 1;
  return { id, type: 'Tested', version: 1, recordedAt: '2024-05-06T07:08:09.123Z' as NewEntry['recordedAt'], json };
}

export function entries(count: number): readonly NewEntry[] {
  return Array.from({ length: count }, () => entry());
}

export function write(stream: string, count: number, expected: ExpectedRevision = 'any'): StreamWrite {
  return { stream, expected, entries: entries(count) };
}

/** Appends one write and answers its outcome. */
export async function put(journal: Journal, one: StreamWrite): Promise<WriteOutcome> {
  const outcomes = await journal.append([one]);
  expect(outcomes).toHaveLength(1);
  return outcomes[0]!;
}

/** Appends one write that must succeed; answers the position of its last entry. */
export async function mustPut(journal: Journal, one: StreamWrite): Promise<Position> {
  const outcome = await put(journal, one);
  if (outcome.kind !== 'appended') throw new Error(`not appended: ${JSON.stringify(outcome)}`);
  return outcome.position;
}

/** The whole stream, forwards, page by page. */
export async function streamOf(journal: Journal, stream: string): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (;;) {
    const [page] = await journal.read([
      { stream, direction: 'forwards', from: all.length, limit: journal.maxReadEntries },
    ]);
    if (page!.length === 0) return all;
    all.push(...page!);
  }
}

/** Everything after a position, page by page: only an empty page is the end. */
export async function allAfter(
  journal: Journal,
  after: Position,
  limit = journal.maxReadEntries,
): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (let from = after; ; from = all.at(-1)!.position) {
    const page = await journal.readAll(from, limit);
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** The first `count` entries that a subscription shows (more, where the last batch has more); then it is ended. */
export async function firstOf(
  journal: Journal,
  options: { readonly after: Position; readonly count: number; readonly batchSize?: number },
): Promise<readonly StoredEntry[]> {
  const ending = new AbortController();
  const shown: StoredEntry[] = [];
  const batchSize = options.batchSize ?? 7;
  for await (const batch of journal.subscribe({ after: options.after, batchSize, signal: ending.signal })) {
    expect(batch.length).toBeGreaterThan(0);
    expect(batch.length).toBeLessThanOrEqual(batchSize);
    shown.push(...batch);
    if (shown.length >= options.count) ending.abort();
  }
  return shown;
}

export function ids(list: readonly NewEntry[]): readonly Uuid[] {
  return list.map(({ id }) => id);
}
