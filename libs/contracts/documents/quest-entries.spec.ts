/** What each entry of a quest's stream changed, as its history shows it. */
import {
  evolveQuest,
  type HostName,
  type Instant,
  type LaborId,
  type QuestEntry,
  type QuestId,
  type QuestState,
  type TypeName,
} from '#domain';
import { positionOf } from '../position.js';
import { questAfter, questChangeOf } from './quest-entries.js';

const signed = { by: 'ann', recordedAt: '2030-01-01T00:00:00.000Z' as Instant };
const target = '2031-01-01T00:00:00.000Z' as Instant;
const batch = 'a';

const ENTRIES: readonly QuestEntry[] = [
  {
    ...{ kind: 'QuestDrafted', quest: 7 as QuestId, type: 'x-a' as TypeName, creator: 'ann', description: 'd' },
    ...{ target: null, references: [], ...signed },
  },
  { kind: 'QuestHostsListed', batch, hosts: ['h'] as HostName[], ...signed },
  { kind: 'QuestHostsAccepted', batch, hosts: 1, ...signed },
  { kind: 'QuestHostsAccepted', batch, hosts: 1, ...signed },
  { kind: 'QuestHostsEmbarked', batch, ...signed },
  { kind: 'QuestHostsEmbarked', batch, ...signed },
  { kind: 'QuestHostsAccepted', batch: 'c', hosts: 1, claim: 'none', ...signed },
  { kind: 'QuestHostsEmbarked', batch: 'c', ...signed },
  { kind: 'QuestAmended', creator: null, description: 'd', target, references: [{ key: 'OPS-1' }], ...signed },
  { kind: 'QuestAmended', target, ...signed },
  { kind: 'QuestLaborsAccepted', adoption: 'b', request: 'r', labors: ['h~0', 'h~1'] as LaborId[], ...signed },
  { kind: 'QuestLaborsAdopted', adoption: 'b', ...signed },
  {
    ...{ kind: 'QuestRemovalAccepted', removal: 'r', request: 'q', reason: 'moved', named: 1, ...signed },
    hosts: ['h' as HostName],
  },
  { kind: 'QuestHostsRemoved', removal: 'r', ...signed },
  { kind: 'QuestAbandoned', reason: 'no', ...signed },
  { kind: 'QuestAmended', description: 'late', ...signed },
  { kind: 'QuestHostsEnded', ...signed },
];

test('rule 22: what changed something is shown, with what it was before; the rest is not', () => {
  let state: ReturnType<typeof evolveQuest> = null;
  const shown = ENTRIES.map((entry) => {
    const after = evolveQuest(state, entry);
    const change = questChangeOf(state, entry, after);
    state = after;
    return change;
  });
  expect(shown).toEqual([
    { kind: 'drafted', type: 'x-a', creator: 'ann', description: 'd', target: null, references: [] },
    undefined,
    { kind: 'hostsAccepted', batch, hosts: 1 },
    undefined,
    { kind: 'hostsEmbarked', batch },
    undefined,
    { kind: 'hostsAccepted', batch: 'c', hosts: 1, claim: 'none' },
    { kind: 'hostsEmbarked', batch: 'c' },
    {
      kind: 'amended',
      changes: [
        { field: 'creator', from: 'ann', to: null },
        { field: 'target', from: null, to: target },
        { field: 'references', from: [], to: [{ key: 'OPS-1' }] },
      ],
    },
    undefined,
    { kind: 'laborsAccepted', adoption: 'b', labors: 2 },
    { kind: 'laborsAdopted', adoption: 'b' },
    { kind: 'removalAccepted', removal: 'r', hosts: 1, named: 1, reason: 'moved' },
    { kind: 'hostsRemoved', removal: 'r' },
    { kind: 'abandoned', reason: 'no' },
    undefined,
    { kind: 'ended' },
  ]);
});

test('R11: the quest as of any place is the fold of its history up to there', () => {
  const quest = 7 as QuestId;
  let state: ReturnType<typeof evolveQuest> = null;
  let folded: QuestState | null = null;
  for (const [index, entry] of ENTRIES.entries()) {
    const after = evolveQuest(state, entry);
    const change = questChangeOf(state, entry, after);
    state = after;
    const { recordedAt, by, principal = null } = entry;
    const position = positionOf(BigInt(index));
    if (change !== undefined) folded = questAfter(folded, { quest, position, recordedAt, by, principal, change });
    expect(folded).toEqual(state);
  }
  expect(folded).toMatchObject({ abandoned: { reason: 'no' }, ending: false, target, creator: null, hosts: 1 });
});
