/** Which quests are overdue: open or embarking after their target (rules 19, 22). */
import type { QuestPhase } from '#contracts';
import type { Instant } from '#domain';
import type { Store } from '../store.js';
import { toMs } from './instants.js';

export const UNDER_WAY: readonly QuestPhase[] = ['embarking', 'open'];

export function overdueQuests(store: Store, now: Instant): readonly number[] {
  const statement = store.statement(
    'SELECT quest FROM quests INDEXED BY quests_phase_target WHERE phase = ? AND target < ?',
  );
  return UNDER_WAY.flatMap((phase) => statement.all(phase, toMs(now)) as readonly (readonly [number])[]).map(
    ([quest]) => quest,
  );
}
