/** Makes the names in a folder outlast a power failure: of files that were just made or renamed in it. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Throws Node's errors. */
export function syncFolder(folder: string): void {
  // Windows cannot
  if (process.platform === 'win32') return;
  syncFile(folder);
}

/** Throws Node's errors. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
