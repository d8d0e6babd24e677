/**
 * Cuts the journal by streams (R2): one pass over all of it, from the beginning to a fixed place, into files on the local disk of
 * which each fits into memory. A replay reads each host's entries there, and never asks the journal again.
 */
import { join } from 'node:path';
import { hostStream, partitionOf, START, streamKind, type Position, type StoredEntry } from '#contracts';
import type { HostName } from '#domain';
import type { Journal } from '#ports';
import { diskFault, nodeDisk, SplitDiskFull, type SplitDisk } from './disk.js';
import { inMb, requireRoom, type ReplayRoom } from './room.js';
import { Splitter, type SplitFile } from './splitter.js';
import { manifestOf, MANIFEST, pagesOf, storedSplit, StoredSplit, type SplitContent } from './stored-split.js';

/** Most bytes of a bucket, unless one stream alone has more. What is judged of it takes several times as much memory. */
export const BUCKET_BYTES = 16 * 2 ** 20;
/** Two of it are held in memory. Large, so that each bucket gets large pieces. */
const SEGMENT_BYTES = 16 * 2 ** 20;
/** The buckets are as many as twice the expected bytes need, since some are larger than others, and the rest of the journal may be. */
const MARGIN = 2;
const MOST_BUCKETS = 4096;
/** The beginning of the journal says how large the whole is, before anything is written. */
const SAMPLE_ENTRIES = 10_000;
const SAMPLE_BYTES = 4 * 2 ** 20;
/** Bytes of what is loaded for each byte of the split, with indexes: some three, and five where nearly every event opens a labor. */
export const VIEWS_PER_BYTE = 5;
/** The greatest modulus by which a bucket is cut further: the hash has 32 bits. */
const MOST_PARTS = 2 ** 31;

export interface SplitStatus {
  readonly entries: number;
  /** The place up to which the journal was cut. */
  readonly position: Position;
  /** Bytes of the files, and what they will be, as far as can be said by now. */
  readonly bytes: number;
  readonly expectedBytes: number;
}

export interface SplitParts extends ReplayRoom {
  readonly journal: Pick<Journal, 'identity' | 'readAll' | 'maxReadEntries'>;
  /** Holds nothing but the split: it is emptied first. */
  readonly folder: string;
  /** The last place to read: one that was shown. */
  readonly to: Position;
  /** {@link BUCKET_BYTES} where absent. */
  readonly bucketBytes?: number;
  /** Gets each page, all of the journal up to `to`, in its order. */
  readonly seen?: (page: readonly StoredEntry[]) => void;
  /** Gets how far it is, after each page. */
  readonly moved?: (status: SplitStatus) => void;
  readonly disk?: SplitDisk;
  readonly segmentBytes?: number;
}

/**
 * Memory and open files are bounded, whatever the journal's size. Rejects with a {@link SplitDiskFull} where there is not enough
 * room, as soon as that can be said, with what `signal` gives where it aborts, and as the journal does; then nothing is left in the folder.
 */
export async function split(parts: SplitParts, signal: AbortSignal): Promise<StoredSplit> {
  const { folder, disk = nodeDisk } = parts;
  try {
    await disk.clear(folder);
    const content = await new Splitting(parts, disk, signal).run();
    await disk.put(join(folder, MANIFEST), manifestOf(content));
    return new StoredSplit(folder, disk, content);
  } catch (error) {
    await disk.remove(folder).catch(() => undefined);
    throw diskFault(folder, error) ?? error;
  }
}

/** One that {@link split} has finished there, of this journal up to this place; undefined where there is none. */
export async function openSplit({
  journal,
  folder,
  to,
  disk = nodeDisk,
}: SplitParts): Promise<StoredSplit | undefined> {
  const found = await storedSplit(folder, disk);
  return found?.content.identity === journal.identity && found.content.to === to ? found : undefined;
}

/** Removes whatever a split has left in the folder. */
export async function removeSplit(folder: string, disk: SplitDisk = nodeDisk): Promise<void> {
  try {
    await disk.remove(folder);
  } catch (error) {
    // the path leads through a file: writing says so
    if ((Object(error) as { readonly code?: unknown }).code !== 'ENOTDIR') throw error;
  }
}

const HOSTS = hostStream('' as HostName);
const OTHERS = ['quests', 'catalogue', 'names'] as const;

class Splitting {
  private first: Position | undefined;
  /** Of what was cut. */
  private entries = 0;

  constructor(
    private readonly parts: SplitParts,
    private readonly disk: SplitDisk,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<SplitContent> {
    const { journal, to } = this.parts;
    const pages = this.pages();
    const { sample, expectedBytes } = await this.sample(pages);
    const buckets = bucketsFor(expectedBytes, this.bucketBytes);
    const names = Array.from({ length: buckets }, (_, bucket) => nameOf(bucket, buckets));
    const files = await this.cut([...names, ...OTHERS], (entry) => fileOf(entry, buckets), rejoined(sample, pages));
    const [quests, catalogue, own] = files.slice(buckets).map(plain) as [SplitFile, SplitFile, SplitFile];
    const cut: SplitFile[] = [];
    for (const [bucket, file] of files.slice(0, buckets).entries())
      cut.push(...(await this.fitting(file, bucket, buckets)));
    return { identity: journal.identity, to, entries: this.entries, buckets: cut, quests, catalogue, names: own };
  }

  /** The first pages, and what all of the journal comes to by these. */
  private async sample(pages: AsyncIterator<readonly StoredEntry[], void>): Promise<{
    readonly sample: readonly (readonly StoredEntry[])[];
    readonly expectedBytes: number;
  }> {
    const sample: (readonly StoredEntry[])[] = [];
    let [entries, bytes] = [0, 0];
    while (entries < SAMPLE_ENTRIES && bytes < SAMPLE_BYTES) {
      const page = await pages.next();
      if (page.done === true) break;
      sample.push(page.value);
      entries += page.value.length;
      for (const { json } of page.value) bytes += json.length + ENVELOPE_BYTES;
    }
    const last = sample.at(-1)?.at(-1)?.position;
    return { sample, expectedBytes: last === undefined ? 0 : this.wholeOf(bytes, last) };
  }

  private get bucketBytes(): number {
    return this.parts.bucketBytes ?? BUCKET_BYTES;
  }

  /** What the whole comes to where everything up to the place comes to `bytes`: positions grow about as entries do. */
  private wholeOf(bytes: number, position: Position): number {
    const { to } = this.parts;
    const { first = position } = this;
    const [length, read] = [Number(to - first), Number(position - first)];
    return Math.round(bytes * (read > 0 ? length / read : 1));
  }

  /** Up to the last place. The next page is asked for before the last one is worked on. */
  private async *pages(): AsyncGenerator<readonly StoredEntry[], void> {
    const { journal, to } = this.parts;
    const read = (after: Position): Promise<readonly StoredEntry[]> => {
      const page = journal.readAll(after, journal.maxReadEntries);
      // reported when it is awaited
      page.catch(() => undefined);
      return page;
    };
    let reading = read(START);
    for (;;) {
      this.signal.throwIfAborted();
      const page = await reading;
      const last = page.at(-1)?.position;
      if (last === undefined)
        throw new Error(`the journal holds nothing at position ${to}, up to which it is replayed`);
      this.first ??= page[0]?.position;
      if (last >= to) {
        yield page.filter(({ position }) => position <= to);
        return;
      }
      reading = read(last);
      yield page;
    }
  }

  private async cut(
    files: readonly string[],
    fileOf: (entry: StoredEntry) => number | undefined,
    pages: AsyncIterable<readonly StoredEntry[]>,
    isWhole = true,
  ): ReturnType<Splitter['end']> {
    const { folder, segmentBytes = SEGMENT_BYTES } = this.parts;
    const splitter = new Splitter({ disk: this.disk, folder, segmentBytes, files, fileOf });
    try {
      for await (const page of pages) {
        this.signal.throwIfAborted();
        await splitter.add(page);
        if (isWhole) await this.moved(page, splitter.bytes);
      }
      return await splitter.end();
    } catch (error) {
      await splitter.stop();
      throw error;
    }
  }

  private async moved(page: readonly StoredEntry[], bytes: number): Promise<void> {
    const position = page.at(-1)?.position;
    if (position === undefined) return;
    this.parts.seen?.(page);
    this.entries += page.length;
    const expectedBytes = this.wholeOf(bytes, position);
    await this.requireRoom(expectedBytes, bytes);
    this.parts.moved?.({ entries: this.entries, position, bytes, expectedBytes });
  }

  /** A bucket that is larger than it may be is cut further, unless it is one stream. */
  private async fitting(
    file: SplitFile & { readonly isOfOneStream: boolean },
    rest: number,
    modulus: number,
  ): Promise<readonly SplitFile[]> {
    const parts = bucketsFor(file.bytes, this.bucketBytes);
    const next = modulus * parts;
    if (file.bytes <= this.bucketBytes || file.isOfOneStream || next > MOST_PARTS)
      return file.bytes > 0 ? [plain(file)] : [];
    await requireRoom(this.disk, this.parts.folder, file.bytes);
    const path = join(this.parts.folder, file.name);
    const names = Array.from({ length: parts }, (_, part) => nameOf(rest + part * modulus, next));
    const partOf = ({ stream }: StoredEntry): number => (partitionOf(stream, next) - rest) / modulus;
    const files = await this.cut(names, partOf, pagesOf(path, file.bytes), false);
    await this.disk.remove(path);
    const fitting: SplitFile[] = [];
    for (const [part, each] of files.entries())
      fitting.push(...(await this.fitting(each, rest + part * modulus, next)));
    return fitting;
  }

  /** For the whole of it, of which `bytes` are written; files are given back while what they hold is loaded. */
  private async requireRoom(expectedBytes: number, bytes: number): Promise<void> {
    const { folder, mostBytes, isOfViews = false } = this.parts;
    if (mostBytes !== undefined && expectedBytes > mostBytes)
      throw new SplitDiskFull(
        `replaying the journal needs about ${inMb(expectedBytes)} in ${folder}, and may use ${inMb(mostBytes)} there`,
      );
    await requireRoom(this.disk, folder, expectedBytes * (isOfViews ? VIEWS_PER_BYTE : 1) - bytes);
  }
}

/** What an entry takes beside its data, about. */
const ENVELOPE_BYTES = 150;

function bucketsFor(bytes: number, bucketBytes: number): number {
  return Math.min(MOST_BUCKETS, Math.max(1, Math.ceil((bytes * MARGIN) / bucketBytes)));
}

/** Of the streams whose hash leaves this rest. */
function nameOf(rest: number, modulus: number): string {
  return `hosts-${rest}-of-${modulus}`;
}

function fileOf({ stream }: StoredEntry, buckets: number): number | undefined {
  // nearly all are; one whose name is no host's is ignored where its bucket is judged
  if (stream.startsWith(HOSTS)) return partitionOf(stream, buckets);
  const { kind } = streamKind(stream);
  if (kind === 'quest') return buckets;
  if (kind === 'catalogue') return buckets + 1;
  return kind === 'names' ? buckets + 2 : undefined;
}

function plain({ name, entries, bytes, streams }: SplitFile): SplitFile {
  return { name, entries, bytes, streams };
}

async function* rejoined<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* rest;
}
