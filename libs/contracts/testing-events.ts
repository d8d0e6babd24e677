/** Bodies of events through the strict parser: the reports or the faults that come of one. */
import type { Fault } from './errors.js';
import { parseEvents, type ParsedEvents } from './event-parser.js';
import { atOnce } from './steps.js';
import type { EventReport } from './event-report.js';

export const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
export const event = { host: 'web-1', type: 'disk-full' };

export function parse(body: unknown): ParsedEvents {
  return atOnce(parseEvents(body, { nowMs }));
}

export function reportsOf(body: unknown): readonly EventReport[] {
  const parsed = parse(body);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.reports;
}

export function faultsOf(body: unknown): readonly Fault[] {
  const parsed = parse(body);
  if (parsed.ok || parsed.reason === 'too-many') throw new Error(`not faulty: ${JSON.stringify(parsed)}`);
  return parsed.faults;
}

/** Path and code of each fault, in order. */
export function placesOf(body: unknown): readonly string[] {
  return faultsOf(body).map(({ path, code }) => `${path} ${code}`);
}
