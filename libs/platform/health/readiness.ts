/** Whether the process does what it is there for: each part says what keeps it from that. */

/** Why a part is not ready, as a sentence; null where it is. */
export type ReadinessCheck = () => string | null | Promise<string | null>;

export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();

  /** Adds the check of a part, or replaces it. */
  expect(part: string, check: ReadinessCheck): void {
    this.checks.set(part, check);
  }

  /** What keeps the process from being ready, one sentence per part; empty: it is. */
  async reasons(): Promise<readonly string[]> {
    const answers = await Promise.all([...this.checks].map(([part, check]) => ask(part, check)));
    return answers.filter((answer) => answer !== null);
  }
}

async function ask(part: string, check: ReadinessCheck): Promise<string | null> {
  try {
    const reason = await check();
    return reason === null ? null : `${part}: ${reason}`;
  } catch {
    return `${part}: its state cannot be told`;
  }
}
