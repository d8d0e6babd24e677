/** Keys of events that have none of their own, from the Idempotency-Key of their request: what a repeat of it is known by. */
import { createHash } from 'node:crypto';
import { MAX_KEY_LENGTH, type EventReport } from '#contracts';

/** `<key>/<place>`, where `place` numbers the request's events: with the key's SHA-256 where it would be too long. */
export function eventKey(key: string, place: string | number): string {
  const plain = `${key}/${place}`;
  return plain.length <= MAX_KEY_LENGTH ? plain : `${createHash('sha256').update(key, 'utf8').digest('hex')}/${place}`;
}

/** Events of one request, numbered from 0; those of one item for many hosts each count. */
export function keyedReports(reports: readonly EventReport[], key: string | undefined): readonly EventReport[] {
  if (key === undefined) return reports;
  return reports.map((report, index) => (report.key === null ? { ...report, key: eventKey(key, index) } : report));
}

/** Events of a stream, each with the number of its line. */
export async function* keyedBatches(
  batches: AsyncIterable<readonly EventReport[]>,
  key: string | undefined,
): AsyncGenerator<readonly EventReport[], void> {
  for await (const batch of batches) {
    if (key === undefined) yield batch;
    else yield batch.map((report) => (report.key === null ? { ...report, key: eventKey(key, report.path) } : report));
  }
}
