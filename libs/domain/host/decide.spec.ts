/** Rule 13: commands on labors become entries of their host's stream as they are. */
import type { HostName, Instant } from '../names.js';
import { laborEntry } from './decide.js';
import type { LaborId } from './ids.js';

const host = 'web-1' as HostName;
const labor = 'web-1~4.1' as LaborId;
const now = '2026-01-01T00:00:00.000Z' as Instant;
const common = { host, labor, recordedAt: now };

test('rule 13: an acknowledgement keeps who and what they noted', () => {
  const entry = laborEntry({ kind: 'AcknowledgeLabor', labor, by: 'ann', note: 'on it', now }, host);
  expect(entry).toEqual({ kind: 'LaborAcknowledged', by: 'ann', note: 'on it', ...common });
});

test('rule 13: an assignment keeps to whom, and by whom', () => {
  const entry = laborEntry({ kind: 'AssignLabor', labor, by: 'ann', to: null, now }, host);
  expect(entry).toEqual({ kind: 'LaborAssigned', by: 'ann', to: null, ...common });
});

test('rule 14: a waive keeps its reason', () => {
  const entry = laborEntry({ kind: 'WaiveLabor', labor, by: null, reason: 'gone', now }, host);
  expect(entry).toEqual({ kind: 'LaborWaived', by: null, reason: 'gone', ...common });
});
