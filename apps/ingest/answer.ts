/** How a change without more to tell is answered. */
import type { FastifyReply } from 'fastify';
import type { Written } from '#application';
import type { Outcome, WrittenBody } from '#contracts';
import { valueOf, written } from '#platform';

/** `{position}`. */
export function answerWritten(reply: FastifyReply, outcome: Outcome<Written>): WrittenBody {
  const { position } = valueOf(outcome);
  written(reply, position);
  return { position: String(position) };
}
