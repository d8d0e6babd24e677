/** One verification while it runs, and what is remembered of it. */
import type { Position, Uuid } from '#contracts';
import type { Instant } from '#domain';
import { instantNow, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { Pace } from './pace.js';
import type { VerifiedGeneration, VerifyStep } from './verify-generation.js';
import type { VerificationStatus } from './verifying.js';

export interface VerificationParts {
  readonly id: Uuid;
  readonly generation: number;
  readonly end: Position;
  readonly clock: Clock;
  readonly monotonicMs: () => number;
  readonly log: Log;
}

export type Verify = (moved: (step: VerifyStep) => void, signal: AbortSignal) => Promise<VerifiedGeneration>;

/** Parts of the whole work, about: where each phase begins, and how much it is. */
const SHARES = { splitting: [0, 0.25], judging: [0.25, 0.7], listing: [0.95, 0.05] } as const;
const LOG_EVERY_MS = 5000;
const NONE_LEFT_OUT = { large: 0, behind: 0, moving: 0 };

export class Verification {
  private step: VerifyStep = {
    ...{ phase: 'splitting', share: 0, entries: 0, total: null, hosts: 0, differences: 0, bytes: 0 },
  };
  private state: VerificationStatus['state'] = 'running';
  private result: VerifiedGeneration | undefined;
  private reason: string | null = null;
  private endedAt: Instant | null = null;
  private readonly startedAt: Instant;
  private readonly ending = new AbortController();
  private readonly pace: Pace;
  private loggedAtMs: number;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: VerificationParts,
    private readonly verify: Verify,
  ) {
    this.startedAt = instantNow(parts.clock);
    this.pace = new Pace(parts.monotonicMs);
    this.loggedAtMs = parts.monotonicMs();
  }

  get id(): Uuid {
    return this.parts.id;
  }

  /** Never rejects. `reasonOf` says of a failure what operators are shown. */
  run(reasonOf: (error: unknown) => string): Promise<void> {
    this.running = this.work(reasonOf);
    return this.running;
  }

  async cancel(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  status(): VerificationStatus {
    const { parts, step, state, result, reason, startedAt, endedAt, pace } = this;
    const isRunning = state === 'running';
    const differences = result?.findings.differences ?? step.differences;
    const { notCompared = NONE_LEFT_OUT } = result ?? {};
    return {
      ...{ id: parts.id, state, phase: step.phase, generation: parts.generation, position: parts.end },
      percent: state === 'done' ? 100 : Math.min(99, Math.floor(this.share() * 100)),
      ...{ entries: step.entries, total: step.total, entriesPerS: pace.entriesPerS },
      secondsLeft: isRunning ? pace.secondsLeft : null,
      ...{ hosts: result?.hosts ?? step.hosts, bytes: isRunning ? step.bytes : 0 },
      ...{ equal: state === 'done' ? equalBy(differences, notCompared) : null, differences, notCompared },
      ...{ examples: result?.findings.examples ?? [], startedAt, endedAt, reason },
    };
  }

  private async work(reasonOf: (error: unknown) => string): Promise<void> {
    const { parts, ending } = this;
    const { log, id, generation, end } = parts;
    log.info('the views are being verified against the journal', { id, generation, position: String(end) });
    try {
      this.result = await this.verify((step) => {
        this.moved(step);
      }, ending.signal);
      this.state = 'done';
    } catch (error) {
      this.state = ending.signal.aborted ? 'cancelled' : 'failed';
      if (this.state === 'failed') {
        this.reason = reasonOf(error);
        log.error('the verification of the views has failed', { id, err: error });
      }
    }
    this.endedAt = instantNow(parts.clock);
    this.logEnd();
  }

  private moved(step: VerifyStep): void {
    this.step = step;
    const gone = step.phase === 'splitting' ? step.entries : (step.total ?? 0) + step.entries;
    this.pace.at(this.share(), gone);
    const nowMs = this.parts.monotonicMs();
    if (nowMs - this.loggedAtMs < LOG_EVERY_MS) return;
    this.loggedAtMs = nowMs;
    const { id, phase, percent, entries, total, entriesPerS, secondsLeft, hosts, differences } = this.status();
    this.parts.log.info('the views are being verified', {
      ...{ id, phase, percent, entries, total, entriesPerS, secondsLeft, hosts, differences },
    });
  }

  private share(): number {
    const [from, length] = SHARES[this.step.phase];
    return from + length * this.step.share;
  }

  private logEnd(): void {
    const { log } = this.parts;
    const { id, state, equal, differences, hosts, notCompared, examples } = this.status();
    if (state === 'cancelled') log.info('the verification of the views was cancelled', { id });
    if (state !== 'done') return;
    const found = { id, equal, differences, hosts, notCompared };
    if (differences > 0) log.error('the views differ from the journal', { ...found, first: examples[0] });
    else log.info('the views are verified', found);
  }
}

function equalBy(differences: number, { large, behind, moving }: VerificationStatus['notCompared']): boolean | null {
  if (differences > 0) return false;
  return large + behind + moving === 0 ? true : null;
}
