/** CloudEvents in binary mode over HTTP: `ce-*` headers, the body being the data. Brought into the JSON format, to be parsed as such. */
import { FaultLog } from './event-fields.js';
import type { Fault } from './errors.js';

const PREFIX = 'ce-';
/** Header values as they may be sent: visible ASCII and spaces. */
const ASCII = /^[\x20-\x7e]*$/;
/** Attributes that binary mode has elsewhere: the data's type is the Content-Type, the data is the body. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  datacontenttype: 'in binary mode the type of the data is the Content-Type',
  data: 'in binary mode the data is the body',
  data_base64: 'in binary mode the data is the body',
};

/** Headers by their names in lower case, each with all of its values. */
export type HeaderValues = Readonly<Record<string, readonly string[] | undefined>>;

/** Whether a request without a CloudEvents media type is one in binary mode. One header is enough: the missing ones are then faults. */
export function hasCloudEventHeaders(headers: Readonly<Record<string, unknown>>): boolean {
  for (const name in headers) if (name.startsWith(PREFIX)) return true;
  return false;
}

/**
 * The CloudEvent of `ce-*` headers and a body, in the JSON format; undefined where a header is faulty: the fault
 * is added to `faults` under the attribute's name. `data`: the parsed body; undefined where there is none.
 */
export function cloudEventOfHeaders(headers: HeaderValues, data: unknown, faults: Fault[]): object | undefined {
  const log = new FaultLog('', faults);
  // without a prototype: what headers are called is the sender's
  const event = Object.create(null) as Record<string, unknown>;
  for (const header of Object.keys(headers)) {
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    const values = headers[header] ?? [];
    const elsewhere = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
    if (elsewhere !== undefined) log.add(name, 'invalid', `${elsewhere}: leave out the header ${header}`);
    else if (values.length > 1) log.add(name, 'invalid', `the header ${header} is there ${values.length} times`);
    else event[name] = decoded(values[0] ?? '', name, log);
  }
  if (data !== undefined) event['data'] = data;
  return log.sound ? event : undefined;
}

/** HTTP binding 3.1.3.2: the quotes of a quoted string are taken off, then percent encodings are decoded, once, as UTF-8. */
function decoded(value: string, name: string, log: FaultLog): string | null {
  if (!ASCII.test(value))
    return log.add(name, 'invalid', `the header ce-${name} is not ASCII: percent-encode it as UTF-8`);
  const text = /^".*"$/.test(value) && value.length > 1 ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  try {
    return decodeURIComponent(text);
  } catch {
    return log.add(name, 'invalid', `the header ce-${name} has a broken percent encoding`);
  }
}
