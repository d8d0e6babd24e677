/** JSON of requests: its faults are thrown as a problem. */
import { inTurns, parseStrictJson, parseStrictJsonInSteps } from '#contracts';
import { valueOf } from './problems/problem-error.js';

/** The value of `bytes`, undefined for no bytes at all; throws a {@link ProblemError}. A large body is read in turns with other requests. */
export async function parseJsonBody(bytes: Uint8Array): Promise<unknown> {
  return bytes.length === 0 ? undefined : valueOf(await inTurns(parseStrictJsonInSteps(bytes, 'body')));
}

/** As {@link parseJsonBody}, at once, of a `part` of a body: the problems call it so. */
export function parseJson(bytes: Uint8Array, part: string): unknown {
  return valueOf(parseStrictJson(bytes, part));
}
