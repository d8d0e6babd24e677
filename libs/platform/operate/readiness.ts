/** Whether the process does its work: each part reports the reasons why it does not, and its warnings. */

/** Why a part is not ready, as a sentence; null where it is. */
export type ReadinessCheck = () => string | null | Promise<string | null>;

/** A part's state is unknown where it does not say it within so long. */
const CHECK_LIMIT_MS = 5000;
/** For so long a look answers all who ask: checks may ask stores, and nobody who asks needs a token. */
const SHARED_MS = 250;

/** The state of the whole process. */
export interface Look {
  /** Why it is not ready, one sentence per part; empty: it is ready. */
  readonly reasons: readonly string[];
  /** What is wrong though it may be ready, one sentence per part. */
  readonly warnings: readonly string[];
}

export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly concerns = new Map<string, ReadinessCheck>();
  private looking: Promise<Look> | undefined;

  /** Adds the check of a part, or replaces it. */
  expect(part: string, check: ReadinessCheck): void {
    this.checks.set(part, check);
  }

  /** Adds a part's source of warnings, which do not make the process unready, or replaces it. */
  watch(part: string, check: ReadinessCheck): void {
    this.concerns.set(part, check);
  }

  /** One look at a time, however many ask; it ended at most a quarter of a second ago. Never rejects. */
  look(): Promise<Look> {
    return (this.looking ??= this.lookNow().finally(() => {
      setTimeout(() => (this.looking = undefined), SHARED_MS).unref();
    }));
  }

  private async lookNow(): Promise<Look> {
    const [reasons, warnings] = await Promise.all([sentences(this.checks), sentences(this.concerns)]);
    return { reasons, warnings };
  }
}

async function sentences(checks: ReadonlyMap<string, ReadinessCheck>): Promise<readonly string[]> {
  const answers = await Promise.all([...checks].map(([part, check]) => ask(part, check)));
  return answers.filter((answer) => answer !== null);
}

async function ask(part: string, check: ReadinessCheck): Promise<string | null> {
  const unknown = `${part}: its state is unknown`;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(resolve, CHECK_LIMIT_MS, unknown)));
  const asked = (async () => {
    const reason = await check();
    return reason === null ? null : `${part}: ${reason}`;
  })().catch(() => unknown);
  const said = await Promise.race([asked, late]);
  clearTimeout(timer);
  return said;
}
