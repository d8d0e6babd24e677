/** How a batch of hosts that was accepted is answered, hosts that were taken out, and a quest that was abandoned. */
import type { FastifyReply } from 'fastify';
import type { AbandonedQuest, EmbarkedHosts, RemovalForeseen, RemovedHosts } from '#application';
import type { AbandonedQuestBody, EmbarkedBody, HostsRemovedBody, RemovalForeseenBody } from '#contracts';
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

/** 200 where each host has been claimed, also where no labor was found, or where the quest was abandoned meanwhile; else 202. */
export function answerClaimed(reply: FastifyReply, claimed: EmbarkedHosts): EmbarkedBody {
  const body = answerEmbarked(reply, claimed);
  void reply.code(claimed.state === 'embarking' ? 202 : 200);
  return body;
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

/** 200 where each host has left, 202 where that goes on in the background. */
export function answerRemoved(
  reply: FastifyReply,
  { id, position, hosts, notIn, isRemoved }: RemovedHosts,
): HostsRemovedBody {
  written(reply, position);
  touches(reply.request, { quest: id, hosts });
  void reply.code(isRemoved ? 200 : 202);
  return { id, position: String(position), hosts, notIn: [...notIn], state: isRemoved ? 'removed' : 'removing' };
}

export function answerRemovalForeseen(
  reply: FastifyReply,
  { id, position, hosts, notIn, chains, atLeast }: RemovalForeseen,
): RemovalForeseenBody {
  void reply.code(200);
  return { id, position: String(position), hosts, notIn: [...notIn], chains, ...(atLeast && { atLeast }) };
}
