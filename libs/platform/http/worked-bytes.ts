/**
 * Large bodies are worked on a few at a time: what is made of one takes many times its length, in the heap. The others wait
 * as they came, outside of it, in the turns of their holders; each holder's in the order in which they came.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mostOfOne } from '#application';
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

/** Resolves when a body of that length may be worked on, which ends with its answer, or of a read once it is parsed. Rejects with a {@link ProblemError}. */
export type WorkOn = (request: FastifyRequest, bytes: number) => Promise<void>;

/**
 * Once per server. `mostBytes`: of all bodies that are worked on at once, of one holder three quarters; a holder's only one
 * may be longer than that, and one alone is always taken, whatever its length.
 */
export function limitWorked(instance: Pick<FastifyInstance, 'addHook'>, mostBytes: number): WorkOn {
  const turns = new Turns(mostBytes);
  const ofRequest = new WeakMap<FastifyRequest, Turn>();
  instance.addHook('preParsing', (request, reply, payload, done) => {
    if (announcesBody(request)) {
      const turn = new Turn(turns, visitorOf(request).holder ?? '');
      ofRequest.set(request, turn);
      whenOver(request.raw, reply.raw, () => {
        turn.giveUp(gone);
      });
    }
    done(null, payload);
  });
  // a question is small once it is read, and may wait long for the views
  instance.addHook('preHandler', (request, _reply, done) => {
    if (visitorOf(request).reads) ofRequest.get(request)?.end();
    done();
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
        this.giveUp(overloaded);
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
  giveUp(why: () => ProblemError): void {
    if (this.state === 'begun') return;
    // an error costs its stack: of a request that has not waited nobody gets one
    if (this.state === 'waiting') this.answer?.refuse(why());
    this.end();
  }

  end(): void {
    clearTimeout(this.late);
    this.state = 'over';
    this.turns.leave(this);
  }
}

class Turns {
  private readonly waiting = new FairQueue<Turn>();
  private readonly begun = new Set<Turn>();
  /** Of those that have begun, by holder. */
  private readonly byHolder = new Map<string, number>();
  private bytes = 0;

  constructor(private readonly mostBytes: number) {}

  enter(turn: Turn): void {
    this.waiting.put(turn.holder, turn);
    this.beginNext();
  }

  leave(turn: Turn): void {
    this.waiting.remove(turn.holder, turn);
    if (this.begun.delete(turn)) this.count(turn, -turn.bytes);
    this.beginNext();
  }

  private beginNext(): void {
    for (let turn = this.next(); turn !== undefined; turn = this.next()) {
      this.waiting.pass(turn.holder);
      this.waiting.remove(turn.holder, turn);
      this.begun.add(turn);
      this.count(turn, turn.bytes);
      turn.come();
    }
  }

  /** The first of the first holder that has not its share. Where it does not fit yet, none: else small ones would keep it from its turn. */
  private next(): Turn | undefined {
    for (const [holder, [turn]] of this.waiting.inTurn()) {
      const own = this.byHolder.get(holder) ?? 0;
      if (turn === undefined || (own > 0 && own + turn.bytes > mostOfOne(this.mostBytes))) continue;
      return this.begun.size === 0 || this.bytes + turn.bytes <= this.mostBytes ? turn : undefined;
    }
    return undefined;
  }

  private count({ holder }: Turn, bytes: number): void {
    this.bytes += bytes;
    const own = (this.byHolder.get(holder) ?? 0) + bytes;
    if (own > 0) this.byHolder.set(holder, own);
    else this.byHolder.delete(holder);
  }
}

function overloaded(): ProblemError {
  const detail = `other large bodies were worked on for ${MAX_WAIT_MS / 1000} s: try again shortly, or send smaller ones`;
  return new ProblemError({ code: 'overloaded', detail });
}
