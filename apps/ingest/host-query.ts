/** Reads a body's `hostQuery`; what is wrong with it is a fault that names the place. */
import type { Fault, HostQuery } from '#contracts';
import { parseHostQuery } from '#platform';

export function readHostQuery(text: string, faults: Fault[]): HostQuery | undefined {
  const parsed = parseHostQuery(text);
  if (parsed.ok) return parsed.query;
  faults.push({ path: 'hostQuery', code: 'query-invalid', message: `at character ${parsed.at}: ${parsed.reason}` });
  return undefined;
}
