/** W3C Trace Context: what a request's `traceparent` header says, and how it is kept with the entries that it causes. */

/** The parts that Hermes goes by, in lower-case hexadecimal. */
export interface TraceParent {
  /** 32 digits. */
  readonly traceId: string;
  /** Of the caller's own work: 16 digits. */
  readonly parentId: string;
  /** Whether the caller may have recorded its work. */
  readonly sampled: boolean;
}

// later versions may say more behind a further hyphen
const PATTERN = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ONLY_ZEROS = /^0+$/;

/** Undefined for what is no valid `traceparent`: then a trace of one's own begins. */
export function parseTraceParent(text: string): TraceParent | undefined {
  const [, version, traceId = '0', parentId = '0', flags = '00', more] = PATTERN.exec(text) ?? [];
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** As text, in version 00. */
export function writeTraceParent({ traceId, parentId, sampled }: TraceParent): string {
  return `00-${traceId}-${parentId}-${sampled ? '01' : '00'}`;
}

/** The trace's id, of what is kept with an entry: what an operator looks for. */
export function traceIdOf(trace: string | undefined): string | undefined {
  return trace === undefined ? undefined : parseTraceParent(trace)?.traceId;
}
