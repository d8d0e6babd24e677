/** Commands on what a filter finds: how is answered what would be found, where that was only asked. */
import type { Foreseen } from '#application';
import type { FoundBody, Outcome } from '#contracts';
import { ProblemError, valueOf, type NamedOrWhere } from '#platform';

export function answerFound(outcome: Outcome<Foreseen>): FoundBody {
  const { position, found, atLeast, examples } = valueOf(outcome);
  return { position: String(position), found, ...(atLeast ? { atLeast } : {}), examples };
}

/** The filter of a request that is only asked for what would come of it. */
export function whereOf<F>(these: NamedOrWhere<F>): F {
  if ('where' in these) return these.where;
  const message = 'belongs to where: of those that are named nothing needs to be found';
  const errors = [{ path: 'dryRun', code: 'invalid', message }];
  throw new ProblemError({ code: 'validation-failed', detail: 'the query string is not valid', errors });
}
