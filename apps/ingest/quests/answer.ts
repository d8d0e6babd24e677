/** How a batch of hosts that was accepted is answered. */
import type { FastifyReply } from 'fastify';
import type { EmbarkedHosts } from '#application';
import type { EmbarkedBody } from '#contracts';
import { touches, written } from '#platform';

/** 201 where each host has its event, 202 where that goes on in the background, 200 where all were in before. */
export function answerEmbarked(reply: FastifyReply, { id, position, hosts, state }: EmbarkedHosts): EmbarkedBody {
  written(reply, position);
  touches(reply.request, { quest: id, hosts });
  void reply.code(state === 'embarking' ? 202 : hosts > 0 ? 201 : 200);
  return { id, position: String(position), hosts, state };
}
