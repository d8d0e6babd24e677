/** The refusals of a route: RFC 9457 problems by status, each with the codes that it may have. */
import { ERRORS, type ErrorCode, type JsonSchema } from '#contracts';
import { statusOf } from '../http/problems/statuses.js';

/** Codes by the status that they are answered with. `pathNamesOne`: see {@link statusOf}. */
export function codesByStatus(codes: ReadonlySet<ErrorCode>, pathNamesOne: boolean): ReadonlyMap<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of [...codes].sort()) {
    const status = statusOf(code, pathNamesOne);
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return new Map([...groups].sort(([a], [b]) => a - b));
}

/** What stands for one status of a route: its codes, and what each means. */
export function explain(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' ');
}

/** The problem with one of `codes`; `reference` is what a problem of any code is referred to by. */
export function problemOf(codes: readonly ErrorCode[], reference: JsonSchema): JsonSchema {
  return { ...reference, properties: { code: { enum: codes } } };
}
