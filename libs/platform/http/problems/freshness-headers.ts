/** The headers that say how fresh an answer is; a refused read has them as well. */
import { START, type Problem } from '#contracts';

/** How far the views were when they were read, and how old that is; nothing where it is not known. */
export function freshnessHeaders(seen: Problem['seen']): Record<string, string> {
  if (seen === undefined) return {};
  const { position, ageMs } = seen;
  const age = { 'hermes-age': (Math.max(0, ageMs) / 1000).toFixed(3) };
  return position > START ? { 'hermes-position': String(position), ...age } : age;
}
