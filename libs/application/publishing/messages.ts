/** Changes as messages of the topic: a wire format, the JSON that the API shows. */
import type { Uuid } from '#contracts';
import type { ChangeMessage } from '#ports';
import { presentChange, type Change, type ChangesPlace } from '../reading/changes/change.js';

/** The key of a message that is about no single thing: no labor and no quest is called so. */
export const RESET_KEY = 'reset';

export function messageOf(change: Change, journal: Uuid): ChangeMessage {
  const { kind, position } = change;
  return { kind, key: keyOf(change), journal, position, json: JSON.stringify(presentChange(change)) };
}

export function resetMessage({ position }: ChangesPlace, journal: Uuid): ChangeMessage {
  return { kind: 'reset', key: RESET_KEY, journal, position, json: JSON.stringify({ position: String(position) }) };
}

function keyOf(change: Change): string {
  return change.kind === 'labor' ? change.labor.labor.id : String(change.quest.id);
}
