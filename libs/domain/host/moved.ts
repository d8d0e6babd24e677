/** Adopting (rule 15) and leaving a quest (rule 22): where the chains of open labors belong. */
import type { QuestId } from '../quest/ids.js';
import type { LaborId } from './ids.js';
import { MAX_MOVED, type HostState, type OpenLabor } from './state.js';

/**
 * What adopting a labor does at a place of its host. `unknown`: it is not open there; `there`: it is in that quest already;
 * `long`: its chain has more closed labors than may move.
 */
export type Moving =
  | { readonly kind: 'moved'; readonly state: HostState; readonly labor: OpenLabor; readonly from: QuestId | null }
  | { readonly kind: 'unknown' | 'there' | 'long' };

/**
 * The fold asks it, and so does the refusal in good time. A chain is a line: each labor of it has at most one that follows it,
 * so the open one is its last, and all before it are closed for ever.
 */
export function moved(state: HostState, id: LaborId, quest: QuestId | null): Moving {
  const before = state.open.find((each) => each.id === id);
  if (before === undefined) return { kind: 'unknown' };
  if (before.quest === quest) return { kind: 'there' };
  if (before.earlier > MAX_MOVED) return { kind: 'long' };
  const labor: OpenLabor = { ...before, quest };
  const open = state.open.map((each) => (each === before ? labor : each));
  return { kind: 'moved', state: { ...state, open }, labor, from: before.quest };
}

/**
 * The host after the chains of the quest that are open on it have left, and their open labors as they are then, the oldest first. A
 * chain with which more closed labors would move than may stays in the quest.
 */
export function questLeft(
  state: HostState,
  quest: QuestId,
): { readonly state: HostState; readonly labors: readonly OpenLabor[] } {
  const labors: OpenLabor[] = [];
  let closed = 0;
  const open = state.open.map((before) => {
    if (before.quest !== quest || closed + before.earlier > MAX_MOVED) return before;
    closed += before.earlier;
    const labor: OpenLabor = { ...before, quest: null };
    labors.push(labor);
    return labor;
  });
  return { state: labors.length === 0 ? state : { ...state, open }, labors };
}
