/** Errors of lines, as answers have them. */
import type { Fault } from '#contracts';
import { MAX_LINE_ERRORS, type LineError } from './line-reader.js';

/** Faults found in lines, and a use case's refusals of lines, whose paths are the numbers of lines: the first of both, in their order. */
export function firstErrors(errors: readonly LineError[], refusals: readonly Fault[]): readonly LineError[] {
  const refused = refusals.map(({ path, code, message }) => ({ line: Number(path), code, detail: message }));
  return [...errors, ...refused].sort((a, b) => a.line - b.line).slice(0, MAX_LINE_ERRORS);
}

/** As faults of a request of which no line was good; `none`: where there was no line. */
export function faultsOf(errors: readonly LineError[], none: string): readonly Fault[] {
  if (errors.length === 0) return [{ path: '', code: 'invalid', message: none }];
  return errors.map(({ line, code, detail }) => ({ path: `line ${line}`, code, message: detail }));
}
