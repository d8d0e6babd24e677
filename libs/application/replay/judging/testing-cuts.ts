/** For specs of judging: a journal that is split, and what judges it behind a port, as a thread would. */
import { MessageChannel } from 'node:worker_threads';
import { CATALOGUE_STREAM, encodeEntry, hostStream, type Position } from '#contracts';
import type { CatalogueEntry, EventLogged, EventTypeId, FateId, HostName, Instant, TypeName } from '#domain';
import { createMemoryJournal } from '#testing';
import { split } from '../splitting/split.js';
import type { StoredSplit } from '../splitting/stored-split.js';
import { serveJudging, type JudgeFile, type Piece } from './serve.js';
import type { JudgingThread } from './threads.js';

export const at = '2026-01-01T00:00:00.000Z' as Instant;
const signed = { by: null, recordedAt: at };
const typeOf = (id: number, state: string): CatalogueEntry => ({
  ...{ kind: 'EventTypeDefined', id: id as EventTypeId, category: 'x', state, description: null, restricted: false },
  ...signed,
});
const FATE: CatalogueEntry = {
  ...{ kind: 'FateDefined', id: 1 as FateId, creates: 'x-required' as TypeName, completedBy: 'x-done' as TypeName },
  ...{ intermediate: false, follows: null, onRepeat: 'open', name: null, description: null, actors: ['owner'] },
  ...signed,
};
const eventOf = (host: string, state: string): EventLogged => ({
  ...{ kind: 'EventLogged', host: host as HostName, type: `x-${state}` as TypeName, category: 'x', state, at },
  ...{ key: null, note: null, attributes: null, quest: null },
  ...signed,
});

/** Hosts whose labors open, and half of which close; the fate comes in the middle of it. */
export async function cutJournal(folder: string, hosts: number, bucketBytes: number): Promise<StoredSplit> {
  const journal = createMemoryJournal();
  const store = async (stream: string, entry: CatalogueEntry | EventLogged): Promise<Position> => {
    const entries = [encodeEntry(entry, crypto.randomUUID())];
    const [outcome] = await journal.append([{ stream, expected: 'any', entries }]);
    if (outcome?.kind !== 'appended') throw new Error('not appended');
    return outcome.position;
  };
  let to = await store(CATALOGUE_STREAM, typeOf(1, 'required'));
  await store(CATALOGUE_STREAM, typeOf(2, 'done'));
  for (const state of ['required', 'required', 'done']) {
    for (let n = 0; n < hosts; n += 1)
      if (state === 'required' || n % 2 === 0)
        to = await store(hostStream(`h${n}` as HostName), eventOf(`h${n}`, state));
    if ((await journal.read([{ stream: CATALOGUE_STREAM, direction: 'forwards', from: 2, limit: 1 }]))[0]?.length === 0)
      await store(CATALOGUE_STREAM, FATE);
  }
  return split({ journal, folder, to, bucketBytes }, new AbortController().signal);
}

export function served<P extends Piece>(judge: JudgeFile<P>, mostAheadBytes?: number): JudgingThread<P> {
  const { port1, port2 } = new MessageChannel();
  serveJudging(port1, judge, mostAheadBytes);
  const ended = new Promise((resolve) => port2.once('close', resolve));
  return {
    port: port2,
    ended,
    close: () => {
      port1.close();
      return ended;
    },
  };
}
