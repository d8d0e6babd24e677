/**
 * Large bodies are worked on a few at a time: what is made of one takes many times its length, in the heap. The others wait
 * as they came, outside of it, and have their turns holder by holder.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FairQueue } from '#contracts';
import { gone } from './held-bytes.js';
import { announcesBody } from './media.js';
import { whenOver } from './over.js';
import { ProblemError } from './problems/problem-error.js';
import { visitorOf } from './reception.js';

/** A smaller body never waits: as many as there are places for writes come to little. */
const SMALL_BYTES = 16_384;
/** Longest that a body waits for its turn. */
const MAX_WAIT_MS = 30_000;

/** Resolves when a body of that length may be worked on, which ends with its answer. Rejects with a {@link ProblemError}. */
export type WorkOn = (request: FastifyRequest, bytes: number) => Promise<void>;

/** Once per server. `mostBytes`: of all bodies that are worked on at once; one is always taken, whatever its length. */
export function limitWorked(instance: Pick<FastifyInstance, 'addHook'>, mostBytes: number): WorkOn {
  const turns = new Turns(mostBytes);
  const ofRequest = new WeakMap<FastifyRequest, Turn>();
  instance.addHook('preParsing', (request, reply, payload, done) => {
    if (announcesBody(request)) {
      const turn = new Turn(turns, visitorOf(request).holder ?? '');
      ofRequest.set(request, turn);
      whenOver(request.raw, reply.raw, () => {
        turn.giveUp(gone());
      });
    }
    done(null, payload);
  });
  // not when the answer is sent, which its reader may put off; and also where the sender has gone: the work goes on
  instance.addHook('onSend', (request, _reply, _payload, done) => {
    ofRequest.get(request)?.end();
    done();
  });
  return async (request, bytes) => {
    if (bytes > SMALL_BYTES) await ofRequest.get(request)?.begin(bytes);
  };
}

/** Of one request. */
class Turn {
  bytes = 0;
  state: 'new' | 'waiting' | 'begun' | 'over' = 'new';
  private answer: { readonly begin: () => void; readonly refuse: (problem: ProblemError) => void } | undefined;
  private late: NodeJS.Timeout | undefined;

  constructor(
    private readonly turns: Turns,
    readonly holder: string,
  ) {}

  begin(bytes: number): Promise<void> {
    if (this.state === 'over') return Promise.reject(gone());
    this.bytes = bytes;
    return new Promise<void>((begin, refuse) => {
      this.state = 'waiting';
      this.answer = { begin, refuse };
      this.late = setTimeout(() => {
        this.giveUp(overloaded());
      }, MAX_WAIT_MS);
      this.turns.enter(this);
    });
  }

  /** Its turn has come. */
  come(): void {
    clearTimeout(this.late);
    this.state = 'begun';
    this.answer?.begin();
  }

  /** Where it has not begun: then there is an end to it. */
  giveUp(problem: ProblemError): void {
    if (this.state === 'begun') return;
    this.answer?.refuse(problem);
    this.end();
  }

  end(): void {
    clearTimeout(this.late);
    this.state = 'over';
    this.turns.leave(this);
  }
}

class Turns {
  private readonly begun = new Set<Turn>();
  private readonly waiting = new FairQueue<Turn>();
  private bytes = 0;

  constructor(private readonly mostBytes: number) {}

  enter(turn: Turn): void {
    this.waiting.put(turn.holder, turn);
    this.next();
  }

  leave(turn: Turn): void {
    this.waiting.remove(turn.holder, turn);
    if (this.begun.delete(turn)) this.bytes -= turn.bytes;
    this.next();
  }

  private next(): void {
    for (let next = this.waiting.next; next !== undefined; next = this.waiting.next) {
      const turn = next.item;
      // smaller ones do not go before a large one, whose turn might never come
      if (this.begun.size > 0 && this.bytes + turn.bytes > this.mostBytes) return;
      this.waiting.take();
      this.begun.add(turn);
      this.bytes += turn.bytes;
      turn.come();
    }
  }
}

function overloaded(): ProblemError {
  const detail = `other large bodies were worked on for ${MAX_WAIT_MS / 1000} s: try again shortly, or send smaller ones`;
  return new ProblemError({ code: 'overloaded', detail });
}
