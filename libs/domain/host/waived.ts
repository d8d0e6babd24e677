/** Waiving and taking a waive back (rule 14): which labors of a host can be reopened, and what it is after it. */
import type { QuestId } from '../quest/ids.js';
import { compareOpening, type LaborId } from './ids.js';
import { MAX_OPEN, MAX_OPEN_PER_TYPE, MAX_REOPENABLE } from './state.js';
import type { HostEffect, HostState, OpenLabor, Origin } from './state.js';

/** A command closed the labor: no event did, and nothing follows. */
export function waivedBy(origin: Origin, labor: OpenLabor): HostEffect {
  return { kind: 'closed', labor, how: 'waived', type: null, fate: null, followedBy: null, origin };
}

/** The host after `labor`, which is open, was waived. */
export function waived(state: HostState, labor: OpenLabor): HostState {
  return {
    ...state,
    open: state.open.filter((each) => each !== labor),
    waived: [...state.waived, labor].slice(-MAX_REOPENABLE),
  };
}

/** The host after all that is open was waived, the oldest first. */
export function allWaived(state: HostState): HostState {
  return { ...state, open: [], waived: [...state.waived, ...state.open].slice(-MAX_REOPENABLE) };
}

/** The host after what is open of the quest was waived for ever: nothing of it can be reopened. */
export function questWaived(state: HostState, quest: QuestId): HostState {
  const others = (labors: readonly OpenLabor[]) => labors.filter((labor) => labor.quest !== quest);
  return { ...state, open: others(state.open), waived: others(state.waived) };
}

/** What reopening a labor does at a place of its host: `unknown` where it is not among the newest that were waived, `full` at the bound of rule 6. */
export type Reopening =
  | { readonly kind: 'reopened'; readonly state: HostState; readonly labor: OpenLabor }
  | { readonly kind: 'unknown' | 'full' };

/** The fold asks it, and so does the refusal in good time. A host of which a labor is open again is retired no longer (rule 23). */
export function reopened(state: HostState, id: LaborId): Reopening {
  const labor = state.waived.find((each) => each.id === id);
  if (labor === undefined) return { kind: 'unknown' };
  const ofType = state.open.filter(({ type }) => type === labor.type).length;
  if (ofType >= MAX_OPEN_PER_TYPE || state.open.length >= MAX_OPEN) return { kind: 'full' };
  const later = state.open.findIndex((each) => compareOpening(each.id, id) > 0);
  const place = later < 0 ? state.open.length : later;
  return {
    kind: 'reopened',
    labor,
    state: {
      ...state,
      open: [...state.open.slice(0, place), labor, ...state.open.slice(place)],
      waived: state.waived.filter((each) => each !== labor),
      retired: null,
    },
  };
}
