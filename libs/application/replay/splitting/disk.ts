/** The disk that a split journal lies on. A fault of it is one sentence for the operator. */
import { appendFile, mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface SplitDisk {
  /** Makes the folder, empty: whatever lies there is removed. */
  clear(folder: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** At the file's end; makes it where it is not there. */
  append(file: string, bytes: Uint8Array): Promise<void>;
  /** Resolves once the file is on the disk. */
  sync(file: string): Promise<void>;
  /** Writes a small file: on the disk as a whole or not at all. */
  put(file: string, text: string): Promise<void>;
  /** What may still be written there. */
  freeBytes(folder: string): Promise<number>;
  /** Of the whole disk. */
  sizeBytes(folder: string): Promise<number>;
}

/** There is not enough room, or no room any more, or nothing may be written there. Nothing of the split journal is left there. */
export class SplitDiskFull extends Error {
  override readonly name = 'SplitDiskFull';
}

export const nodeDisk: SplitDisk = {
  async clear(folder) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  append: (file, bytes) => appendFile(file, bytes),
  sync,
  async put(file, text) {
    const begun = `${file}-begun`;
    await writeFile(begun, text);
    await sync(begun);
    await rename(begun, file);
    // Windows cannot
    if (process.platform !== 'win32') await sync(dirname(file));
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  async sizeBytes(folder) {
    const { blocks, bsize } = await statfs(folder);
    return blocks * bsize;
  },
};

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const FULL: readonly unknown[] = ['ENOSPC', 'EDQUOT'];
const REFUSED: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'];

/** The error as a {@link SplitDiskFull} where it says that the folder takes no files; undefined where it says something else. */
export function diskFault(folder: string, error: unknown): SplitDiskFull | undefined {
  if (!isFull(error)) return undefined;
  const fault = isWriteRefused(error) ? 'takes no files: let Hermes write' : 'is full: make room';
  return new SplitDiskFull(`the disk of ${folder} ${fault} there`, { cause: error });
}

/** By shape: Node's errors need not be instances of a test's own Error. */
export function isFull(error: unknown): boolean {
  return FULL.includes(codeOf(error)) || isWriteRefused(error);
}

/** Nothing may be written there at all. */
export function isWriteRefused(error: unknown): boolean {
  return REFUSED.includes(codeOf(error));
}

function codeOf(error: unknown): unknown {
  return (Object(error) as { readonly code?: unknown }).code;
}
