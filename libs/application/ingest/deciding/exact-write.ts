/** Entries that are right at one revision of their stream only: the catalogue's and the quests', which were decided upon what stands before. */
import type { NewEntry, Position, StoredEntry } from '#contracts';
import { StoreUnavailable, type Journal, type StreamWrite, type WriteOutcome } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';

/**
 * - `stored`: durable, right after the expected revision; `position` is the last entry's.
 * - `conflict`: surely not stored, and never will be: something else stands there. Decide again.
 * - `unavailable`: surely not stored. `unknown`: it may be, now or later. `too-large`: not stored.
 */
export type ExactOutcome =
  | { readonly kind: 'stored'; readonly position: Position }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unavailable' | 'unknown' | 'too-large'; readonly reason: string };

const MAX_TRIES = 8;
const PAUSES: Pauses = { firstMs: 10, longestMs: 500 };

/**
 * Appends `entries`, whose UUIDs are new, after the stream's revision `last` (-1: as its first). After an unknown outcome
 * the same is tried again: at one revision it can be stored once only, and where it conflicts with itself, it is there.
 */
export async function writeExactly(
  journal: Journal,
  stream: string,
  last: number,
  entries: readonly NewEntry[],
): Promise<ExactOutcome> {
  const write: StreamWrite = { stream, expected: last < 0 ? 'none' : last, entries };
  let unsure = false;
  let reason = '';
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const outcome = await tryOnce(journal, write);
    switch (outcome.kind) {
      case 'appended':
        return { kind: 'stored', position: outcome.position };
      case 'too-large':
        return outcome;
      case 'refused':
        return { kind: unsure ? 'unknown' : 'unavailable', reason: outcome.reason };
      case 'conflict': {
        if (!unsure) return { kind: 'conflict' };
        const found = await find(journal, stream, last, entries);
        if (found !== undefined) return found;
        break;
      }
      case 'unknown':
        unsure = true;
        reason = outcome.reason;
        break;
      case 'failed':
        reason = outcome.reason;
    }
    if (tries < MAX_TRIES) await sleep(pauseMs(tries, PAUSES));
  }
  return { kind: unsure ? 'unknown' : 'unavailable', reason };
}

async function tryOnce(journal: Journal, write: StreamWrite): Promise<WriteOutcome> {
  try {
    const [outcome] = await journal.append([write]);
    if (outcome === undefined) throw new Error('the journal answered fewer writes than it was given');
    return outcome;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { kind: 'unknown', reason: error.reason };
  }
}

/** What stands where the entries were to stand: they, or another's. Undefined where it cannot be read now. */
async function find(
  journal: Journal,
  stream: string,
  last: number,
  entries: readonly NewEntry[],
): Promise<ExactOutcome | undefined> {
  try {
    const first = await entryAfter(journal, stream, last);
    if (first === undefined) return undefined;
    if (first.id !== entries[0]?.id) return { kind: 'conflict' };
    // a write is stored all or not at all (J1)
    const end = await entryAfter(journal, stream, last + entries.length - 1);
    return end && { kind: 'stored', position: end.position };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return undefined;
  }
}

async function entryAfter(journal: Journal, stream: string, revision: number): Promise<StoredEntry | undefined> {
  const [page] = await journal.read([{ stream, direction: 'forwards', from: revision + 1, limit: 1 }]);
  return page?.[0];
}
