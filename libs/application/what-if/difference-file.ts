/** All differences of a what-if on the local disk, one a line, so that they can be listed: there may be millions. */
import { appendFile, mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isFull, SplitDiskFull } from '../replay/splitting/disk.js';
import type { LaborDifference } from './host-what-if.js';

const NAME = 'labors.ndjson';
const READ_BYTES = 262_144;
/** Of the disk that is left to others. */
const RESERVE_BYTES = 256 * 2 ** 20;
const NEWLINE = 10;
/** Of one what-if: more is counted, and not listed. */
const MOST_BYTES = 2 ** 30;

export interface DifferencePage {
  readonly items: readonly LaborDifference[];
  /** Where the next page begins; null behind the last one. */
  readonly next: number | null;
}

/** Differences as the file has them. */
export interface DifferenceLines {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

export function lineOf(difference: LaborDifference): string {
  return `${JSON.stringify(difference)}\n`;
}

export class DifferenceFile {
  private readonly file: string;
  private bytes = 0;
  private listed = 0;

  constructor(private readonly folder: string) {
    this.file = join(folder, NAME);
  }

  /** Makes the folder, empty. */
  async clear(): Promise<void> {
    try {
      await this.remove();
      await mkdir(this.folder, { recursive: true });
    } catch (error) {
      throw isFull(error) ? this.full(error) : error;
    }
  }

  /** Nothing is listed any more. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    [this.bytes, this.listed] = [0, 0];
  }

  /** What it takes on the disk. */
  get sizeBytes(): number {
    return this.bytes;
  }

  /** How many are listed. */
  get count(): number {
    return this.listed;
  }

  /** Rejects with a {@link SplitDiskFull} before the disk is full, and where nothing may be written there. */
  async append({ bytes, count }: DifferenceLines): Promise<void> {
    if (count === 0 || this.bytes >= MOST_BYTES) return;
    try {
      const { bavail, bsize } = await statfs(this.folder);
      if (bavail * bsize < bytes.length + RESERVE_BYTES) throw this.full();
      await appendFile(this.file, bytes);
    } catch (error) {
      throw isFull(error) ? this.full(error) : error;
    }
    this.bytes += bytes.length;
    this.listed += count;
  }

  /** At most `limit` from the byte on that an earlier page named; from 0 on the first ones. */
  async page(from: number, limit: number): Promise<DifferencePage> {
    if (from >= this.bytes) return { items: [], next: null };
    const file = await open(this.file, 'r');
    try {
      const items: LaborDifference[] = [];
      let [at, rest] = [from, Buffer.alloc(0)];
      while (items.length < limit && at + rest.length < this.bytes) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, at + rest.length);
        rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
        for (let end = rest.indexOf(NEWLINE); end >= 0 && items.length < limit; end = rest.indexOf(NEWLINE)) {
          items.push(JSON.parse(rest.toString('utf8', 0, end)) as LaborDifference);
          at += end + 1;
          rest = rest.subarray(end + 1);
        }
      }
      return { items, next: at < this.bytes ? at : null };
    } finally {
      await file.close();
    }
  }

  private full(cause?: unknown): SplitDiskFull {
    return new SplitDiskFull(`the disk of ${this.folder} has no room for what differs, or takes no files: see to it`, {
      cause,
    });
  }
}
