/**
 * The state after an entry. Entries say how far all before them came: the first one, the acceptance and the last two come to the
 * same state as the whole stream, so nobody need read a long one.
 */
import type { OperationEntry } from './entries.js';
import type { OperationState } from './state.js';

export function evolveOperation(state: OperationState | null, entry: OperationEntry): OperationState | null {
  if (entry.kind === 'OperationDrafted') {
    const { command, where, by, principal = null, recordedAt: draftedAt } = entry;
    const nothing = { listed: 0, found: 0, after: null, acceptedAt: null, advanced: 0, advancedAt: null, done: 0 };
    return state ?? { command, where, by, principal, draftedAt, ...nothing, refused: [], cancelled: null };
  }
  if (state === null) return state;
  switch (entry.kind) {
    case 'OperationListed':
      return { ...state, listed: entry.nth, found: entry.found, after: entry.after };
    case 'OperationAccepted':
      return { ...state, listed: entry.listings, found: entry.found, after: null, acceptedAt: entry.recordedAt };
    case 'OperationAdvanced': {
      const { nth: advanced, recordedAt: advancedAt, done, refusedInAll: refused } = entry;
      return { ...state, advanced, advancedAt, done, refused };
    }
    case 'OperationCancelled': {
      const { by, principal = null, recordedAt: at, reason, advanced } = entry;
      return { ...state, cancelled: { by, principal, at, reason, advanced } };
    }
  }
}
