/** Answers that are ready are bounded in sum: each is held until its reader has taken it, and a reader may take its time. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mostOfOne, Share } from '#application';
import type { Metrics } from '../operate/metrics/metrics.js';
import { whenOver } from './over.js';
import { writeProblem } from './problems/write.js';
import { visitorOf } from './reception.js';

/** A smaller answer is not counted: all places of reads together hold little of them. */
const SMALL_BYTES = 16_384;
/** Answers may have this part of what bodies may have; the two are apart, so that readers keep no write out. */
const PER_HELD = 4;

/**
 * Once per server, before answers are encoded. A read whose answer finds no room is answered `overloaded` instead; what a
 * write answers is said in any case. One holder has at most three quarters of the whole.
 */
export function limitHeldAnswers(
  instance: Pick<FastifyInstance, 'addHook'>,
  { heldBytes }: { readonly heldBytes: number },
  metrics: Metrics,
): void {
  const total = Math.ceil(heldBytes / PER_HELD);
  const share = new Share(total);
  metrics.read(() => [{ name: 'hermes_http_held_answer_bytes', value: share.size }]);
  instance.addHook('onSend', (request, reply, payload: unknown, done) => {
    const { holder, reads } = visitorOf(request);
    const length = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0;
    // a caller that nobody knows gets what is the same for everybody
    if (length <= SMALL_BYTES || holder === null) {
      done(null, payload);
      return;
    }
    // an answer that is larger than all of it has it alone
    const bytes = Math.min(length, mostOfOne(total));
    if (share.take(holder, bytes)) {
      whenOver(request.raw, reply.raw, () => {
        share.give(holder, bytes);
      });
      done(null, payload);
    } else if (reads) {
      metrics.refused('overloaded');
      done(null, refused(request, reply, total));
    } else done(null, payload);
  });
}

/** What is said instead. */
function refused(request: FastifyRequest, reply: FastifyReply, total: number): string {
  const detail = `answers of ${total} bytes wait for their readers, of one token or address fewer: take those first, or ask for smaller pages`;
  const { status, headers, body } = writeProblem({ code: 'overloaded', detail }, { requestId: request.id });
  void reply.code(status).removeHeader('etag').headers(headers);
  return body;
}
