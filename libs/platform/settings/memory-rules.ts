/** The rules between the memory of the process, the memory that the settings give Hermes, and Node's heap. */
import { LEAST_MEMORY_MIB, MIB, type Memory } from './memory.js';

/** Node gives the heap half of a container's memory. With a larger part of it there is no room for what lies outside of the heap. */
const MOST_HEAP = 0.6;
/** What is measured: see docs/sizing.md. */
const MEASURED_MIB = 512;

/** The memory of the process, or less, where the settings say so. */
export function memoryUsed(there: Memory, givenMib: number | null): Memory {
  return givenMib === null ? there : { ...there, bytes: Math.min(there.bytes, givenMib * MIB) };
}

export function memoryFaults(there: Memory, givenMib: number | null): readonly string[] {
  const thereMib = Math.floor(there.bytes / MIB);
  if (thereMib < LEAST_MEMORY_MIB) {
    return [
      `the process may use ${thereMib} MiB of memory: give it ${LEAST_MEMORY_MIB} at least, ${MEASURED_MIB} for a start`,
    ];
  }
  if (givenMib === null || givenMib <= thereMib) return [];
  return [`HERMES_MEMORY_MIB is ${givenMib}, but the process may use ${thereMib} MiB: lower it, or leave it out`];
}

/** For the log at the start. */
export function memoryHints({ bytes, heapBytes }: Memory): readonly string[] {
  if (heapBytes <= MOST_HEAP * bytes) return [];
  const [heapMib, memoryMib] = [heapBytes, bytes].map((each) => Math.floor(each / MIB)) as [number, number];
  return [
    `the heap may grow to ${heapMib} MiB, which is much of the ${memoryMib} MiB of memory: ` +
      `start Node with NODE_OPTIONS=--max-old-space-size=${Math.floor(memoryMib / 2)}`,
  ];
}
