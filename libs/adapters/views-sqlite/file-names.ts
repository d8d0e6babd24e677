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

/** The greatest number of a generation of these views that has a file; 0 where none has. */
export function greatestGeneration(file: string): number {
  const numbers = siblingsOf(file).map((path) =>
    Number(/-generation-(\d+)$/.exec(basename(path, parse(file).ext))?.[1] ?? 0),
  );
  return Math.max(0, ...numbers);
}

/** Of the files beside `file` that are of its views. */
export function removeSiblings(file: string, isGone: (sibling: string) => boolean): void {
  for (const path of siblingsOf(file)) if (isGone(path)) removeNow(path);
}

function siblingsOf(file: string): readonly string[] {
  const { name, ext } = parse(file);
  return readdirSync(dirname(file)).flatMap((each) => {
    const sibling = basename(each, ext);
    if (!each.endsWith(ext) || !sibling.startsWith(`${name}-`)) return [];
    const isOfViews = /^(events|generation)-\d+$/.test(sibling.slice(name.length + 1));
    return isOfViews ? [join(dirname(file), each)] : [];
  });
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
