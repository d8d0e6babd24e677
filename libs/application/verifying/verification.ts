/** One verification while it runs, and what is remembered of it. */
import type { Position, Uuid } from '#contracts';
import type { Log } from '../log.js';
import { ReplayJob, type JobParts } from '../replay/job.js';
import { whereOf } from './findings.js';
import type { VerifiedGeneration, VerifyStep } from './verified-generation.js';
import type { VerificationStatus } from './verifying.js';

export interface VerificationParts extends Pick<JobParts<VerifyStep>, 'clock' | 'monotonicMs'> {
  readonly generation: number;
  readonly end: Position;
  readonly log: Log;
}

export type Verify = (moved: (step: VerifyStep) => void, signal: AbortSignal) => Promise<VerifiedGeneration>;

/** Parts of the whole work, about: where each phase begins, and how much it is. */
const SHARES = { splitting: [0, 0.25], judging: [0.25, 0.7], listing: [0.95, 0.05] } as const;
const FIRST: VerifyStep = {
  ...{ phase: 'splitting', share: 0, entries: 0, total: null, hosts: 0, differences: 0, bytes: 0 },
};
const NONE_LEFT_OUT = { large: 0, behind: 0, moving: 0 };

export class Verification {
  private readonly job: ReplayJob<VerifyStep>;
  private result: VerifiedGeneration | undefined;

  constructor(
    private readonly parts: VerificationParts,
    private readonly verify: Verify,
  ) {
    const { generation, end } = parts;
    const about = { generation, position: String(end) };
    this.job = new ReplayJob({ ...parts, name: 'the verification of the views', about, shares: SHARES, first: FIRST });
  }

  get id(): Uuid {
    return this.job.id;
  }

  /** Never rejects. */
  run(): Promise<void> {
    return this.job.run(async (moved, signal) => {
      this.result = await this.verify(moved, signal);
      this.logFound(this.result);
    });
  }

  cancel(): Promise<void> {
    return this.job.cancel();
  }

  status(): VerificationStatus {
    const { job, parts, result } = this;
    const { phase, entries, total, hosts, ...step } = job.step;
    const { notCompared = NONE_LEFT_OUT, leftOut = [] } = result ?? {};
    const differences = result?.findings.differences ?? step.differences;
    const status = job.status();
    return {
      ...{ ...status, phase, generation: parts.generation, position: parts.end, entries, total },
      ...{
        hosts: result?.hosts ?? hosts,
        differences,
        notCompared,
        leftOut,
        examples: result?.findings.examples ?? [],
      },
      equal: status.state === 'done' ? equalBy(differences, notCompared) : null,
    };
  }

  private logFound({ findings, hosts, notCompared }: VerifiedGeneration): void {
    const { log } = this.parts;
    const { differences, examples } = findings;
    const found = { id: this.id, equal: equalBy(differences, notCompared), differences, hosts, notCompared };
    const [first] = examples;
    if (first !== undefined) log.error('the views differ from the journal', { ...found, first: whereOf(first) });
    else log.info('the views are verified', found);
  }
}

function equalBy(differences: number, { large, behind, moving }: VerificationStatus['notCompared']): boolean | null {
  if (differences > 0) return false;
  return large + behind + moving === 0 ? true : null;
}
