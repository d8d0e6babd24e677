/** CloudEvents in binary mode over Kafka: `ce_*` headers, the value being the data. Brought into the JSON format, to be parsed as such. */
import type { Fault } from './errors.js';
import { FaultLog } from './event-fields.js';

const PREFIX = 'ce_';
/** Attributes that binary mode has elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  datacontenttype: 'in binary mode the type of the data is the header content-type',
  data: "in binary mode the data is the message's value",
  data_base64: "in binary mode the data is the message's value",
};
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A message's headers by name, each with all of its values. */
export type RecordHeaders = Readonly<Record<string, readonly Uint8Array[] | undefined>>;

/** Whether it is a CloudEvent in binary mode. One header is enough: the missing ones are then faults. */
export function hasCloudEventRecordHeaders(headers: RecordHeaders): boolean {
  for (const name in headers) if (name.startsWith(PREFIX)) return true;
  return false;
}

/**
 * The CloudEvent of `ce_*` headers and a value, in the JSON format; undefined where a header is faulty: the fault
 * is added to `faults` under the attribute's name. Kafka's headers are UTF-8 as it stands, without percent encoding.
 * `data`: the parsed value; undefined where there is none.
 */
export function cloudEventOfRecord(headers: RecordHeaders, data: unknown, faults: Fault[]): object | undefined {
  const log = new FaultLog('', faults);
  // without a prototype: what headers are called is the sender's
  const event = Object.create(null) as Record<string, unknown>;
  for (const header of Object.keys(headers)) {
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    const elsewhere = Object.hasOwn(ELSEWHERE, name) ? ELSEWHERE[name] : undefined;
    if (elsewhere !== undefined) log.add(name, 'invalid', `${elsewhere}: leave out the header ${header}`);
    else event[name] = textOf(headers[header] ?? [], name, log);
  }
  if (data !== undefined) event['data'] = data;
  return log.sound ? event : undefined;
}

function textOf(values: readonly Uint8Array[], name: string, log: FaultLog): string | null {
  const [value] = values;
  if (values.length > 1) return log.add(name, 'invalid', `the header ce_${name} is there ${values.length} times`);
  // Kafka's headers may be null, as members of the JSON format may be
  if (value === undefined) return null;
  try {
    return utf8.decode(value);
  } catch {
    return log.add(name, 'invalid', `the header ce_${name} is not UTF-8`);
  }
}
