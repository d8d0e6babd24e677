/** Adopting (rule 15), claiming (rule 18) and leaving a quest (rule 22): where the chains of open labors belong. */
import type { QuestId } from '../quest/ids.js';
import type { LaborsClaimed } from './entries.js';
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

/** The host after some of its open chains have moved, and the labors that were open in them as they are then, the oldest first. */
export interface ChainsMoved {
  readonly state: HostState;
  readonly labors: readonly { readonly labor: OpenLabor; readonly from: QuestId | null }[];
}

/** Rule 22: the chains of the quest that are open on the host leave it. */
export function questLeft(state: HostState, quest: QuestId): ChainsMoved {
  return chainsMoved(state, null, (labor) => labor.quest === quest);
}

/** Rule 18: the chains of the open labors of the type join the quest. */
export function laborsClaimed(
  state: HostState,
  { quest, laborType, from }: Pick<LaborsClaimed, 'quest' | 'laborType' | 'from'>,
): ChainsMoved {
  const isClaimed = (labor: OpenLabor) => (from === 'none' ? labor.quest === null : labor.quest !== quest);
  return chainsMoved(state, quest, (labor) => labor.type === laborType && isClaimed(labor));
}

/** A chain with which more closed labors would move than may stays where it is. */
function chainsMoved(state: HostState, quest: QuestId | null, moves: (labor: OpenLabor) => boolean): ChainsMoved {
  const labors: ChainsMoved['labors'][number][] = [];
  let closed = 0;
  const open = state.open.map((before) => {
    if (!moves(before) || closed + before.earlier > MAX_MOVED) return before;
    closed += before.earlier;
    const labor: OpenLabor = { ...before, quest };
    labors.push({ labor, from: before.quest });
    return labor;
  });
  return { state: labors.length === 0 ? state : { ...state, open }, labors };
}
