/** What a read or a subscription asks for, and a cursor over the log that gives it, one event at a time. */
import type { Recorded } from './log.js';
import type { Streams } from './streams.js';

export type Direction = 'forwards' | 'backwards';

export type From = 'start' | 'end' | bigint;

export interface EventFilter {
  readonly on: 'stream' | 'type';
  readonly matches: (text: string) => boolean;
}

/** Passes over what is not wanted. */
export interface Cursor {
  /** The next event, or undefined at the present end. */
  next(): Recorded | undefined;
  /** How many events it has looked at so far. */
  readonly scanned: number;
  /** The last event it looked at. */
  readonly last: Recorded | undefined;
}

/** Forwards from a position is inclusive, backwards exclusive; `after` makes forwards exclusive, too, as subscriptions are. Undefined where the position is that of no record. */
export function allCursor(
  streams: Streams,
  from: From,
  direction: Direction,
  after: boolean,
  filter: EventFilter | undefined,
): Cursor | undefined {
  const { records } = streams.log;
  const start = startIndex(streams, from);
  if (start === undefined) return undefined;
  let index = direction === 'backwards' ? start - 1 : start + (after && typeof from === 'bigint' ? 1 : 0);
  const step = direction === 'backwards' ? -1 : 1;
  const cursor = {
    scanned: 0,
    last: undefined as Recorded | undefined,
    next(): Recorded | undefined {
      for (;;) {
        const record = records[index];
        if (record === undefined) return undefined;
        index += step;
        cursor.scanned += 1;
        cursor.last = record;
        if (filter === undefined || filter.matches(filter.on === 'stream' ? record.stream : record.type)) return record;
      }
    },
  };
  return cursor;
}

/** From a revision inclusive in both directions; `after` makes it exclusive. */
export function streamCursor(
  streams: Streams,
  stream: string,
  from: From,
  direction: Direction,
  after: boolean,
): Cursor {
  const end = streams.lastRevision(stream);
  let revision = revisionOf(from, end, direction) + (after && typeof from === 'bigint' ? 1 : 0);
  const step = direction === 'backwards' ? -1 : 1;
  const cursor = {
    scanned: 0,
    last: undefined as Recorded | undefined,
    next(): Recorded | undefined {
      while (revision >= 0 && revision <= streams.lastRevision(stream)) {
        const record = streams.visible(stream, revision);
        revision += step;
        if (record === undefined) continue;
        cursor.scanned += 1;
        cursor.last = record;
        return record;
      }
      return undefined;
    },
  };
  return cursor;
}

function startIndex(streams: Streams, from: From): number | undefined {
  if (from === 'start') return 0;
  if (from === 'end') return streams.log.records.length;
  return streams.log.indexOf(from);
}

function revisionOf(from: From, end: number, direction: Direction): number {
  if (from === 'start') return 0;
  if (from === 'end') return direction === 'backwards' ? end : end + 1;
  const revision = from > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(from);
  return revision;
}
