/** Reads a JSON body strictly: UTF-8 or nothing, bounded in depth, without keys that mean something to JavaScript's objects. */
import type { Problem } from '#contracts';
import { ProblemError } from '../problems/problem-error.js';

/** No shape of the API is half as deep; it bounds the recursion of all that walks a body. */
export const MAX_DEPTH = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of `bytes`, undefined for no bytes at all; throws a {@link ProblemError}. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const value = parse(decode(bytes));
  check(value, 1);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('the body is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message may quote the body: only the place is told.
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    throw malformed(`the body is not JSON${place === undefined ? '' : ` (at character ${place})`}`);
  }
}

function check(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw malformed(`the body is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (const item of value) check(item, depth + 1);
    return;
  }
  for (const key in value) {
    if (key === '__proto__') throw malformed('a field of the body is called __proto__');
    check((value as Record<string, unknown>)[key], depth + 1);
  }
}

function malformed(detail: string): ProblemError {
  const problem: Problem = { code: 'malformed', detail };
  return new ProblemError(problem);
}
