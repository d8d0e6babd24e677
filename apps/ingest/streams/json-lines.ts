/** NDJSON: a value of JSON a line. */
import type { Fault } from '#contracts';
import { parseJson, ProblemError } from '#platform';
import { LineFault } from './line-reader.js';
import { MAX_LINE_BYTES, type Line } from './lines.js';

/** At most this many faults of one bad line are answered. */
const MAX_FAULTS_SHOWN = 5;

/** What `parse` makes of the line's value; undefined of a blank line. Faults that it adds have paths that begin with `path`, where that is not empty. */
export function readJson<T>(
  { bytes }: Line,
  path: string,
  parse: (value: unknown, faults: Fault[]) => T | undefined,
): { readonly item: T; readonly bytes: number } | undefined {
  if (bytes === null) throw new LineFault('payload-too-large', `the line is longer than ${MAX_LINE_BYTES} bytes`);
  if (isBlank(bytes)) return undefined;
  const faults: Fault[] = [];
  const item = parse(jsonOf(bytes), faults);
  if (item === undefined) throw new LineFault('validation-failed', sentenceOf(faults, path));
  return { item, bytes: bytes.length };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, 'line');
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, detail, errors } = error.problem;
    throw new LineFault(code, errors === undefined ? detail : sentenceOf(errors, ''));
  }
}

/** Nothing but spaces, tabs and carriage returns. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** The faults as one sentence, each with its place in the line, which stands at `path`. */
export function sentenceOf(faults: readonly Fault[], path: string): string {
  const shown = faults.slice(0, MAX_FAULTS_SHOWN).map((fault) => {
    const place = path === '' ? fault.path : fault.path.slice(path.length + 1);
    return place === '' ? fault.message : `${place}: ${fault.message}`;
  });
  const more = faults.length > shown.length ? [`and ${faults.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}
