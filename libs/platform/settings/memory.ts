/**
 * The memory that is there, and the share of it that each part of Hermes may use. Nothing else looks at memory, so that all
 * limits fit into one container together: docs/sizing.md explains the table.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

const KIB = 1024;
export const MIB = 1_048_576;

/** With less, Hermes does not start: its code and the least of each share would not fit. In MiB. */
export const LEAST_MEMORY_MIB = 256;

export interface Memory {
  /** What the process may use: all of the machine's, or what its control group and those above it allow. */
  readonly bytes: number;
  /** What the heap of the main thread may grow to: Node's own choice, from the same memory, or `--max-old-space-size`. */
  readonly heapBytes: number;
}

/** What part of a whole something may use: `whole` / `parts`, from `least` to `most`. */
interface Part {
  readonly of: keyof Memory;
  readonly parts: number;
  readonly least: number;
  readonly most: number;
}

/**
 * What lies outside of the heap (bodies as they came, pages of SQLite, ids) has a part of the memory; what lies in it, of the
 * heap. `most` is what a machine of some GiB gives: more was never found to be of use.
 */
const PARTS = {
  /** Bytes of bodies that are held, read or not; of one holder three quarters, which at 512 MiB are a million hosts as text. */
  heldBytes: { of: 'bytes', parts: 12, least: 16 * MIB, most: 256 * MIB },
  /** What decodes bodies: see encodings.ts. Brotli may take 19 MiB for one body, mostly 7. */
  decoderBytes: { of: 'bytes', parts: 16, least: 16 * MIB, most: 128 * MIB },
  /** Of bodies, those that are worked on at once: what is made of a body takes up to twenty times its length. */
  workedBytes: { of: 'heapBytes', parts: 32, least: MIB, most: 128 * MIB },
  /** Entries that wait for the journal. One takes about a KiB beside its bytes. */
  queuedEntries: { of: 'heapBytes', parts: 10 * KIB, least: 10_000, most: 100_000 },
  queuedBytes: { of: 'heapBytes', parts: 8, least: 16 * MIB, most: 128 * MIB },
  /** Streams of events that are read at once: each has up to four batches on their way. */
  busyStreams: { of: 'heapBytes', parts: 32 * MIB, least: 4, most: 32 },
  /** Inventories that are open: each keeps the names of its hosts, outside of the heap, idle or not: 16 MiB of a million. */
  openImports: { of: 'bytes', parts: 256 * MIB, least: 1, most: 8 },
  /** Ids of streams' recent entries: of short tails, and as much of long ones. */
  recentIdBytes: { of: 'bytes', parts: 96, least: 2 * MIB, most: 48 * MIB },
  /** Characters of all messages that wait in the feed of this process. */
  feedCharacters: { of: 'heapBytes', parts: 16, least: 4 * MIB, most: 32 * MIB },
  /** Bytes that a fetch from a broker of Kafka brings. */
  fetchBytes: { of: 'bytes', parts: 64, least: 2 * MIB, most: 10 * MIB },
  /** The heap of the views' thread. */
  viewsHeapBytes: { of: 'bytes', parts: 8, least: 64 * MIB, most: 1024 * MIB },
  /** Pages of a generation of the views that its writer keeps; its other files have fixed shares of that. */
  viewsCacheBytes: { of: 'bytes', parts: 32, least: 8 * MIB, most: 48 * MIB },
  /** Threads that judge for a replay, and as many for one what-if: each holds a bucket, and what comes of it. Without one, the main thread judges. */
  judgingThreads: { of: 'bytes', parts: 768 * MIB, least: 0, most: 4 },
} as const satisfies Readonly<Record<string, Part>>;

/** Numbers of bytes, characters, entries, streams or imports, as their names say. */
export type MemoryShares = Memory & Readonly<Record<keyof typeof PARTS, number>>;

export function sharesOf(memory: Memory): MemoryShares {
  const shares = Object.entries(PARTS).map(([name, part]: [string, Part]) => [name, shareOf(part, memory)]);
  return Object.freeze({ ...memory, ...(Object.fromEntries(shares) as Record<keyof typeof PARTS, number>) });
}

function shareOf({ of, parts, least, most }: Part, memory: Memory): number {
  return Math.min(most, Math.max(least, Math.floor(memory[of] / parts)));
}

/** Of this process. */
export function memoryThere(): Memory {
  const bytes = Math.min(totalmem(), ...controlGroupLimits(readText));
  return { bytes, heapBytes: getHeapStatistics().heap_size_limit };
}

/** As `read` has it: the text of a file, undefined where there is none. */
type Read = (path: string) => string | undefined;

/**
 * The limits of the control groups that the process is in, of version 2 and 1, in bytes; none where there are none. Node's
 * `process.constrainedMemory` reads the process's own group alone, and a limit may stand at one above it: a slice, a pod.
 */
export function controlGroupLimits(read: Read): readonly number[] {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => {
    const [, controllers = '', ...path] = line.split(':');
    // a container sees its own group as the root, whatever path is named here
    const ancestors = ancestorsOf(path.join(':'));
    if (controllers === '') return limitsIn(ancestors, '/sys/fs/cgroup', 'memory.max', read);
    if (!controllers.split(',').includes('memory')) return [];
    return limitsIn(ancestors, '/sys/fs/cgroup/memory', 'memory.limit_in_bytes', read);
  });
}

/** Of `/a/b`: itself, `/a`, and the root, which is empty. */
function ancestorsOf(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '..');
  return [...names.map((_, index) => `/${names.slice(0, names.length - index).join('/')}`), ''];
}

function limitsIn(groups: readonly string[], root: string, file: string, read: Read): readonly number[] {
  // "max", and where the file is missing nothing, is no number
  return groups.map((group) => Number.parseInt(read(`${root}${group}/${file}`) ?? '', 10)).filter((limit) => limit > 0);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
