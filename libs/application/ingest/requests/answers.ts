/** Answers as they are kept with a request's record: small, and the same for a client that repeats the request. */
import { parsePosition, START, type Position } from '#contracts';
import type { IngestRequest } from '../deciding/request.js';

/** `unpack(pack(value, request))` answers as `value` did. Both may work in turns with other requests. */
export interface Answers<T> {
  /** As JSON; undefined where the request is not done yet: sent again, it goes on. */
  pack(value: T, request: Pick<IngestRequest, 'uuid' | 'since'>): unknown;
  unpack(kept: unknown): T | Promise<T>;
}

/** A value of any shape, whole. Its positions are the only bigints in it. */
export function whole<T>(): Answers<T> {
  return {
    pack: (value) =>
      JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? { $position: String(part) } : part)),
    unpack: (kept) => JSON.parse(kept as string, revive) as T,
  };
}

/** As {@link whole}; what has refusals other than these among its results is not done yet. */
export function wholeWhereFinal<T extends object>(final: readonly string[]): Answers<T> {
  const all = whole<T>();
  const isFinal = (result: object): boolean =>
    !('fault' in result) || final.includes((result.fault as { readonly code: string }).code);
  const isDone = (value: object): boolean =>
    !('results' in value) || (value.results as readonly object[]).every(isFinal);
  return { ...all, pack: (value, request) => (isDone(value) ? all.pack(value, request) : undefined) };
}

function revive(_name: string, part: unknown): unknown {
  const isPosition = typeof part === 'object' && part !== null && '$position' in part;
  return isPosition ? keptPosition(part.$position) : part;
}

/** A position that was kept as text. */
export function keptPosition(text: unknown): Position {
  const position = typeof text === 'string' ? (text === String(START) ? START : parsePosition(text)) : undefined;
  if (position === undefined) throw new TypeError(`a request's record has no position, but ${JSON.stringify(text)}`);
  return position;
}
