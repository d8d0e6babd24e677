/** A views writer that tears batches apart and dies between any two writes, as a store without transactions lets happen. */
import { StoreUnavailable, type ViewsBatch, type ViewsWriter } from '#ports';
import type { HostName } from '#domain';

export interface ViewsFaults {
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  /** Share of batches that are written document by document. */
  readonly torn: number;
  /** Share of single writes of a torn batch, and of reads, before which the store goes away. */
  readonly away: number;
}

/** Within the law: each document is written whole or not at all, in P2's order. */
export function faultyViews(writer: ViewsWriter, { random, torn, away }: ViewsFaults): ViewsWriter {
  const perhapsAway = (): void => {
    if (random() < away) throw new StoreUnavailable('views', 'by plan');
  };
  async function reading<T>(read: () => Promise<T>): Promise<T> {
    perhapsAway();
    return read();
  }
  return {
    load: (...args) => reading(() => writer.load(...args)),
    questsOfHost: (...args) => reading(() => writer.questsOfHost(...args)),
    progress: (...args) => reading(() => writer.progress(...args)),
    dirtyQuests: (...args) => reading(() => writer.dirtyQuests(...args)),
    sumParts: (...args) => reading(() => writer.sumParts(...args)),
    storeRecount: (...args) => reading(() => writer.storeRecount(...args)),
    parkedHosts: (...args) => reading(() => writer.parkedHosts(...args)),
    behindHosts: (...args) => reading(() => writer.behindHosts(...args)),
    parkedQuests: (...args) => reading(() => writer.parkedQuests(...args)),
    hostNames: (...args) => reading(() => writer.hostNames(...args)),
    questNumbers: (...args) => reading(() => writer.questNumbers(...args)),
    laborsOf: (...args) => reading(() => writer.laborsOf(...args)),
    partsOf: (...args) => reading(() => writer.partsOf(...args)),
    digestsOf: (...args) => reading(() => writer.digestsOf(...args)),

    async apply(generation, batch) {
      if (random() >= torn) return reading(() => writer.apply(generation, batch));
      const conflicts: HostName[] = [];
      for (const single of singles(batch)) {
        perhapsAway();
        const outcome = await writer.apply(generation, single);
        conflicts.push(...outcome.conflicts);
      }
      if (conflicts.length === 0 && batch.progress !== undefined) {
        perhapsAway();
        await writer.apply(generation, { progress: batch.progress });
      }
      return { conflicts };
    },
  };
}

/** One write each, in P2's order; progress comes after them. */
function* singles(batch: ViewsBatch): Generator<ViewsBatch> {
  for (const event of batch.events ?? []) yield { events: [event] };
  for (const redaction of batch.redactions ?? []) yield { redactions: [redaction] };
  for (const labor of batch.labors ?? []) yield { labors: [labor] };
  for (const part of batch.parts ?? []) yield { parts: [part] };
  for (const mark of batch.marks ?? []) yield { marks: [mark] };
  for (const entry of batch.questEntries ?? []) yield { questEntries: [entry] };
  for (const quest of batch.quests ?? []) yield { quests: [quest] };
  for (const entry of batch.catalogue ?? []) yield { catalogue: [entry] };
  for (const entry of batch.names ?? []) yield { names: [entry] };
  for (const host of batch.hosts ?? []) yield { hosts: [host] };
  for (const quest of batch.touches ?? []) yield { touches: [quest] };
}
