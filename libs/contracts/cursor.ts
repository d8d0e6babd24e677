/**
 * The opaque text of a list's cursor: where the last page ended, bound to the list, its order and its filter, so that a
 * cursor carried over to another question is noticed instead of answering something odd.
 */
import { createHash } from 'node:crypto';
import type { CursorKey } from './filters.js';

/** What a cursor goes on in. */
export interface CursorContext {
  /** The list's name, e.g. `labors`. */
  readonly list: string;
  readonly sort: string;
  /** The filter as the client asked for it, without what changes from page to page by itself (the present, derived types). */
  readonly filter: object;
}

/** Longest text that is looked at; more than any key of ours needs. */
export const MAX_CURSOR_LENGTH = 2048;
const MAX_KEYS = 4;
/** 96 bits: enough against mistakes, which is all it is for; a cursor gives access to nothing. */
const HASH_LENGTH = 16;

export function encodeCursor(key: CursorKey, context: CursorContext): string {
  return Buffer.from(sealOf(key, context) + JSON.stringify(key), 'utf8').toString('base64url');
}

/** The key that {@link encodeCursor} put into `text` for the same list, order and filter; undefined for any other text. */
export function decodeCursor(text: string, context: CursorContext): CursorKey | undefined {
  if (text.length > MAX_CURSOR_LENGTH || !/^[\w-]+$/.test(text)) return undefined;
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  const key = parseKey(plain.slice(HASH_LENGTH));
  if (key === undefined || plain.slice(0, HASH_LENGTH) !== sealOf(key, context)) return undefined;
  return encodeCursor(key, context) === text ? key : undefined;
}

function parseKey(json: string): CursorKey | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_KEYS) return undefined;
  return value.every((part): part is string => typeof part === 'string') ? value : undefined;
}

function sealOf(key: CursorKey, { list, sort, filter }: CursorContext): string {
  const text = JSON.stringify([list, sort, canonical(filter), key]);
  return createHash('sha256').update(text).digest('base64url').slice(0, HASH_LENGTH);
}

/** Fields by name, absent ones left out, values of a list in one order: equal filters give equal text. */
function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) {
    const parts = value.map((part) => JSON.stringify(canonical(part)));
    return [...new Set(parts)].sort();
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, canonical(field)]);
}
