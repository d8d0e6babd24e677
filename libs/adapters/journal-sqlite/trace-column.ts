/** The form of an entry's trace in its row: a `traceparent` of version 00 as the 25 bytes that it says, anything else as its text. */

const VERSION_00 = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

// the entries of one request follow each other
let last: { readonly trace: string; readonly column: Uint8Array | string } | undefined;

/** For a column that keeps whatever it is given. */
export function traceColumn(trace: string | undefined): Uint8Array | string | null {
  if (trace === undefined) return null;
  if (last?.trace !== trace) last = { trace, column: VERSION_00.test(trace) ? packed(trace) : trace };
  return last.column;
}

/** The trace that {@link traceColumn} was made of; of a damaged column, whatever is in it. */
export function traceOfColumn(column: Uint8Array | string): string {
  if (!ArrayBuffer.isView(column)) return column;
  const hex = Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-${hex.slice(48)}`;
}

function packed(trace: string): Uint8Array {
  return Buffer.from(trace.slice(3).replaceAll('-', ''), 'hex');
}
