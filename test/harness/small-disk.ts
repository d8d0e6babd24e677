/** A disk so small that a test can fill it: a file system in memory, where this user may mount one. For `.e2e.spec.ts` files only. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './hermes.js';

export interface SmallDisk {
  readonly path: string;
  /** Takes all the space that is left. */
  fill(): Promise<void>;
  /** Gives it back. */
  free(): void;
  /** Its users must be gone. */
  remove(): Promise<void>;
}

/** The user may become an administrator without a password, as on most build machines. */
const WAYS = [[], ['sudo', '-n']] as const;
const CHUNK = Buffer.alloc(4096, 'x');

function run(words: readonly string[]): boolean {
  const [command = '', ...args] = words;
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Undefined where none can be mounted here: say so aloud, and what holds the rule instead. */
export async function smallDisk(sizeMib: number): Promise<SmallDisk | undefined> {
  const folder = await temporaryFolder();
  const mount = ['mount', '-t', 'tmpfs', '-o', `size=${sizeMib}m,mode=0777`, 'tmpfs', folder.path];
  const way = WAYS.find((before) => run([...before, ...mount]));
  if (way === undefined) {
    await folder.remove();
    return undefined;
  }
  const ballast = join(folder.path, 'ballast');
  return {
    path: folder.path,
    fill: () => fill(ballast),
    free: () => {
      rmSync(ballast, { force: true });
    },
    remove: async () => {
      if (!run([...way, 'umount', folder.path])) run([...way, 'umount', '-l', folder.path]);
      await folder.remove();
    },
  };
}

async function fill(file: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    for (;;) await handle.write(CHUNK);
  } catch (error) {
    // by shape: a test has an Error of its own
    if ((error as { readonly code?: unknown }).code !== 'ENOSPC') throw error;
  } finally {
    await handle.close();
  }
}
