/** Instants in columns: milliseconds after 1970, which take a quarter of the room of their text. */
import type { Instant } from '#domain';

export function toMs(instant: string): number {
  return Date.parse(instant);
}

export function fromMs(timeMs: number): Instant {
  return new Date(timeMs).toISOString() as Instant;
}
