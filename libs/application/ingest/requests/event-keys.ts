/** Keys of events that have none of their own, from the Idempotency-Key of their request: what a repeat of it is known by. */
import { createHash } from 'node:crypto';
import { mapInTurns, MAX_KEY_LENGTH, type EventReport } from '#contracts';
import type { IngestRequest } from '../deciding/request.js';

/** Who asks, with which key. */
export interface KeyedCaller {
  /** The token's name; null where no tokens are on. */
  readonly principal: string | null;
  readonly idempotencyKey?: string;
}

/** A token's name that stands in a key as it is: it holds no slash, so no two callers' keys are one. */
const PLAIN_NAME = /^[\w.@-]+$/;

/**
 * `<token's name>/<key>/<place>`, where `place` is the use of the key, if any, and the event's number in the request; without
 * tokens `<key>/<place>`. With a SHA-256 of name and key before the place where it would be too long or the name is not plain.
 */
function eventKey(name: string | null, key: string, place: string): string {
  const isPlain = name === null || PLAIN_NAME.test(name);
  const plain = name === null ? `${key}/${place}` : `${name}/${key}/${place}`;
  if (isPlain && plain.length <= MAX_KEY_LENGTH) return plain;
  return `${createHash('sha256')
    .update(JSON.stringify([name, key]), 'utf8')
    .digest('hex')}/${place}`;
}

/**
 * Which use of an Idempotency-Key a remembered request is: eight hexadecimal digits. Events outlive the record of their
 * request; those of the key's next use have other keys.
 */
export function useOf(request: Pick<IngestRequest, 'uuid'>): string {
  return request.uuid('event keys').slice(0, 8);
}

/** Events of one request, numbered from 0; each event of one item for many hosts counts. Many get their keys in turns with other requests. `use`: see {@link useOf}. */
export async function keyedReports(
  reports: readonly EventReport[],
  { principal, idempotencyKey: key }: KeyedCaller,
  use: string,
): Promise<readonly EventReport[]> {
  if (key === undefined) return reports;
  return mapInTurns(reports, (report, index) =>
    report.key === null ? { ...report, key: eventKey(principal, key, `${use}/${index}`) } : report,
  );
}

/** Events of a stream, each with the number of its line. */
export async function* keyedBatches(
  batches: AsyncIterable<readonly EventReport[]>,
  { principal, idempotencyKey: key }: KeyedCaller,
): AsyncGenerator<readonly EventReport[], void> {
  for await (const batch of batches) {
    if (key === undefined) yield batch;
    else
      yield batch.map((report) =>
        report.key === null ? { ...report, key: eventKey(principal, key, report.path) } : report,
      );
  }
}
