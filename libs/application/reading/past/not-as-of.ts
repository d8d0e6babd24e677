/** What a question asks of the past that is not known of it (R11). */
import type { Problem } from '#contracts';

/** `field`: of the question. `why`, as a sentence's end. */
export function notAsOf(field: string, why: string): Problem {
  const message = `is not taken with asOf: of the past ${why}`;
  const errors = [{ path: field, code: 'invalid' as const, message }];
  return { code: 'validation-failed', detail: `${field} is asked for with asOf`, errors };
}
