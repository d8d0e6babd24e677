/** How a batch of hosts that was accepted is answered, and a quest that was abandoned. */
import type { FastifyReply } from 'fastify';
import type { AbandonedQuest, EmbarkedHosts } from '#application';
import type { AbandonedQuestBody, EmbarkedBody } from '#contracts';
import { touches, written } from '#platform';

/** 201 where each host has its event, 202 where that goes on in the background, 200 where all were in before, or the quest was abandoned meanwhile. */
export function answerEmbarked(
  reply: FastifyReply,
  { id, position, hosts, state, without }: EmbarkedHosts,
): EmbarkedBody {
  written(reply, position);
  touches(reply.request, { quest: id, hosts });
  void reply.code(state === 'embarking' ? 202 : state === 'open' && hosts > 0 ? 201 : 200);
  return { id, position: String(position), hosts, state, ...(without === undefined ? {} : { without }) };
}

/** 200 where each host has the quest's end, 202 where that goes on in the background. */
export function answerAbandoned(
  reply: FastifyReply,
  { id, position, hosts, isEnded }: AbandonedQuest,
): AbandonedQuestBody {
  written(reply, position);
  touches(reply.request, { quest: id, hosts });
  void reply.code(isEnded ? 200 : 202);
  return { id, position: String(position), hosts, state: 'abandoned' };
}
