/** How the views' files are called, beside that of control, and how they are removed. */
import { readdirSync, rmSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';

export function eventsFile(file: string, number: number): string {
  return siblingOf(file, `events-${number}`);
}

export function generationFile(file: string, number: number): string {
  return siblingOf(file, `generation-${number}`);
}

function siblingOf(file: string, name: string): string {
  const { dir, name: own, ext } = parse(file);
  return join(dir, `${own}-${name}${ext}`);
}

/** Of the files beside `file` that are of its views. */
export function removeSiblings(file: string, isGone: (sibling: string) => boolean): void {
  const { name, ext } = parse(file);
  for (const each of readdirSync(dirname(file))) {
    const sibling = basename(each, ext);
    if (!each.endsWith(ext) || !sibling.startsWith(`${name}-`)) continue;
    if (!/^(events|generation)-\d+$/.test(sibling.slice(name.length + 1))) continue;
    const path = join(dirname(file), each);
    if (isGone(path)) removeNow(path);
  }
}

const SUFFIXES = ['', '-wal', '-shm', '-journal'];

export function removeNow(file: string): void {
  for (const suffix of SUFFIXES) rmSync(file + suffix, { force: true });
}

/** Beside this thread: giving up the room of a large file takes the system a while. */
export async function removeFile(file: string): Promise<void> {
  // a connection that still has it open does not keep its room
  await truncate(file).catch(() => undefined);
  for (const suffix of SUFFIXES) await rm(file + suffix, { force: true });
}
