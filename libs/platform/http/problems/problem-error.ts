/** An expected failure on its way out of a handler: the exception filter answers its problem. */
import type { Outcome, Problem } from '#contracts';

export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** The outcome's value; throws its problem where there is one. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new ProblemError(outcome.problem);
  return outcome.value;
}
