/** Requests worked on at once: reads and writes each have as many places, and one holder at most three quarters of them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Share } from '#application';
import type { Metrics } from '../operate/metrics/metrics.js';
import { whenOver } from './over.js';
import { ProblemError } from './problems/problem-error.js';
import { visitorOf } from './reception.js';

/** What needs no token (the API's page for people) has one place for so many of the others. */
const READS_PER_OPEN = 16;

/** Once per server, behind the door. `isUncounted` says which requests need no place. */
export function limitRequests(
  instance: Pick<FastifyInstance, 'addHook'>,
  most: number,
  { metrics, isUncounted }: { readonly metrics: Metrics; readonly isUncounted: (request: FastifyRequest) => boolean },
): void {
  const reads = new Share(most);
  const writes = new Share(most);
  const open = new Share(Math.max(1, Math.floor(most / READS_PER_OPEN)));
  metrics.read(() => [{ name: 'hermes_http_requests_active', value: reads.size + writes.size + open.size }]);
  instance.addHook('onRequest', (request, reply, done) => {
    if (isUncounted(request)) {
      done();
      return;
    }
    const { holder, reads: isRead } = visitorOf(request);
    const share = holder === null ? open : isRead ? reads : writes;
    const name = holder ?? '';
    if (!share.take(name)) {
      done(tooMany(share, isRead));
      return;
    }
    whenOver(request.raw, reply.raw, () => {
      share.give(name);
    });
    done();
  });
}

function tooMany({ total }: Share, isRead: boolean): ProblemError {
  const detail = `${total} ${isRead ? 'reads' : 'writes'} are being worked on, or this token or address has its share of them: try again shortly`;
  return new ProblemError({ code: 'overloaded', detail });
}
