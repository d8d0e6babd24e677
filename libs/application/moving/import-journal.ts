/**
 * An export into an empty Hermes (R12): the same entries in the same streams at the same revisions and in the same order over the
 * whole journal; their positions are new. A fault ends it and names its line. What was stored of it stays and is not served; the
 * same file, or a sound one of the same journal, sent again is compared with that and completes it. All that is stored is read back
 * and compared with what came. One that was stored whole is compared, and answered as it was.
 */
import {
  coreText,
  done,
  failed,
  JOURNAL_STREAM,
  JournalContent,
  JournalFileReader,
  START,
  turn,
  type JournalCounts,
  type Outcome,
  type Position,
  type StoredEntry,
  type Uuid,
} from '#contracts';
import { StoreUnavailable, type Journal, type WriteOutcome } from '#ports';
import type { Lease } from '../leases/lease.js';
import { holdOnceFree, whileHeld } from '../leases/while-held.js';
import type { Log } from '../log.js';
import type { Imports } from './imports.js';
import { ANOTHER, Ended, fault, foreign, wholeBefore } from './import-faults.js';
import { KnownOfImport } from './known-of.js';
import { runsOf, type Pending, type Run } from './runs.js';

export interface ImportParts {
  readonly journal: Journal;
  readonly imports: Imports;
  /** Named `import`. */
  readonly lease: Pick<Lease, 'hold' | 'release'>;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/** A line of the file; valid until the next one is asked for. Null: longer than any that an export writes. */
export interface FileLine {
  readonly number: number;
  readonly bytes: Uint8Array | null;
}

export interface ImportedJournal extends JournalCounts {
  /** Of the last entry. */
  readonly position: Position;
  readonly source: Uuid;
  readonly origin: Uuid;
  readonly content: string;
}

/** One transaction of an embedded journal. */
const BATCH_ENTRIES = 500;
const BATCH_BYTES = 524_288;
const LOG_EVERY_MS = 5000;

/** What `lines` rejects with is handed on; then it ends as after a fault. Otherwise it rejects with a StoreUnavailable. */
export async function importJournal(
  parts: ImportParts,
  lines: AsyncIterable<Iterable<FileLine>>,
): Promise<Outcome<ImportedJournal>> {
  const { lease, log, stopping } = parts;
  if (!(await holdOnceFree(lease, stopping))) return failed(ANOTHER);
  try {
    return await whileHeld(lease, stopping, async (held) => {
      const importing = new Importing(parts, held);
      try {
        return done(await importing.run(lines));
      } catch (error) {
        await importing.giveUp();
        if (error instanceof Ended) return failed(error.problem);
        throw error;
      }
    });
  } finally {
    await lease.release().catch((error: unknown) => {
      log.warn('the lease of an import could not be given back; it ends by itself', { err: error });
    });
  }
}

class Importing {
  private readonly reader = new JournalFileReader();
  /** Of the entries that were read back. */
  private readonly there = new JournalContent();
  private readonly known = new KnownOfImport();
  private begun: { readonly source: Uuid; readonly origin: Uuid } | undefined;
  private standing: 'empty' | 'storing' | 'done' = 'empty';
  /** What was stored by a former try, as far as it was not compared yet. */
  private stored: AsyncGenerator<StoredEntry, void> | undefined;
  private pending: Pending[] = [];
  private pendingBytes = 0;
  private line = 0;
  /** The last line of which the entry is stored. */
  private storedLine = 0;
  private position: Position = START;
  private toldAtMs = performance.now();

  constructor(
    private readonly parts: ImportParts,
    private readonly held: AbortSignal,
  ) {}

  async run(lines: AsyncIterable<Iterable<FileLine>>): Promise<ImportedJournal> {
    for await (const some of lines) for (const line of some) await this.take(line);
    if (!this.reader.isWhole) {
      const message = `the file ends behind it, without the last line of an export: it was cut`;
      throw fault(this.line, this.line === 0 ? 'the file is empty' : message);
    }
    await this.flush();
    const { parts, begun, reader, position } = this;
    if (begun === undefined) throw new TypeError('an export without a first line is whole');
    this.stored ??= entriesOf(parts.journal, position);
    const isSame = this.there.hex === reader.content;
    const more = await this.next();
    if (more !== undefined && isSame && this.standing === 'done') throw wholeBefore(begun.source, reader.content);
    if (more !== undefined) throw this.foreign(this.line, 'the journal has more entries than the file');
    if (!isSame)
      throw foreign(this.line, 'what was stored is not what the file has: others have written to the journal');
    if (this.standing !== 'done') {
      await this.known.store(parts.journal);
      await parts.imports.store();
      await parts.imports.end(position);
      parts.log.info('a journal was imported', { ...reader.counts, source: begun.source });
    }
    return { ...reader.counts, ...begun, position, content: reader.content };
  }

  /** Where nothing was sent it is as if it had never begun. */
  async giveUp(): Promise<void> {
    if (this.begun === undefined) return;
    try {
      await this.parts.imports.drop();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  private async take({ number, bytes }: FileLine): Promise<void> {
    this.line = number;
    if (bytes === null) throw fault(number, 'it is longer than any that an export writes');
    const read = this.reader.read(bytes);
    if (!read.ok) throw fault(number, read.reason);
    const { line } = read;
    if (line.kind === 'begun') await this.begin(line.head.journal, line.head.origin);
    if (line.kind !== 'entry') return;
    this.known.note(line.entry);
    const { entry } = line;
    if (await this.isStored({ line: number, entry })) return;
    if (this.standing === 'done') throw this.foreign(number, 'the journal does not have its entry');
    const sizeBytes = Buffer.byteLength(entry.json);
    // one that is larger is a write of its own
    if (this.pending.length >= BATCH_ENTRIES || this.pendingBytes + sizeBytes > BATCH_BYTES) await this.flush();
    this.pending.push({ line: number, entry });
    this.pendingBytes += sizeBytes;
  }

  private async begin(source: Uuid, origin: Uuid): Promise<void> {
    if (this.begun !== undefined) return;
    const { imports, journal, log } = this.parts;
    const standing = await imports.begin(source, origin);
    if (!standing.ok) throw new Ended(standing.problem);
    this.standing = standing.value;
    this.begun = { source, origin };
    this.position = (await journal.head()).position;
    this.stored = entriesOf(journal);
    if (this.standing === 'done') log.info('an import that was stored whole is compared with what comes', { source });
    else log.info('an import begins: until its end nothing is served', { source });
  }

  private async next(): Promise<StoredEntry | undefined> {
    const next = await this.stored?.next();
    if (next?.done === true) this.stored = undefined;
    if (next?.done !== false) return undefined;
    this.there.add(next.value, coreText(next.value));
    return next.value;
  }

  private async flush(): Promise<void> {
    while (this.pending.length > 0) {
      if (this.held.aborted)
        throw this.unfinished('Hermes is stopping, or the lease of the import could not be renewed in time');
      if (this.standing === 'empty') await this.parts.imports.store();
      this.standing = 'storing';
      const from = this.position;
      const refused = await this.append(runsOf(this.pending));
      await this.readBack(from);
      if (refused === undefined) break;
      // what a former append had left open may have come since
      if (refused.outcome?.kind !== 'conflict' || !(await this.skipStored()))
        throw this.notStored(refused.line, refused.outcome);
    }
    this.pendingBytes = 0;
    this.tell();
  }

  /** The first that was not stored. */
  private async append(
    runs: readonly Run[],
  ): Promise<{ readonly line: number; readonly outcome: WriteOutcome | undefined } | undefined> {
    const outcomes = await this.parts.journal.appendInOrder(runs.map(({ write }) => write));
    for (const [index, { write, first, last }] of runs.entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'appended') return { line: first, outcome };
      this.pending = this.pending.slice(write.entries.length);
      this.storedLine = last;
      this.position = outcome.position;
    }
    return undefined;
  }

  /** What was appended, as a reader has it: others may have written in between. */
  private async readBack(from: Position): Promise<void> {
    if (this.position === from) return;
    for await (const entry of entriesOf(this.parts.journal, from)) {
      if (entry.position <= this.position) this.there.add(entry, coreText(entry));
      if (entry.position >= this.position) return;
    }
  }

  /** Whether the next entries are stored already. */
  private async skipStored(): Promise<boolean> {
    this.stored = entriesOf(this.parts.journal, this.position);
    const before = this.pending.length;
    for (let [next] = this.pending; next !== undefined; [next] = this.pending) {
      if (!(await this.isStored(next))) break;
      this.pending = this.pending.slice(1);
    }
    return this.pending.length < before;
  }

  /** Throws where another entry stands in its place. */
  private async isStored({ line, entry }: Pending): Promise<boolean> {
    const there = await this.next();
    if (there === undefined) return false;
    if (!isSame(there, entry))
      throw this.foreign(line, `another entry stands in its place, ${there.stream} ${there.revision}`);
    this.storedLine = line;
    this.position = there.position;
    return true;
  }

  /** One that was stored whole is not begun again. */
  private foreign(line: number, message: string): Ended {
    if (this.standing !== 'done' || this.begun === undefined) return foreign(line, message);
    const detail = `an import of journal ${this.begun.source} was stored whole and is served, and this is another export: line ${line}: ${message}`;
    return new Ended({ code: 'conflict', detail });
  }

  private notStored(line: number, outcome: WriteOutcome | undefined): Error {
    switch (outcome?.kind) {
      case 'conflict':
        return foreign(line, `its stream ends at revision ${outcome.actual}`);
      case 'too-large':
        return fault(line, `this journal does not take it: ${outcome.reason}`);
      case 'refused': {
        const [first = 0] = outcome.entries;
        return this.unfinished(`line ${this.pending[first]?.line ?? line}: ${outcome.reason}`);
      }
      default:
        return this.unfinished(
          outcome === undefined || outcome.kind === 'appended' ? 'the journal gave no answer' : outcome.reason,
        );
    }
  }

  private unfinished(reason: string): Ended {
    const detail = `lines up to ${this.storedLine} are stored (${reason}): send the same file again, which completes it`;
    return new Ended({ code: 'store-unavailable', detail, retryAfterS: 1 });
  }

  private tell(): void {
    if (performance.now() - this.toldAtMs < LOG_EVERY_MS) return;
    this.toldAtMs = performance.now();
    this.parts.log.info('importing', { lines: this.storedLine, position: String(this.position) });
  }
}

/** In order, a page at a time and in turns with others. */
async function* entriesOf(journal: Journal, from: Position = START): AsyncGenerator<StoredEntry, void> {
  for (let after = from; ;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const entry of page) if (entry.stream !== JOURNAL_STREAM) yield entry;
    after = last.position;
    await turn();
  }
}

/** But for the position. */
function isSame(one: StoredEntry, other: StoredEntry): boolean {
  return coreText(one) === coreText(other) && one.json === other.json;
}
