/** The domain's values of texts that the check of their body took. */
import { parseInstant, type Instant } from '#domain';

/** In UTC, whatever zone the text has. */
export function instantOf(text: string): Instant {
  return parseInstant(text) ?? neverTaken(text);
}

function neverTaken(text: string): never {
  throw new Error(`a check let ${JSON.stringify(text)} pass`);
}
