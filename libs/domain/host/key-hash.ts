/**
 * Rule 24 keeps keys, each with its event's type, as hashes of 64 bits: two different ones among a host's last 64 events
 * share one with a chance below 2^-52.
 */
import type { EventLogged } from './entries.js';

/** Of the event's key and type; null where it has no key. */
export function keyHash({ category, state, key }: Pick<EventLogged, 'category' | 'state' | 'key'>): string | null {
  // neither part of a type holds a space, so different triples are different texts
  return key === null ? null : textHash(`${category} ${state} ${key}`);
}

/**
 * 64 bits in 16 hex digits. Two lanes of 32 bits take the text two UTF-16 code units at a time, each with murmur3's
 * different steps and constants; at the end the length goes in and each lane is mixed into the other (murmur3's fmix32).
 * It is stored in host documents: a change of it is a change of the fold (raise FOLD_VERSION).
 */
export function textHash(text: string): string {
  const { length } = text;
  let low = 0x2c1b3c6d;
  let high = 0x297a2d39;
  for (let index = 0; index < length; index += 2) {
    // Past the end charCodeAt is NaN, which shifts as 0.
    const pair = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    low = step(low, pair, 0xcc9e2d51, 0x1b873593);
    high = step(high, pair, 0x239b961b, 0xab0e9789);
  }
  low = mixed(low ^ length);
  high = mixed((high ^ length) + low);
  low = mixed(low + high);
  return hex(high) + hex(low);
}

function step(lane: number, pair: number, first: number, second: number): number {
  let mixed = Math.imul(pair, first);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), second);
  const turned = lane ^ mixed;
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0x561ccd1b) | 0;
}

function mixed(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
