/** UUIDs of entries that may have to be repeated: derived, so that any process recognises them (J1). */
import { createHash } from 'node:crypto';
import type { HostName, LaborId, QuestId, TypeName } from '#domain';
import type { Uuid } from './entries.js';

/** Of an event with a key: unique per host, event type and key, for a key means one event of one type (rule 24). */
export function keyedEventUuid(host: HostName, type: TypeName, key: string): Uuid {
  // neither a host's name nor a type's holds a NUL, and the key comes last
  return derived(`event\0${host}\0${type}\0${key}`);
}

/** Of the event that embarking a quest logs on a host. `after`: the removal that took the host out before, if one did. */
export function questEventUuid(journal: Uuid, quest: QuestId, host: HostName, after?: string): Uuid {
  const first = `quest\0${journal}\0${quest}\0${host}`;
  return derived(after === undefined ? first : `${first}\0${after}`);
}

/** Of the end that abandoning a quest logs on a host of embarked batches. */
export function questEndUuid(journal: Uuid, quest: QuestId, host: HostName): Uuid {
  return derived(`quest end\0${journal}\0${quest}\0${host}`);
}

/** Of the quest's end on a host of a batch that was not embarked. `after`: as {@link questEventUuid} has it. */
export function batchEndUuid(batch: Uuid, host: HostName, after?: string): Uuid {
  return derived(after === undefined ? `batch end\0${batch}\0${host}` : `batch end\0${batch}\0${host}\0${after}`);
}

/** Of the entry by which a host's labor is adopted. `request`: as the acceptance names it. */
export function laborAdoptionUuid(request: Uuid, labor: LaborId): Uuid {
  return derived(`adoption\0${request}\0${labor}`);
}

/** Of the quest's end on a host of which the adoption named labors. */
export function adoptionEndUuid(adoption: Uuid, host: HostName): Uuid {
  return derived(`adoption end\0${adoption}\0${host}`);
}

/** Of the entry by which the batch claims a host. */
export function questClaimUuid(batch: Uuid, host: HostName): Uuid {
  return derived(`claim\0${batch}\0${host}`);
}

/** Of the entry by which a host leaves a quest. */
export function questRemovalUuid(removal: Uuid, host: HostName): Uuid {
  return derived(`removal\0${removal}\0${host}`);
}

/** Of what a request writes in the given step. `request` is its own UUID: with an `Idempotency-Key`, that in its record. */
export function requestUuid(request: Uuid, step: string): Uuid {
  return derived(`request\0${request}\0${step}`);
}

/** A UUID of version 8 (RFC 9562: custom), from SHA-256. */
function derived(name: string): Uuid {
  const bytes = createHash('sha256').update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
