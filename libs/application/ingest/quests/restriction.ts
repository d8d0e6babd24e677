/** Who may embark quests of a restricted type. */
import { findEventType, type Catalogue, type Refusal, type TypeReference } from '#domain';
import type { Caller } from '../ingest.js';
import { restrictedRefusal } from '../log-events.js';

/** Why the caller may not; undefined where he may. */
export function restriction(
  catalogue: Catalogue,
  reference: TypeReference,
  caller: Caller,
  path: string,
): Refusal | undefined {
  const type = findEventType(catalogue, reference);
  return type?.restricted === true && !caller.mayReportRestricted ? { ...restrictedRefusal(type), path } : undefined;
}
