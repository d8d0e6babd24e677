/** Whether the process does its work: each part reports the reasons why it does not, and its warnings. */

/** Why a part is not ready, as a sentence; null where it is. */
export type ReadinessCheck = () => string | null | Promise<string | null>;

export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();
  private readonly concerns = new Map<string, ReadinessCheck>();

  /** Adds the check of a part, or replaces it. */
  expect(part: string, check: ReadinessCheck): void {
    this.checks.set(part, check);
  }

  /** Adds a part's source of warnings, which do not make the process unready, or replaces it. */
  watch(part: string, check: ReadinessCheck): void {
    this.concerns.set(part, check);
  }

  /** The reasons why the process is not ready, one sentence per part; empty: it is ready. */
  async reasons(): Promise<readonly string[]> {
    return sentences(this.checks);
  }

  /** Warnings of a process that is ready, one sentence per part. */
  async warnings(): Promise<readonly string[]> {
    return sentences(this.concerns);
  }
}

async function sentences(checks: ReadonlyMap<string, ReadinessCheck>): Promise<readonly string[]> {
  const answers = await Promise.all([...checks].map(([part, check]) => ask(part, check)));
  return answers.filter((answer) => answer !== null);
}

async function ask(part: string, check: ReadinessCheck): Promise<string | null> {
  try {
    const reason = await check();
    return reason === null ? null : `${part}: ${reason}`;
  } catch {
    return `${part}: its state is unknown`;
  }
}
