/** Requests worked on at once: reads and writes each have as many places, and one holder at most three quarters of them. Who waits holds none; who leaves holds its place until the work that it has begun is over. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Places, type Place } from '#application';
import type { Metrics } from '../operate/metrics/metrics.js';
import { whenDone } from './over.js';
import { ProblemError } from './problems/problem-error.js';
import { visitorOf } from './reception.js';

/** What needs no token (the API's page for people) has one place for each 16 of the others. */
const READS_PER_OPEN = 16;

const byRequest = new WeakMap<FastifyRequest, Place>();
const NO_PLACE: Place = { holder: '', leave: () => undefined, comeBack: () => Promise.resolve() };

/** The place of a request that was let in. */
export function placeOf(request: FastifyRequest): Place {
  return byRequest.get(request) ?? NO_PLACE;
}

/** Once per server, behind the door. `isUncounted` says which requests need no place. */
export function limitRequests(
  instance: Pick<FastifyInstance, 'addHook'>,
  most: number,
  { metrics, isUncounted }: { readonly metrics: Metrics; readonly isUncounted: (request: FastifyRequest) => boolean },
): void {
  const reads = new Places(most);
  const writes = new Places(most);
  const open = new Places(Math.max(1, Math.floor(most / READS_PER_OPEN)));
  metrics.read(() => [{ name: 'hermes_http_requests_active', value: reads.size + writes.size + open.size }]);
  instance.addHook('onRequest', (request, reply, done) => {
    if (isUncounted(request)) {
      done();
      return;
    }
    const { holder, reads: isRead } = visitorOf(request);
    const pool = holder === null ? open : isRead ? reads : writes;
    const place = pool.enter(holder ?? '');
    if (place === undefined) {
      done(tooMany(most, isRead));
      return;
    }
    byRequest.set(request, place);
    whenDone(request, reply, () => {
      place.end();
    });
    done();
  });
}

function tooMany(most: number, isRead: boolean): ProblemError {
  const detail = `${most} ${isRead ? 'reads' : 'writes'} are being worked on, or this token or address has its share of them: try again shortly`;
  return new ProblemError({ code: 'overloaded', detail });
}
