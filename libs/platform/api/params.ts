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

/** For `@Param`, of routes that create the host: there a text that names none is a mistake in the request, not a host that is unknown. */
export const hostToWrite: PipeTransform<string, HostName> = {
  transform(text) {
    const host = parseHostName(text);
    if (host !== undefined) return host;
    const message = `${inMessage(text)} names no host: ${HOST_WANTED}`;
    throw new ProblemError({
      code: 'validation-failed',
      detail: `the path is not valid: ${message}`,
      errors: [{ path: 'host', code: 'invalid', message }],
    });
  },
};
