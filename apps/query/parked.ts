/** Why a host or quest is parked, as it is answered (P4). */
import type { ParkRecord } from '#contracts';
import type { Columns } from '#platform';

/** As columns, empty where it is not parked. */
export const parkedColumns = {
  parkedState: ({ parked }) => parked?.state ?? null,
  parkedReason: ({ parked }) => parked?.reason ?? null,
  parkedRevision: ({ parked }) => parked?.revision ?? null,
  parkedPosition: ({ parked }) => parked?.position ?? null,
  parkedSince: ({ parked }) => parked?.since ?? null,
} as const satisfies Columns<{ readonly parked: ParkRecord | null }>;
