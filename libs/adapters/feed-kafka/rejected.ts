/** Rejected messages as Kafka messages: as they were, and beside them `hermes-` headers that say why, where from and when. */
import type { InboundMessage, RejectedMessage } from '#ports';
import type { Incoming, Outgoing } from './message-codec.js';
import { BATCH_OVERHEAD, sizeOf } from './publisher.js';

/** Longer reasons are cut. */
const MAX_REASON_LENGTH = 2000;

export interface RejectionTarget {
  /** The inbound topic. */
  readonly topic: string;
  readonly partitions: number;
  /** Most bytes of one message, with the batch around it, in the topic of rejected messages. */
  readonly maxMessageBytes: number;
}

/**
 * To the partition of the same number, where the topic has one. A message that does not fit goes without its value,
 * then without its headers and key: `hermes-omitted` names the missing parts, `hermes-place` the original.
 */
export function rejection(rejected: RejectedMessage, target: RejectionTarget, atMs: number): Outgoing {
  const { message, code, reason } = rejected;
  const { topic, partitions, maxMessageBytes } = target;
  const why = {
    'hermes-reason': reason.length > MAX_REASON_LENGTH ? `${reason.slice(0, MAX_REASON_LENGTH)}…` : reason,
    'hermes-code': code,
    'hermes-place': `${topic}/${message.partition}/${message.offset}`,
    'hermes-rejected-at': new Date(atMs).toISOString(),
  };
  const { key, value } = message;
  const partition = message.partition % partitions;
  const whole: Outgoing = { partition, key, value, headers: { ...headersOf(message), ...why } };
  const fits = (outgoing: Outgoing): boolean => sizeOf(outgoing) + BATCH_OVERHEAD <= maxMessageBytes;
  if (fits(whole)) return whole;
  const bare: Outgoing = { ...whole, value: null, headers: { ...whole.headers, 'hermes-omitted': 'value' } };
  if (fits(bare)) return bare;
  return { partition, key: null, value: null, headers: { ...why, 'hermes-omitted': 'key, value, headers' } };
}

function headersOf({ headers }: InboundMessage): Record<string, Buffer[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, [...values]]));
}

/** A message's headers with all values of each; a null value is none. */
export function headersFrom(headers: Incoming['headers']): InboundMessage['headers'] {
  const all = Object.create(null) as Record<string, readonly Buffer[]>;
  for (const [name, given] of Object.entries(headers ?? {})) {
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    all[name] = values.flatMap((value) =>
      typeof value === 'string' ? [Buffer.from(value)] : Buffer.isBuffer(value) ? [value] : [],
    );
  }
  return all;
}
