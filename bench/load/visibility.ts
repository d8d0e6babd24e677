/** A client that reads what it wrote: an event posted, then the labor that it opened. */
import { hostName } from './flows.js';
import type { Served } from './served.js';

/** A host for each event, so that the answer differs from any other's. Throws an Error where the labor does not show. */
export async function untilVisible(ingest: Served, query: Served, n: number): Promise<void> {
  const { position } = await ingest.client.must('POST', '/api/v1/events', eventOf(n));
  const { body } = await query.client.must('GET', `/api/v1/labors?host=${hostName(n)}&state=open`, undefined, {
    'hermes-min-position': position ?? '',
  });
  if (!body.includes(hostName(n))) throw new Error(`the labor of ${hostName(n)} does not show: ${body}`);
}

export function eventOf(n: number): string {
  return JSON.stringify({ host: hostName(n), type: 'system-reboot-required', by: 'agent' });
}
