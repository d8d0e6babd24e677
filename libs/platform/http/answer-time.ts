/** An answer is taken in time, or its connection ends: while it is being sent it is held in memory, and its request holds a place. */
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** A smaller answer is the operating system's at once. */
const LARGE_BYTES = 65_536;

/** Once per server. Lists that are sent piece by piece have a time for each piece instead. */
export function limitAnswers(instance: Pick<FastifyInstance, 'addHook'>, limitMs: number): void {
  instance.addHook('onSend', (_request, { raw }, payload: unknown, done) => {
    if ((typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length > LARGE_BYTES) {
      const timer = setTimeout(() => {
        if (raw.socket instanceof Socket) raw.socket.destroy();
      }, limitMs).unref();
      raw.once('close', () => {
        clearTimeout(timer);
      });
    }
    done(null, payload);
  });
}
