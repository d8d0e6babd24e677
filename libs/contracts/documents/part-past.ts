/**
 * What a part was (R11). Each entry that changed its numbers is kept with what it changed, the newest of them; so the part as of a
 * place is the present one without what came later. Labors need not be read for it, of which a large quest has a great many.
 */
import type { Instant } from '#domain';
import { positionOf, type Position } from '../position.js';
import {
  NO_TALLY,
  TALLY_COUNTS,
  type LastClosed,
  type PartChange,
  type PartDocument,
  type PartPast,
  type Tally,
} from './quests.js';

/** As many changes of a part are kept, the newest; how many were forgotten is counted. */
export const MAX_PART_PAST = 100;

export const NO_PART_PAST: PartPast = { changes: [], forgotten: 0 };

/** The past of a part whose last entry made of the numbers `before` what it has; the same object where that changed nothing. */
export function partPastWith(past: PartPast, before: Tally, after: Omit<PartDocument, 'past'>): PartPast {
  const change = changeOf(before, after);
  if (change === undefined) return past;
  const all = [...past.changes, change];
  const dropped = Math.max(0, all.length - MAX_PART_PAST);
  return { changes: all.slice(dropped), forgotten: past.forgotten + dropped };
}

function changeOf(
  before: Tally,
  { tally: after, emptied, position }: Omit<PartDocument, 'past'>,
): PartChange | undefined {
  const counts: Partial<Record<keyof PartChange['counts'], number>> = {};
  for (const name of TALLY_COUNTS) if (after[name] !== before[name]) counts[name] = after[name] - before[name];
  const steps: Record<string, readonly [number, number]> = {};
  for (const type of new Set([...Object.keys(before.steps), ...Object.keys(after.steps)])) {
    const [was, is] = [before.steps[type] ?? NO_STEP, after.steps[type] ?? NO_STEP];
    if (was.open !== is.open || was.closed !== is.closed) steps[type] = [is.open - was.open, is.closed - was.closed];
  }
  if (Object.keys(counts).length + Object.keys(steps).length === 0) return undefined;
  return { position, counts, steps, ...(emptied?.position === position && { emptiedAt: emptied.at }) };
}

const NO_STEP = { open: 0, closed: 0 };

export interface PartAsOf {
  /** Undefined where it was not there yet. */
  readonly part: PartDocument | undefined;
  /** False where it changed later more often than is kept: then it is as old as it is known. */
  readonly isExact: boolean;
}

/** The part as entries up to the place had made it. */
export function partAsOf(part: PartDocument, at: Position): PartAsOf {
  const { changes, forgotten } = part.past;
  // one that is but expected has no position of its own
  if (part.position <= at && (changes.at(-1)?.position ?? at) <= at) return { part, isExact: true };
  const later = changes.filter(({ position }) => position > at);
  const kept = changes.slice(0, changes.length - later.length);
  const last = kept.at(-1);
  const isExact = last !== undefined || forgotten === 0;
  if (last === undefined && isExact) return { part: undefined, isExact };
  const tally = later.reduceRight(undone, part.tally);
  const emptied = tally.open > 0 ? null : emptiedIn(kept);
  const position = last?.position ?? at;
  return {
    part: { ...part, tally, emptied: emptied ?? null, past: { changes: kept, forgotten }, position },
    // when it was emptied may be forgotten, too
    isExact: isExact && (emptied !== undefined || forgotten === 0),
  };
}

/** Undefined where none of them emptied it. */
function emptiedIn(changes: readonly PartChange[]): LastClosed | undefined {
  const last = changes.findLast(({ emptiedAt }) => emptiedAt !== undefined);
  return last?.emptiedAt && { position: last.position, at: last.emptiedAt };
}

function undone(tally: Tally, { counts, steps }: PartChange): Tally {
  const before = { ...tally };
  for (const name of TALLY_COUNTS) before[name] -= counts[name] ?? 0;
  const types = new Map(Object.entries(tally.steps));
  for (const [type, [open, closed]] of Object.entries(steps)) {
    const was = types.get(type) ?? NO_STEP;
    const is = { open: was.open - open, closed: was.closed - closed };
    if (is.open === 0 && is.closed === 0) types.delete(type);
    else types.set(type, is);
  }
  const sorted = [...types].sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...NO_TALLY, ...before, steps: Object.fromEntries(sorted) };
}

/** As text in which a change is a short list, since every part has some. */
export function encodePartPast({ changes, forgotten }: PartPast): string {
  const packed = changes.map(({ position, counts, steps, emptiedAt }): PackedChange => {
    const numbers = TALLY_COUNTS.map((name) => counts[name] ?? 0);
    return [
      position.toString(),
      numbers,
      Object.entries(steps).flat(2),
      ...(emptiedAt === undefined ? [] : [emptiedAt]),
    ];
  });
  return JSON.stringify(forgotten === 0 ? packed : [forgotten, ...packed]);
}

type PackedChange = readonly [
  position: string,
  counts: readonly number[],
  steps: readonly (string | number)[],
  ...Instant[],
];

export function decodePartPast(text: string): PartPast {
  const [first, ...rest] = JSON.parse(text) as readonly [number | PackedChange | undefined, ...PackedChange[]];
  if (first === undefined) return NO_PART_PAST;
  const [forgotten, packed] = typeof first === 'number' ? [first, rest] : [0, [first, ...rest]];
  return { changes: packed.map(unpacked), forgotten };
}

function unpacked([position, numbers, flat, emptiedAt]: PackedChange): PartChange {
  const counts: Partial<Record<keyof PartChange['counts'], number>> = {};
  TALLY_COUNTS.forEach((name, index) => {
    const number = numbers[index] ?? 0;
    if (number !== 0) counts[name] = number;
  });
  const steps: Record<string, readonly [number, number]> = {};
  for (let index = 0; index < flat.length; index += 3)
    steps[String(flat[index])] = [Number(flat[index + 1]), Number(flat[index + 2])];
  return { position: positionOf(BigInt(position)), counts, steps, ...(emptiedAt !== undefined && { emptiedAt }) };
}
