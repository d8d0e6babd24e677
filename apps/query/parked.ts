/** Why a host or quest is parked, as it is answered (P4). */
import type { ParkedBody, ParkRecord } from '#contracts';
import type { Columns } from '#platform';

/** A field `parked`, where it is. */
export function presentParked(parked: ParkRecord | null): { readonly parked?: ParkedBody } {
  if (parked === null) return {};
  const { state, reason, revision, position, since } = parked;
  return { parked: { state, reason, revision, position: String(position), since } };
}

/** The same as columns, empty where it is not parked. */
export const parkedColumns = {
  parkedState: ({ parked }) => parked?.state ?? null,
  parkedReason: ({ parked }) => parked?.reason ?? null,
  parkedRevision: ({ parked }) => parked?.revision ?? null,
  parkedPosition: ({ parked }) => parked?.position ?? null,
  parkedSince: ({ parked }) => parked?.since ?? null,
} as const satisfies Columns<{ readonly parked: ParkRecord | null }>;
