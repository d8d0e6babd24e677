/** Appending through the journal's port, beside bare inserts into the same tables with the same durability. */
import { openSqliteJournal } from '#adapters/journal-sqlite';
import type { Journal, StreamWrite } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import type { Figure } from '../harness/figure.js';
import { interleave, throughput, timed } from '../harness/rounds.js';
import { copyLayout, type Database } from '../load/copy-layout.js';
import { History, mustAppend } from '../load/history.js';

const BATCH = 500;
const LEAST_RATIO = 0.7;

export const append: Benchmark = {
  name: 'append',
  about: `batches of ${BATCH} entries, each durable, beside bare SQLite inserts in one transaction a batch`,
  async run(context) {
    return [await figure(context, 'one-stream', oneStream), await figure(context, 'many-streams', manyStreams)];
  },
};

/** The writes of one batch; `round` counts batches. */
type Batches = (history: History, batch: number) => readonly StreamWrite[];

const oneStream: Batches = (history, batch) => [
  {
    stream: 'host-one.example.com',
    expected: batch === 0 ? 'none' : batch * BATCH - 1,
    entries: history.writes(BATCH).flatMap(({ entries }) => entries),
  },
];

/** The same 500 streams in every batch, each at the revision that its end has. */
const manyStreams: Batches = (history, batch) =>
  history.writes(BATCH).map(({ entries }, index) => ({
    stream: `host-many-${index}.example.com`,
    expected: batch === 0 ? 'none' : batch - 1,
    entries,
  }));

async function figure(context: Context, name: string, batches: Batches): Promise<Figure> {
  const file = context.path(`append-${name}.db`);
  const journal = await openSqliteJournal({ file });
  const floor = new FloorJournal(file, context.path(`append-${name}-floor.db`));
  const history = new History(50_000, 1);
  const perRound = context.size(40, 8);
  let batch = 0;
  let pending: readonly (readonly StreamWrite[])[] = [];
  /** Both sides of a round store the same entries, which are made before either is timed. */
  const next = (): readonly (readonly StreamWrite[])[] => {
    if (pending.length > 0) {
      const same = pending;
      pending = [];
      return same;
    }
    pending = Array.from({ length: perRound }, () => batches(history, batch++));
    return pending;
  };
  const rounds = await interleave({
    rounds: context.size(15, 3),
    floor: async () => {
      const work = next();
      return timed(async () => {
        for (const writes of work) floor.store(writes);
      });
    },
    ours: async () => {
      const work = next();
      return timed(() => storeAll(journal, work));
    },
    onRound: (round) => {
      context.progress(`append ${name}: round ${round}`);
    },
  });
  await journal.close();
  floor.close();
  return throughput(`append/${name}`, rounds, { count: perRound * BATCH, things: 'entries', least: LEAST_RATIO });
}

async function storeAll(journal: Journal, work: readonly (readonly StreamWrite[])[]): Promise<void> {
  for (const writes of work) await mustAppend(journal, writes);
}

/** What no store over SQLite can do without: the rows and the commit. It knows the streams and asks nothing. */
class FloorJournal {
  private readonly database: Database;
  private readonly streams = new Map<string, { readonly id: number; revision: number }>();
  private readonly addStream;
  private readonly addEntry;

  constructor(ours: string, file: string) {
    this.database = copyLayout(ours, file, ['streams', 'entries']);
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.addStream = this.database.prepare('INSERT INTO streams VALUES (?, ?)');
    this.addEntry = this.database.prepare(
      'INSERT INTO entries (stream, revision, id, type, version, recorded_at, json) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
  }

  store(writes: readonly StreamWrite[]): void {
    this.database.exec('BEGIN IMMEDIATE');
    for (const { stream, entries } of writes) {
      const known = this.streams.get(stream) ?? this.newStream(stream);
      for (const { id, type, version, recordedAt, json } of entries) {
        known.revision += 1;
        this.addEntry.run(known.id, known.revision, id, type, version, recordedAt, json);
      }
    }
    this.database.exec('COMMIT');
  }

  close(): void {
    this.database.close();
  }

  private newStream(name: string): { readonly id: number; revision: number } {
    const made = { id: this.streams.size + 1, revision: -1 };
    this.addStream.run(made.id, name);
    this.streams.set(name, made);
    return made;
  }
}
