/**
 * `If-Match` on what is amended (RFC 9110, 13.1.1): the request is done only where the thing is still as the client has seen
 * it. The `ETag` of such a thing begins with a hash of its definition, the part that can be amended, and that hash alone is
 * compared: numbers that move by themselves, such as a quest's progress, do not refuse an amendment.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problems/problem-error.js';
import { hashOf, tagOf } from './entity-tag.js';

/** Whether a thing with this definition, as the route's `ETag` has it, is one that the client has seen. */
export type Matches = (definition: unknown) => boolean;

/** Of routes that inject it, in the API document. */
export const IF_MATCH = {
  'If-Match': {
    description:
      'An `ETag` of a GET or of an amendment, several with commas, or `*`: done only where what can be amended is still as it was then; else 412.',
    schema: { type: 'string' },
  },
} as const;

/** Of the answers of those routes, in the API document. */
export const AMENDED_TAG = {
  ETag: {
    description: 'Of the thing as amended: to send as `If-Match` of the next amendment.',
    schema: { type: 'string' },
  },
} as const;

/**
 * Says how the thing is after the amendment, so that the next one needs no GET in between. Where all of a thing can be
 * amended, this is the tag of its GET; else of its first half, to which no GET is equal.
 */
export function tagAmended(reply: FastifyReply, definition: unknown): void {
  void reply.header('etag', tagOf(JSON.stringify(definition)));
}

/** Entity tags with commas between them; weak ones are tags, too. No blank can belong to two parts: it is matched in one pass. */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;
const TAGS = new RegExp(`^[ \\t,]*${TAG.source}(?:[ \\t]*,[ \\t,]*${TAG.source})*[ \\t,]*$`);

/** Injects what the request demands of the thing's definition; undefined where it demands nothing. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): Matches | undefined =>
  matcherOf(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

/** Tags are compared strongly: a weak one matches nothing. Throws a {@link ProblemError} where the header holds no tags. */
export function matcherOf(ifMatch: string | undefined): Matches | undefined {
  if (ifMatch === undefined) return undefined;
  if (ifMatch.trim() === '*') return () => true;
  if (!TAGS.test(ifMatch)) {
    const detail = 'If-Match holds no entity tags: send an ETag with its quotes, several with commas, or *';
    throw new ProblemError({ code: 'malformed', detail });
  }
  const strong = [...ifMatch.matchAll(new RegExp(TAG, 'g'))].filter(([, weak]) => weak === undefined);
  const seen = new Set(strong.map(([, , tag = '']) => tag.split('.', 1)[0]));
  return (definition) => seen.has(hashOf(JSON.stringify(definition)));
}
