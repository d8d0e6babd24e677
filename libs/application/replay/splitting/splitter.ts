/** Cuts entries into files, each in the order of the journal: a segment at a time, which is written while the next one fills. */
import { join } from 'node:path';
import { inTurns, type Steps, type StoredEntry } from '#contracts';
import type { SplitDisk } from './disk.js';
import { Segment } from './segment.js';

/** A file of entries, in the order of the journal. One without entries is not there. */
export interface SplitFile {
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
  /** How many streams begin in it. */
  readonly streams: number;
}

/** Files that are written at once; no others are open. */
const MOST_OPEN = 4;

interface Growing {
  readonly name: string;
  entries: number;
  bytes: number;
  streams: number;
  /** The one stream whose entries it holds; null where there are several, undefined while there is none. */
  stream: string | null | undefined;
}

export interface SplitterParts {
  readonly disk: SplitDisk;
  readonly folder: string;
  readonly segmentBytes: number;
  /** By their numbers. */
  readonly files: readonly string[];
  /** The number of the file for an entry; undefined: it is in none. */
  readonly fileOf: (entry: StoredEntry) => number | undefined;
}

export class Splitter {
  private readonly segment: Segment;
  private readonly files: readonly Growing[];
  private writing: Promise<void> = Promise.resolve();
  private all = 0;

  constructor(private readonly parts: SplitterParts) {
    this.segment = new Segment(parts.segmentBytes);
    this.files = parts.files.map((name) => ({ name, entries: 0, bytes: 0, streams: 0, stream: undefined }));
  }

  /** Of all files. */
  get bytes(): number {
    return this.all;
  }

  /** Rejects as the disk does. */
  async add(page: readonly StoredEntry[]): Promise<void> {
    for (let next = 0; next < page.length;) {
      next = await inTurns(this.fill(page, next));
      if (next < page.length) await this.flush();
    }
  }

  /** Resolves once everything is on the disk. */
  async end(): Promise<readonly (SplitFile & { readonly isOfOneStream: boolean })[]> {
    await this.flush();
    await this.writing;
    const { disk, folder } = this.parts;
    const written = this.files.filter(({ bytes }) => bytes > 0);
    await eachAtOnce(written, ({ name }) => disk.sync(join(folder, name)));
    return this.files.map(({ name, entries, bytes, streams, stream }) => ({
      ...{ name, entries, bytes, streams, isOfOneStream: stream !== null },
    }));
  }

  /** Resolves once nothing is written any more. Never rejects. */
  async stop(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  /** Where the next segment begins. */
  private *fill(page: readonly StoredEntry[], from: number): Steps<number> {
    for (let index = from; index < page.length; index += 1) {
      const entry = page[index] as StoredEntry;
      const number = this.parts.fileOf(entry);
      if (number === undefined) continue;
      const bytes = this.segment.add(number, entry);
      if (bytes === undefined) return index;
      this.count(number, entry, bytes);
      yield;
    }
    return page.length;
  }

  private count(number: number, { stream, revision }: StoredEntry, bytes: number): void {
    const file = this.files[number] as Growing;
    file.entries += 1;
    file.bytes += bytes;
    if (revision === 0) file.streams += 1;
    this.all += bytes;
    file.stream = file.entries === 1 || file.stream === stream ? stream : null;
  }

  private async flush(): Promise<void> {
    // its pieces lie where the next ones are laid out
    await this.writing;
    const pieces = await inTurns(this.segment.layOut(this.files.length));
    const { disk, folder } = this.parts;
    this.writing = eachAtOnce(pieces, ({ file, bytes }) =>
      disk.append(join(folder, (this.files[file] as Growing).name), bytes),
    );
    // reported when it is awaited
    this.writing.catch(() => undefined);
  }
}

/** Some at once; rejects with the first failure, once none is in flight any more. */
async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: MOST_OPEN }, lane));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
