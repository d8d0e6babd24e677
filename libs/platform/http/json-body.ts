/** JSON of requests: its faults are thrown as a problem. */
import { parseStrictJson } from '#contracts';
import { valueOf } from './problems/problem-error.js';

/** The value of `bytes`, undefined for no bytes at all; throws a {@link ProblemError}. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : parseJson(bytes, 'body');
}

/** As {@link parseJsonBody}, of a `part` of a body: the problems call it so. */
export function parseJson(bytes: Uint8Array, part: string): unknown {
  return valueOf(parseStrictJson(bytes, part));
}
