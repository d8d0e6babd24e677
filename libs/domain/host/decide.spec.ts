/** Rule 13: commands on labors become entries of their host's stream as they are. */
import type { HostName, Instant } from '../names.js';
import { laborEntry } from './decide.js';
import type { LaborId } from './ids.js';

const host = 'web-1' as HostName;
const labor = 'web-1~4.1' as LaborId;
const recordedAt = '2026-01-01T00:00:00.000Z' as Instant;
const common = { host, labor, recordedAt };

test('rule 13: an acknowledgement keeps who and what they noted', () => {
  const entry = laborEntry({ kind: 'LaborAcknowledged', by: 'ann', note: 'on it' }, common);
  expect(entry).toEqual({ kind: 'LaborAcknowledged', by: 'ann', note: 'on it', ...common });
});

test('rule 13: an assignment keeps to whom, and by whom', () => {
  const entry = laborEntry({ kind: 'LaborAssigned', by: 'ann', to: null, note: null }, common);
  expect(entry).toEqual({ kind: 'LaborAssigned', by: 'ann', to: null, note: null, ...common });
});

test('rule 14: a waive keeps its reason', () => {
  const entry = laborEntry({ kind: 'LaborWaived', by: null, reason: 'gone' }, common);
  expect(entry).toEqual({ kind: 'LaborWaived', by: null, reason: 'gone', ...common });
});
