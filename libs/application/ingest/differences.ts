/** What repeats say otherwise than the events that they repeat (rule 24): the first ones are read back, for repeats only. */
import { isDeepStrictEqual } from 'node:util';
import { COMPARED_FIELDS, decodeHostEntry, turn, type ComparedField, type StoredEntry } from '#contracts';
import type { EventLogged } from '#domain';
import { StoreUnavailable, type Journal, type StreamRead } from '#ports';
import { pauseMs, sleep, type Pauses } from '../pauses.js';
import type { AppendItem, AppendJob } from './appending/job.js';

/** Of each repeat that differs from the first: the fields that are not the same, at least one. */
export type Differences = ReadonlyMap<AppendItem, readonly ComparedField[]>;

/** First events that one call may bring: each may be as large as an event can be. */
const MAX_ENTRIES_A_CALL = 256;
/** The repeats' own entries are stored by now: a read that fails once must not make their request fail. */
const MAX_TRIES = 5;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

interface Repeat {
  readonly stream: string;
  readonly item: AppendItem;
}

/** Of the settled items of the jobs. Rejects with StoreUnavailable where the first ones cannot be read. */
export async function differencesOf(journal: Journal, jobs: readonly AppendJob[]): Promise<Differences> {
  const differences = new Map<AppendItem, readonly ComparedField[]>();
  const repeats = repeatsIn(jobs);
  const most = Math.min(MAX_ENTRIES_A_CALL, journal.maxReadEntries);
  for (let from = 0; from < repeats.length; from += most) {
    // a store in this process answers without letting anyone else in
    if (from > 0) await turn();
    const some = repeats.slice(from, from + most);
    const firsts = await firstsOf(journal, some);
    for (const { stream, item } of some) {
      const first = firsts.get(placeOf(stream, item.revision));
      const fields = first === undefined ? [] : differing(first, item);
      if (fields.length > 0) differences.set(item, fields);
    }
  }
  return differences;
}

/** By stream and revision, so that neighbours are read together. */
function repeatsIn(jobs: readonly AppendJob[]): readonly Repeat[] {
  const repeats: Repeat[] = [];
  for (const { stream, items, settled } of jobs) {
    const own: Repeat[] = [];
    for (let index = 0; index < settled; index += 1) {
      const item = items[index];
      if (item?.duplicate === true) own.push({ stream, item });
    }
    own.sort((one, other) => one.item.revision - other.item.revision);
    repeats.push(...own);
  }
  return repeats;
}

/** The events that stand at the repeats' revisions, by {@link placeOf}. */
async function firstsOf(journal: Journal, repeats: readonly Repeat[]): Promise<ReadonlyMap<string, StoredEntry>> {
  const firsts = new Map<string, StoredEntry>();
  for (let reads = readsOf(repeats); reads.length > 0;) {
    const pages = await readAgain(journal, reads);
    for (const stored of pages.flat()) firsts.set(placeOf(stored.stream, stored.revision), stored);
    // where they are large a call brings fewer of them
    reads = reads.flatMap(({ stream, direction, from, limit }, nth) => {
      const { length } = pages[nth] ?? [];
      const isWhole = length === limit || (pages[nth] !== undefined && length === 0);
      return isWhole ? [] : [{ stream, direction, from: from + length, limit: limit - length }];
    });
  }
  return firsts;
}

/** Of one stream's repeats, a run of revisions. */
type FirstsRead = { stream: string; direction: 'forwards'; from: number; limit: number };

/** One read for each run of revisions. */
function readsOf(repeats: readonly Repeat[]): readonly FirstsRead[] {
  const reads: FirstsRead[] = [];
  for (const { stream, item } of repeats) {
    const last = reads.at(-1);
    const nth = last?.stream === stream ? item.revision - last.from : undefined;
    // one that is repeated twice is read once
    if (last !== undefined && nth !== undefined && nth <= last.limit) last.limit = Math.max(last.limit, nth + 1);
    else reads.push({ stream, direction: 'forwards', from: item.revision, limit: 1 });
  }
  return reads;
}

async function readAgain(journal: Journal, reads: readonly StreamRead[]) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await journal.read(reads);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tries >= MAX_TRIES) throw error;
      await sleep(pauseMs(tries, PAUSES));
    }
  }
}

/** None where the first one was written by a later Hermes, and cannot be read. */
function differing(stored: StoredEntry, { entry }: AppendItem): readonly ComparedField[] {
  const first = eventOf(stored);
  const repeat = eventOf({ ...stored, ...entry });
  if (first === undefined || repeat === undefined) return [];
  return COMPARED_FIELDS.filter((field) => !isDeepStrictEqual(first[field], repeat[field]));
}

function eventOf(stored: StoredEntry): EventLogged | undefined {
  const decoded = decodeHostEntry(stored);
  return decoded.ok && decoded.entry.kind === 'EventLogged' ? decoded.entry : undefined;
}

function placeOf(stream: string, revision: number): string {
  return `${stream}~${revision}`;
}
