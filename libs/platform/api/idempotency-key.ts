/** The `Idempotency-Key` of a request: what makes sending it again harmless. */
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problems/problem-error.js';

export const IDEMPOTENCY_KEY_HEADER = 'Idempotency-Key';
export const MAX_IDEMPOTENCY_KEY_LENGTH = 200;

const PLAIN = /^[\x21-\x7e]+$/;
/** A string of structured fields (RFC 8941), as the header's draft has it. */
const QUOTED = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;

/** The key, without the quotes it may be sent in; undefined where there is none. Throws a {@link ProblemError} where it is none. */
export function idempotencyKeyOf({ headers, method }: Pick<FastifyRequest, 'headers' | 'method'>): string | undefined {
  const sent = headers['idempotency-key'];
  if (sent === undefined || method === 'GET' || method === 'HEAD') return undefined;
  if (method !== 'POST' && method !== 'PUT') {
    throw refused(
      'unknown',
      `${IDEMPOTENCY_KEY_HEADER} is taken with POST and PUT: leave it out, ${method} does no harm when repeated`,
    );
  }
  const key = typeof sent === 'string' ? unquoted(sent) : undefined;
  if (key === undefined || !PLAIN.test(key) || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    const takes = `1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible characters of ASCII without spaces`;
    throw refused('invalid', `${IDEMPOTENCY_KEY_HEADER} must be ${takes}, once, quoted or not`);
  }
  return key;
}

function unquoted(sent: string): string | undefined {
  if (!sent.startsWith('"')) return sent;
  return QUOTED.test(sent) ? sent.slice(1, -1).replace(/\\(.)/g, '$1') : undefined;
}

function refused(code: 'invalid' | 'unknown', message: string): ProblemError {
  const errors = [{ path: `header ${IDEMPOTENCY_KEY_HEADER}`, code, message }];
  return new ProblemError({ code: 'validation-failed', detail: message, errors });
}
