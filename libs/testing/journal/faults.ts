/** Plans for `faultyJournal`: which write or read goes wrong, and how; by script, or by chance from a seed. */
import type { NewEntry } from '#contracts';
import type { StreamWrite } from '#ports';

/**
 * - `lost`: answered `unknown`, not stored.
 * - `stored`: stored, answered `unknown`.
 * - `late`: answered `unknown`, stored when the next append begins.
 * - `hung`: as `stored`, but the answer takes the plan's `hangMs`.
 * - `failed`: answered `failed`, not stored.
 * - `overtaken`: another writer's entry is stored in the stream just before.
 */
export type WriteFault = 'lost' | 'stored' | 'late' | 'hung' | 'failed' | 'overtaken';

/** Whatever reads or states may suffer: StoreUnavailable is thrown. */
export type ReadFault = 'unavailable';

export interface FaultPlan {
  /** Asked for each write of each append, in their order. */
  write?(write: StreamWrite): WriteFault | undefined;
  /** Asked for each call that reads, for each batch of a subscription, and for each write of a state. */
  read?(): ReadFault | undefined;
  /** The other writer's entry. Wanted where a write is `overtaken`. */
  rival?(stream: string): NewEntry;
  readonly hangMs?: number;
}

/** The nth write and read suffer the nth fault of their script, `null` none; after its end all goes well. */
export function scriptedFaults(script: {
  readonly writes?: readonly (WriteFault | null)[];
  readonly reads?: readonly (ReadFault | null)[];
  readonly rival?: (stream: string) => NewEntry;
  readonly hangMs?: number;
}): FaultPlan {
  const writes = [...(script.writes ?? [])];
  const reads = [...(script.reads ?? [])];
  return {
    write: () => writes.shift() ?? undefined,
    read: () => reads.shift() ?? undefined,
    ...(script.rival && { rival: script.rival }),
    ...(script.hangMs !== undefined && { hangMs: script.hangMs }),
  };
}

/** `writes` and `reads` are the shares (0 to 1) that suffer a fault, drawn evenly from those named. The same seed gives the same faults. */
export function seededFaults(plan: {
  readonly seed: number;
  readonly writes?: number;
  readonly reads?: number;
  readonly faults?: readonly WriteFault[];
  readonly rival?: (stream: string) => NewEntry;
}): FaultPlan {
  const random = seededRandom(plan.seed);
  const faults = plan.faults ?? ['lost', 'stored', 'late', 'failed'];
  return {
    write: () => (random() < (plan.writes ?? 0) ? faults[Math.floor(random() * faults.length)] : undefined),
    read: () => (random() < (plan.reads ?? 0) ? 'unavailable' : undefined),
    ...(plan.rival && { rival: plan.rival }),
  };
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
