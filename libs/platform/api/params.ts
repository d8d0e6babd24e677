/** Parts of a path that name one thing, where the name must be parsed before it can be asked for. */
import type { PipeTransform } from '@nestjs/common';
import { inMessage } from '#contracts';
import { parseQuestId, type QuestId } from '#domain';
import { ProblemError } from '../http/problems/problem-error.js';

/** For `@Param`: the quest's number; what is no number names no quest. */
export const questNumber: PipeTransform<string, QuestId> = {
  transform(text) {
    const id = /^[1-9]\d{0,15}$/.test(text) ? parseQuestId(Number(text)) : undefined;
    if (id !== undefined) return id;
    throw new ProblemError({
      code: 'quest-unknown',
      detail: `there is no quest ${inMessage(text)}: quests are numbered from 1`,
    });
  },
};
