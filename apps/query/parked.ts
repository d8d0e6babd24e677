/** Why a host or quest stands still, as it is answered (P4). */
import type { ParkRecord } from '#contracts';

/** A field `parked`, where it is. */
export function presentParked(parked: ParkRecord | null): { readonly parked?: object } {
  if (parked === null) return {};
  const { state, reason, revision, position, since } = parked;
  return { parked: { state, reason, revision, position: String(position), since } };
}
