/** Rule 15, P2, P9: what a move writes, also where the views are ahead of it or lack something, and what it counts for. */
import {
  encodeEntry,
  hostStream,
  NO_PART_PAST,
  NO_TALLY,
  positionOf,
  type LaborDocument,
  type StoredEntry,
} from '#contracts';
import {
  emptyCatalogue,
  newHost,
  type HostName,
  type HostState,
  type Instant,
  type LaborId,
  type QuestId,
} from '#domain';
import { laborDoc } from '#testing';
import { addNeeded, changesOf, loadedOf, type Needed } from './changes.js';
import { judgeHost } from './judge-host.js';

const host = 'web-1' as HostName;
const at = (place: number) => positionOf(BigInt(place));
const id = (text: string) => text as LaborId;
const quest = (number: number) => number as QuestId;

/** The host's `revision`-th entry: it moves `web-1~1.1` into quest 8. */
function moving(revision: number, place: number): StoredEntry {
  const recordedAt = '2024-05-01T08:00:00.000Z' as Instant;
  const entry = { kind: 'LaborAdopted', host, labor: id('web-1~1.1'), quest: quest(8), by: null, recordedAt } as const;
  const encoded = encodeEntry(entry, crypto.randomUUID(), undefined);
  return { ...encoded, stream: hostStream(host), revision, position: at(place) };
}

function stateWith(earlier: number): HostState {
  const labor = { id: id('web-1~1.1'), type: 'x-b' as never, quest: quest(7), chain: id('web-1~0'), earlier };
  return { ...newHost, revision: 1, open: [labor] };
}

function judged(earlier: number, effects = 5000) {
  return judgeHost(host, stateWith(earlier), [moving(2, 20)], () => emptyCatalogue, { effects, first: false });
}

function changes(...labors: readonly LaborDocument[]) {
  const needed: Needed = { labors: [], laborsOf: [], chains: [], parts: [] };
  addNeeded(needed, host, judged(1));
  expect(needed).toEqual({
    labors: ['web-1~1.1'],
    laborsOf: [],
    chains: ['web-1~0'],
    parts: [
      { quest: 7, host },
      { quest: 8, host },
    ],
  });
  const tally = { ...NO_TALLY, named: 1, chains: 1, inProgress: 1, labors: 2, open: 1 };
  const steps = { 'x-a': { open: 0, closed: 1 }, 'x-b': { open: 1, closed: 0 } };
  const part = {
    quest: quest(7),
    host,
    tally: { ...tally, steps },
    emptied: null,
    past: NO_PART_PAST,
    position: at(10),
  };
  return changesOf(host, judged(1), loadedOf(needed, { labors, parts: [part] }));
}

const common = { host, chain: id('web-1~0'), quest: quest(7) };
const first = laborDoc({ ...common, id: id('web-1~0'), type: 'x-a' as never, state: 'completed', position: at(10) });
const second = laborDoc({ ...common, id: id('web-1~1.1'), type: 'x-b' as never, position: at(10) });

test('rule 15: all labors of the chain are written, and both quests count', () => {
  expect(changes(first, second)).toMatchObject({
    labors: [
      { id: 'web-1~1.1', quest: 8, position: at(20) },
      { id: 'web-1~0', quest: 8, state: 'completed', position: at(20) },
    ],
    parts: [
      { quest: 7, tally: { ...NO_TALLY, named: 1 }, emptied: { position: at(20) } },
      { quest: 8, tally: { named: 0, chains: 1, inProgress: 1, labors: 2, open: 1 } },
    ],
    marks: new Map([
      [7, at(20)],
      [8, at(20)],
    ]),
  });
});

test('P2: labors that are ahead of the entry stay as they are, and those that came later do not count', () => {
  const ahead = { ...second, state: 'completed', quest: quest(8), position: at(30) } as const;
  const third = laborDoc({ ...common, id: id('web-1~3.1'), type: 'x-c' as never, quest: quest(8), position: at(30) });
  const after = changes(first, ahead, third);
  expect(after).toMatchObject({ labors: [{ id: 'web-1~0', quest: 8 }] });
  const steps = { 'x-a': { open: 0, closed: 1 }, 'x-b': { open: 1, closed: 0 } };
  expect('parts' in after && after.parts[1]?.tally).toMatchObject({ labors: 2, open: 1, steps });
});

test('P4: where a labor of the chain is not there the views must be rebuilt', () => {
  expect(changes(second)).toMatchObject({ missing: 'web-1~0', from: { type: 'LaborAdopted', revision: 2 } });
});

test('P9: a move counts for as many effects as its chain has labors', () => {
  expect(judged(500).cost).toBe(501);
  expect(judged(500, 501).stopped).toBeUndefined();
  expect(judged(500, 500).stopped).toMatchObject({ revision: 2 });
});
