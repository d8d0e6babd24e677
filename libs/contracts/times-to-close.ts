/**
 * How long labors were open until an event completed them: the median and the 90th percentile, by type and of all. By `at`, as
 * every age is. What was waived was not done, and counts nowhere.
 */
import type { TypeName } from '#domain';

/** Where only the newest of a type are asked for: as many, by the places of the events that completed them. */
export const MAX_TIMED = 1000;

/** In seconds; of no labor null. Half of the labors, and nine of ten, took no longer. */
export interface TimeToClose {
  readonly labors: number;
  readonly medianS: number | null;
  readonly p90S: number | null;
}

export interface TimeOfType extends TimeToClose {
  readonly type: TypeName;
}

export interface TimesToClose extends TimeToClose {
  /** By type; those of which no labor was completed are left out. */
  readonly steps: readonly TimeOfType[];
}

/** Times below it are exact to the second; each doubling above has half as many slots, of equal width. */
const EXACT_S = 2048;

/** How many labors have a time in the slot, by its least time. */
type Slots = Map<number, number>;

/** Takes completed labors in any order, each once. It holds as many numbers as there are different slots, not labors. */
export class TimesSum {
  private readonly types = new Map<TypeName, Slots>();

  add(type: TypeName, openedAtMs: number, closedAtMs: number): void {
    const slots = this.types.get(type) ?? new Map<number, number>();
    this.types.set(type, slots);
    addTo(slots, slotOf(openedAtMs, closedAtMs), 1);
  }

  result(): TimesToClose {
    const all: Slots = new Map();
    for (const slots of this.types.values()) for (const [slot, labors] of slots) addTo(all, slot, labors);
    const steps = [...this.types].sort(([a], [b]) => (a < b ? -1 : 1));
    return { ...timeOf(all), steps: steps.map(([type, slots]) => ({ type, ...timeOf(slots) })) };
  }
}

/** The least time of the slot, in seconds: by less than a thousandth below the time. Reported times may end before they began. */
function slotOf(openedAtMs: number, closedAtMs: number): number {
  const openS = Math.max(0, Math.floor((closedAtMs - openedAtMs) / 1000));
  let width = 1;
  while (openS >= EXACT_S * width) width *= 2;
  return openS - (openS % width);
}

function addTo(slots: Slots, slot: number, labors: number): void {
  slots.set(slot, (slots.get(slot) ?? 0) + labors);
}

function timeOf(slots: Slots): TimeToClose {
  const ordered = [...slots].sort(([one], [other]) => one - other);
  const labors = ordered.reduce((sum, [, each]) => sum + each, 0);
  // by nearest rank, so that each is the time of a labor
  const atRank = (rank: number): number | null => {
    let before = 0;
    for (const [slot, each] of ordered) {
      before += each;
      if (before >= rank) return slot;
    }
    return null;
  };
  return { labors, medianS: atRank(Math.ceil(labors / 2)), p90S: atRank(Math.ceil((labors * 9) / 10)) };
}
