/** Documents by chance as a replay hands them over to be loaded, and the events that they name. */
import fc from 'fast-check';
import type { LaborDocument, PartDocument } from '#contracts';
import { MAX_EFFECTS, type LoadedDocuments } from '#ports';
import { labors as movedLabors } from './burndowns.js';
import {
  at,
  behindRecord,
  catalogueEntry,
  eventDoc,
  instant,
  namesEntry,
  parkRecord,
  partDoc,
  quest,
  repeat,
  questRecord,
  tally,
} from './documents.js';
import { HOSTS, hosts, QUESTS, quests } from './generated.js';
import { givens } from './host-lists.js';
import { labors as listedLabors } from './labor-lists.js';

/** As the labors' hosts counted events on them: more or less than are kept. */
const absorbingLabors: fc.Arbitrary<LaborDocument> = fc
  .tuple(listedLabors, fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 4 }), fc.nat({ max: 2 }))
  .map(([labor, places, forgotten]) => ({
    ...labor,
    absorbed: places.sort((a, b) => a - b).map(repeat),
    occurrences: 1 + places.length + forgotten,
  }));

const parts: fc.Arbitrary<PartDocument> = fc
  .record({ host: hosts, quest: quests, open: fc.nat({ max: 2 }), closed: fc.nat({ max: 2 }), n: fc.nat({ max: 30 }) })
  .map(({ open, closed: ended, n, ...of }) =>
    partDoc({
      ...of,
      ...{ n, tally: tally(open, ended) },
      emptied: open > 0 || ended === 0 ? null : { position: at(n), at: instant(n) },
    }),
  );

/** Of the places that labors name; in the list of events, which is of no generation. */
export const EVENTS = Array.from({ length: MAX_EFFECTS }, (_, n) => eventDoc({ n, host: HOSTS[n % HOSTS.length]! }));

/** Where a host has labors in a quest, it has a part in it. */
export function withParts(some: readonly PartDocument[], of: readonly LaborDocument[]): readonly PartDocument[] {
  const all = new Map(some.map((part) => [`${part.host} ${part.quest}`, part]));
  for (const { host: name, quest: number } of of) {
    const key = `${name} ${number}`;
    if (number !== null && !all.has(key)) all.set(key, partDoc({ host: name, quest: number }));
  }
  return [...all.values()];
}

export const loadedDocuments = fc
  .record({
    labors: fc.uniqueArray(fc.oneof(listedLabors, movedLabors, absorbingLabors), {
      selector: ({ id }) => id,
      maxLength: 50,
    }),
    parts: fc.uniqueArray(parts, { selector: (part) => `${part.host} ${part.quest}`, maxLength: 20 }),
    hosts: fc.uniqueArray(givens, { selector: ({ document }) => document.host, maxLength: 20 }),
    marks: fc.array(fc.record({ quest: quests, position: fc.nat({ max: 40 }).map(at) }), { maxLength: 10 }),
    behind: fc.constantFrom(...HOSTS),
    parked: quests,
  })
  .map(({ hosts: given, behind, parked, parts: some, ...rest }) => ({
    ...rest,
    parts: withParts(some, rest.labors),
    hosts: given.map(({ document }) =>
      document.host === behind ? { ...document, parked: null, behind: behindRecord(3) } : document,
    ),
    quests: QUESTS.map((number) =>
      questRecord(
        number,
        2,
        { target: number === 2 ? instant(9) : null, embarking: number === 3 ? ['b'] : [] },
        { parked: number === parked ? parkRecord(2) : null },
      ),
    ),
    questEntries: QUESTS.map((number, n) => ({
      ...{ quest: quest(number), position: at(n), recordedAt: instant(n), by: 'ann', principal: null },
      change: { kind: 'ended' } as const,
    })),
    catalogue: [0, 1, 2].map((revision) => catalogueEntry(revision, 'd')),
    names: [0, 1].map((revision) => namesEntry(revision, `web-1-${revision}`)),
  })) satisfies fc.Arbitrary<LoadedDocuments>;
