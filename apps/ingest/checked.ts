/** The domain's values of texts that the check of their body took. */
import { parseHostName, parseInstant, type HostName, type Instant } from '#domain';

export function hostsOf(names: readonly string[]): readonly HostName[] {
  return names.map((name) => parseHostName(name) ?? neverTaken(name));
}

/** In UTC, whatever zone the text has. */
export function instantOf(text: string): Instant {
  return parseInstant(text) ?? neverTaken(text);
}

function neverTaken(text: string): never {
  throw new Error(`a check let ${JSON.stringify(text)} pass`);
}
