/** The outcome for one host of many, as it is answered. */
import type { HostResult } from '#application';
import type { HostResultsBody } from '#contracts';

export function presentResult(result: HostResult): HostResultsBody['results'][number] {
  if ('fault' in result) return { host: result.host, code: result.fault.code, detail: result.fault.message };
  return { host: result.host, position: String(result.position), changed: result.changed };
}
