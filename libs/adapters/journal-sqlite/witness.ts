/**
 * The witness of a journal: a small file beside it that says how far the journal had come. A journal that has lost its end
 * (its log was deleted, an older copy was put in its place) is sound in itself; only something outside of it can tell.
 */
import { readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { reasonOf } from '#adapters/sqlite';
import { parsePosition, type Position, type StoredEntry, type Uuid } from '#contracts';

/** How far a journal has come: durable, and therefore still there at any later time. */
export interface Testimony {
  readonly journal: Uuid;
  readonly position: Position;
  /** UUID of the entry at that position. */
  readonly entry: Uuid;
}

export function witnessFile(file: string): string {
  return `${file}-witness`;
}

/** What the witness of the journal in `file` saw; undefined where there is none. Throws an Error where it cannot be read. */
export function testimonyOf(file: string): Testimony | undefined {
  const witness = witnessFile(file);
  let text: string;
  try {
    text = readFileSync(witness, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${witness} cannot be read (${reasonOf(error)}): check its permissions`, { cause: error });
  }
  const seen = parsed(text);
  if (seen !== undefined) return seen;
  throw new Error(
    `${witness} does not say how far the journal had come: remove it if the journal is known to be whole`,
  );
}

/**
 * Throws an Error, with what to do, where a journal is not the one that its witness saw, or ends before the entry that it
 * saw. A journal without a witness is taken as it is.
 */
export function requireSeen(
  seen: Testimony | undefined,
  identity: Uuid,
  entryAt: (position: Position) => StoredEntry | undefined,
): void {
  if (seen === undefined) return;
  const keepIt = 'to keep this one all the same, remove its -witness and start once with --rebuild';
  if (seen.journal !== identity) {
    throw new Error(`it is journal ${identity}, where journal ${seen.journal} was: put that one back; ${keepIt}`);
  }
  if (entryAt(seen.position)?.id === seen.entry) return;
  throw new Error(
    `it has lost its end, for the entry is missing that it had at position ${seen.position}: ` +
      `put back the whole journal with its -wal, or a backup; ${keepIt}`,
  );
}

function parsed(text: string): Testimony | undefined {
  try {
    const { journal, position, entry } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const at = typeof position === 'string' ? parsePosition(position) : undefined;
    if (at === undefined || typeof journal !== 'string' || typeof entry !== 'string') return undefined;
    return { journal, position: at, entry };
  } catch {
    return undefined;
  }
}

/** Replaces the witness as a whole. Rejects with Node's errors; then the former one is still there. */
export async function writeWitness(file: string, { journal, position, entry }: Testimony): Promise<void> {
  const witness = witnessFile(file);
  const partial = `${witness}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ journal, position: String(position), entry })}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(partial, witness);
}

export function removeWitness(file: string): void {
  for (const suffix of ['', '.partial']) rmSync(witnessFile(file) + suffix, { force: true });
}

/** Least time between two writes. */
const EVERY_MS = 1000;

export class Witness {
  /** How often the journal moved. */
  private moves = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private written: Position | undefined;
  private failing = false;

  /** `look` answers how far the journal is on the disk. `failed` is called with a sentence where writing begins to fail. */
  constructor(
    private readonly file: string,
    private readonly look: () => Promise<Testimony>,
    private readonly failed: (reason: string) => void = () => undefined,
  ) {}

  /** The journal may have come further. */
  moved(): void {
    this.moves += 1;
    this.timer ??= setTimeout(() => {
      this.writing = this.turn();
    }, EVERY_MS).unref();
  }

  /** Writes for the last time. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    // the write that was in flight may have asked for another
    clearTimeout(this.timer);
    await this.write();
  }

  private async turn(): Promise<void> {
    const { moves } = this;
    await this.write();
    this.timer = undefined;
    if (this.moves > moves) this.moved();
  }

  /** Never rejects: without a witness the journal goes on, and is only worse guarded. */
  private async write(): Promise<void> {
    try {
      const testimony = await this.look();
      if (testimony.position === this.written) return;
      await writeWitness(this.file, testimony);
      this.written = testimony.position;
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.failed(reasonOf(error));
      this.failing = true;
    }
  }
}
