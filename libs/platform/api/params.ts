/** Parts of a path that name one thing, where the name must be parsed before it can be asked for. */
import type { PipeTransform } from '@nestjs/common';
import { HOST_WANTED, inMessage } from '#contracts';
import { parseHostName, parseQuestId, type HostName, type QuestId } from '#domain';
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

/** For `@Param`, of routes that create the host: there a text that can name none is answered with what a name looks like. */
export const hostToWrite: PipeTransform<string, HostName> = {
  transform(text) {
    const host = parseHostName(text);
    if (host !== undefined) return host;
    throw new ProblemError({ code: 'host-unknown', detail: `${inMessage(text)} cannot name a host: ${HOST_WANTED}` });
  },
};
