/** Judging commands on the host itself (rule 23): its attributes, and its retirement. */
import { attributesAfter } from './attributes.js';
import type { HostCommandLogged, HostRetired } from './entries.js';
import { originOf } from './origin.js';
import type { HostEffect, HostState } from './state.js';
import { allWaived } from './waived.js';

export interface Commanded {
  readonly after: HostState;
  readonly effects: readonly HostEffect[];
}

/** What changes nothing leaves the given state. */
export function hostCommanded(state: HostState, entry: HostCommandLogged): Commanded {
  switch (entry.kind) {
    case 'HostAttributesSet': {
      const change = attributesAfter(state.attributes, entry);
      return { after: change.kind === 'changed' ? { ...state, attributes: change.attributes } : state, effects: [] };
    }
    case 'HostRetired':
      return state.retired === null ? retired(state, entry) : { after: state, effects: [] };
  }
}

/** Each open labor is waived, the oldest first, as by a waive of its own with this reason (rule 14). */
function retired(state: HostState, entry: HostRetired): Commanded {
  const origin = originOf(entry, entry.reason);
  const how = { how: 'waived', type: null, fate: null, followedBy: null } as const;
  const { by, principal, at } = origin;
  return {
    after: { ...allWaived(state), retired: { by, principal, at, reason: entry.reason } },
    effects: state.open.map((labor) => ({ kind: 'closed', labor, ...how, origin })),
  };
}
