/** A split journal as it lies on the disk. It is whole where its manifest is there, which is written when all files are on the disk. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePosition, type Position, type StoredEntry, type Uuid } from '#contracts';
import type { SplitDisk } from './disk.js';
import { endOfRecord, entryOf, LENGTH_BYTES } from './record.js';
import type { SplitFile } from './splitter.js';

export const MANIFEST = 'manifest.json';
/** Of the manifest and of the records. */
const FORMAT = 2;
/** Bytes that are read at once; more for an entry that is larger. */
const READ_BYTES = 262_144;
/** Most entries of a page. */
const PAGE_ENTRIES = 500;

/** All entries of a journal up to a place that a rebuild needs. Those of one stream are in one file, whole. */
export interface SplitContent {
  /** The journal's. */
  readonly identity: Uuid;
  /** The last place that was read. */
  readonly to: Position;
  /** How many entries there are up to it, with those that are in no file. */
  readonly entries: number;
  /** Of the streams of hosts. */
  readonly buckets: readonly SplitFile[];
  readonly quests: SplitFile;
  readonly catalogue: SplitFile;
  readonly names: SplitFile;
}

/** A file of a split journal is not as it was written: the journal must be split again. */
export class SplitDamaged extends Error {
  override readonly name = 'SplitDamaged';
}

export class StoredSplit {
  constructor(
    private readonly folder: string,
    private readonly disk: SplitDisk,
    readonly content: SplitContent,
  ) {}

  /**
   * The file's entries in the order of the journal, page by page; it is open while they are read. Throws a {@link SplitDamaged}
   * where it is not as it was written.
   */
  async *pages({ name, bytes }: SplitFile): AsyncGenerator<readonly StoredEntry[]> {
    if (bytes === 0) return;
    const path = join(this.folder, name);
    try {
      yield* pagesOf(path, bytes);
    } catch (error) {
      throw error instanceof SplitDamaged ? error : damaged(path, error);
    }
  }

  /** Gives the room of a file back whose entries are needed no more. The split is the same where it is opened again. */
  async giveBack({ name }: SplitFile): Promise<void> {
    await this.disk.remove(join(this.folder, name));
  }

  /** Removes all of it: the manifest first, so that the rest is never taken for a whole. */
  async remove(): Promise<void> {
    await this.disk.remove(join(this.folder, MANIFEST));
    await this.disk.remove(this.folder);
  }
}

type StoredContent = Omit<SplitContent, 'to'> & { readonly format: number; readonly to: string };

export function manifestOf(content: SplitContent): string {
  return JSON.stringify({ ...content, format: FORMAT, to: content.to.toString() } satisfies StoredContent);
}

/** The split in the folder; undefined where there is none, where it is not whole, or of another format. */
export async function storedSplit(folder: string, disk: SplitDisk): Promise<StoredSplit | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, MANIFEST), 'utf8');
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    // the path leads through a file: writing says so
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  const { format, to, ...content } = JSON.parse(text) as StoredContent;
  const position = parsePosition(to);
  if (format !== FORMAT || position === undefined) return undefined;
  return new StoredSplit(folder, disk, { ...content, to: position });
}

/** The first `size` bytes of a file of records. */
export async function* pagesOf(path: string, size: number): AsyncGenerator<readonly StoredEntry[]> {
  const file = await open(path, 'r');
  try {
    let bytes = Buffer.allocUnsafe(READ_BYTES);
    let held = 0;
    for (let read = 0; read < size;) {
      const most = Math.min(bytes.length - held, size - read);
      const { bytesRead } = await file.read(bytes, held, most, read);
      if (bytesRead === 0) throw damaged(path);
      read += bytesRead;
      held += bytesRead;
      let begun = 0;
      let page: StoredEntry[] = [];
      let end = endOfRecord(bytes, begun, held);
      while (end !== undefined && end <= held) {
        page.push(entryOf(bytes.toString('utf8', begun + LENGTH_BYTES, end)));
        begun = end;
        end = endOfRecord(bytes, begun, held);
        if (page.length < PAGE_ENTRIES) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
      // the rest begins the next piece, for which there must be room
      const needed = end === undefined ? 0 : end - begun;
      if (needed > size) throw damaged(path);
      const next = needed > bytes.length ? Buffer.allocUnsafe(needed) : bytes;
      bytes.copy(next, 0, begun, held);
      bytes = next;
      held -= begun;
    }
    if (held > 0) throw damaged(path);
  } finally {
    await file.close();
  }
}

function damaged(path: string, cause?: unknown): SplitDamaged {
  return new SplitDamaged(`${path} of a split journal is damaged: the journal must be split again`, { cause });
}
