/** The quest's fold (rule 19: batches count once they are accepted), and the hosts its stream lists. */
import fc from 'fast-check';
import type { LaborId } from '../host/ids.js';
import type { HostName, Instant, TypeName } from '../names.js';
import { questHosts, type QuestHosts } from './batches.js';
import type { QuestEntry } from './entries.js';
import { evolveQuest } from './evolve.js';
import type { QuestId } from './ids.js';
import { noQuest, REMEMBERED_BATCHES, type QuestState } from './state.js';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z` as Instant;
const signed = { by: null, recordedAt: at(0) };

const drafted: QuestEntry = {
  ...{ kind: 'QuestDrafted', quest: 1 as QuestId, type: 'a-b' as TypeName, creator: null },
  ...{ description: 'd', target: null, references: [], ...signed },
};
const listed = (batch: string, ...hosts: readonly string[]): QuestEntry => ({
  ...{ kind: 'QuestHostsListed', batch, hosts: hosts as unknown as HostName[], ...signed },
});
const accepted = (batch: string, hosts: number, second = 0): QuestEntry => ({
  ...{ kind: 'QuestHostsAccepted', batch, hosts, by: null, recordedAt: at(second) },
});
const embarked = (batch: string): QuestEntry => ({ kind: 'QuestHostsEmbarked', batch, ...signed });

function fold(...entries: readonly QuestEntry[]): QuestState | null {
  return entries.reduce(evolveQuest, noQuest);
}

test('rule 19: a quest that was drafted and listed, never accepted, has no hosts and has not embarked', () => {
  expect(fold(drafted, listed('x', 'a', 'b'))).toMatchObject({ embarkedAt: null, hosts: 0, embarking: [] });
});

describe('rule 15: adopting', () => {
  const adopting = (adoption: string): QuestEntry => ({
    ...{
      kind: 'QuestLaborsAccepted',
      adoption,
      request: 'r',
      labors: ['a~0', 'b~1'] as unknown as LaborId[],
      ...signed,
    },
  });
  const adopted = (adoption: string): QuestEntry => ({ kind: 'QuestLaborsAdopted', adoption, ...signed });
  const quest = [drafted, listed('x', 'a'), accepted('x', 1)];

  test('an acceptance is open until all hosts have its entries; it names no hosts', () => {
    const both = [...quest, adopting('p'), adopting('q'), adopting('p')];
    expect(fold(...both)).toMatchObject({ adopting: ['p', 'q'], hosts: 1, embarking: ['x'] });
    expect(fold(...both, adopted('p'), adopted('p'))).toMatchObject({ adopting: ['q'] });
    expect(fold(...both, adopted('z'))).toEqual(fold(...both));
  });

  test('of a draft that was never accepted nothing is adopted, and nothing more of an abandoned quest', () => {
    expect(fold(drafted, adopting('p'))).toEqual(fold(drafted));
    const over = [...quest, adopting('p'), { kind: 'QuestAbandoned', reason: 'over', ...signed } as QuestEntry];
    expect(fold(...over)).toMatchObject({ adopting: [] });
    expect(fold(...over, adopting('q'), adopted('p'))).toEqual(fold(...over));
  });
});

const removal = (id: string, hosts: readonly string[], named = hosts.length): QuestEntry => ({
  ...{ kind: 'QuestRemovalAccepted', removal: id, request: 'r', reason: null, named, ...signed },
  hosts: hosts as unknown as HostName[],
});
const removed = (id: string): QuestEntry => ({ kind: 'QuestHostsRemoved', removal: id, ...signed });

describe('rule 22: taking hosts out', () => {
  const quest = [drafted, listed('x', 'a', 'b', 'c'), accepted('x', 3), embarked('x')];

  test('they count no longer from the acceptance on; it is open until all have their entry, also where the quest is abandoned', () => {
    const two = [...quest, removal('p', ['a', 'd'], 1), removal('q', ['b'])];
    expect(fold(...two)).toMatchObject({ hosts: 1, removing: ['p', 'q'], removes: true });
    expect(fold(...two, removed('p'), removed('p'))).toMatchObject({ hosts: 1, removing: ['q'] });
    const over: QuestEntry = { kind: 'QuestAbandoned', reason: 'over', ...signed };
    expect(fold(...two, over)).toMatchObject({ removing: ['p', 'q'] });
    expect(fold(...two, over, removed('q'), removal('z', ['c']))).toMatchObject({ removing: ['p'], hosts: 1 });
    expect(fold(...quest)).toMatchObject({ removes: false });
    expect(fold(drafted, removal('p', ['a']))).toEqual(fold(drafted));
  });

  test('a host that was taken out is listed again, and its listing says by which removal; labors that were adopted bring none in by name', () => {
    const labors = ['e~0', 'f~1', 'a~3'] as unknown as LaborId[];
    const adopting: QuestEntry = { kind: 'QuestLaborsAccepted', adoption: 'l', request: 'r', labors, ...signed };
    const both = hostsOf([...quest, adopting, removal('p', ['a', 'e'])]);
    expect([...both.named.keys()]).toEqual(['b', 'c']);
    expect([...both.adopted]).toEqual(['f']);
    expect([...both.removed]).toEqual([
      ['a', 'p'],
      ['e', 'p'],
    ]);
    const again = hostsOf([...quest, removal('p', ['a']), listed('y', 'a', 'b', 'd'), accepted('y', 2)]);
    expect(again.batches[1]).toEqual({ batch: 'y', hosts: ['a', 'd'], after: new Map([['a', 'p']]), embarked: false });
    expect(again.named.get('a' as HostName)).toBe('y');
  });
});

describe('rule 22: abandoning', () => {
  const abandoned: QuestEntry = {
    kind: 'QuestAbandoned',
    reason: 'over',
    by: 'ann',
    recordedAt: at(4),
    principal: 'op',
  };
  const quest = [drafted, listed('x', 'a', 'b'), accepted('x', 2, 1)];

  test('ends embarking, and is there until its hosts have their end', () => {
    const why = { by: 'ann', principal: 'op', at: at(4), reason: 'over' };
    expect(fold(...quest, abandoned)).toMatchObject({ embarking: [], abandoned: why, ending: true, hosts: 2 });
    const ended: QuestEntry = { kind: 'QuestHostsEnded', ...signed };
    expect(fold(...quest, abandoned, ended)).toMatchObject({ abandoned: why, ending: false });
    expect(fold(...quest, ended)).toEqual(fold(...quest));
  });

  test('is for ever: nothing that comes behind it changes the quest', () => {
    const state = fold(...quest, abandoned);
    const amended: QuestEntry = { kind: 'QuestAmended', description: 'other', ...signed };
    const later = [accepted('y', 1), embarked('x'), amended, { ...abandoned, reason: 'again' }];
    expect(fold(...quest, abandoned, ...later)).toEqual(state);
  });

  test('a draft that was never accepted cannot be', () => {
    expect(fold(drafted, abandoned)).toEqual(fold(drafted));
  });
});

test('rule 19: it is embarking from the first acceptance until every host of every batch has its event', () => {
  const first = [drafted, listed('x', 'a', 'b'), accepted('x', 2, 1)];
  expect(fold(...first)).toMatchObject({ embarkedAt: at(1), hosts: 2, embarking: ['x'] });
  const second = [...first, listed('y', 'c'), accepted('y', 1, 2)];
  expect(fold(...second)).toMatchObject({ embarkedAt: at(1), hosts: 3, embarking: ['x', 'y'] });
  expect(fold(...second, embarked('x'))).toMatchObject({ embarking: ['y'] });
  expect(fold(...second, embarked('y'), embarked('x'))).toMatchObject({ hosts: 3, embarking: [] });
});

test('rule 19: an acceptance that stands there twice counts once', () => {
  expect(fold(drafted, accepted('x', 2), accepted('x', 2))).toMatchObject({ hosts: 2, embarking: ['x'] });
  const others = Array.from({ length: 100 }, (_, nth) => [accepted(`y${nth}`, 1), embarked(`y${nth}`)]).flat();
  expect(fold(drafted, accepted('x', 2), embarked('x'), ...others, accepted('x', 2))).toMatchObject({
    hosts: 102,
    embarking: [],
  });
});

test('the batches that a quest remembers are bounded', () => {
  const many = Array.from({ length: 500 }, (_, nth) => [accepted(`y${nth}`, 1), embarked(`y${nth}`)]).flat();
  const state = fold(drafted, ...many);
  expect(state).toMatchObject({ hosts: 500 });
  expect(state?.batches).toHaveLength(REMEMBERED_BATCHES);
});

test('rule 22: amending sets the fields that are there, null among them, and no others', () => {
  const state = fold(
    drafted,
    { kind: 'QuestAmended', creator: 'ann', target: at(9), ...signed },
    { kind: 'QuestAmended', description: 'other', references: [{ key: 'X-1' }], ...signed },
    { kind: 'QuestAmended', target: null, ...signed },
  );
  expect(state).toMatchObject({ creator: 'ann', description: 'other', target: null, references: [{ key: 'X-1' }] });
});

test('what does not fit does nothing: entries before the draft, a second draft, an end without a beginning', () => {
  expect(fold(accepted('x', 1), { kind: 'QuestAmended', creator: 'x', ...signed })).toBeNull();
  const state = fold(drafted);
  expect(evolveQuest(state, { ...drafted, description: 'again' })).toBe(state);
  expect(evolveQuest(state, embarked('x'))).toBe(state);
});

test('it never throws, in whatever order entries come, and leaves what it was given', () => {
  const batch = fc.constantFrom('x', 'y', 'z');
  const entry = fc.oneof(
    fc.constant(drafted),
    batch.map((each) => listed(each, 'a')),
    fc.tuple(batch, fc.nat(9)).map(([each, hosts]) => accepted(each, hosts)),
    batch.map(embarked),
    batch.map((each) => removal(each, ['a'])),
    batch.map(removed),
    fc.constantFrom<QuestEntry>(
      { kind: 'QuestAmended', creator: null, ...signed },
      { kind: 'QuestAmended', description: 'e', ...signed },
    ),
  );
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      let state = noQuest;
      for (const each of entries) {
        const before = JSON.stringify(state);
        const next = evolveQuest(state, each);
        expect(JSON.stringify(state)).toBe(before);
        state = next;
      }
      const { batches } = hostsOf(entries);
      expect(new Set(batches.map((each) => each.batch)).size).toBe(batches.length);
    }),
    { numRuns: 200 },
  );
});

function hostsOf(entries: Iterable<QuestEntry>): QuestHosts {
  const steps = questHosts(entries);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** Of which no host was taken out before. */
function batchesOf(entries: Iterable<QuestEntry>): readonly object[] {
  return hostsOf(entries).batches.map(({ after, ...batch }) => (after.size === 0 ? batch : { after, ...batch }));
}

describe('accepted batches', () => {
  test('rule 19: have the hosts of their chunks in order, and say whether all have their event', () => {
    const entries = [
      drafted,
      listed('x', 'a', 'b'),
      listed('lost', 'm'),
      listed('x', 'c'),
      accepted('x', 3),
      listed('y', 'd'),
      accepted('y', 1),
      embarked('x'),
      listed('z', 'e'),
    ];
    expect(batchesOf(entries)).toEqual([
      { batch: 'x', hosts: ['a', 'b', 'c'], embarked: true },
      { batch: 'y', hosts: ['d'], embarked: false },
    ]);
  });

  test('rule 19: never name a host twice; what is listed after the acceptance is not part of it', () => {
    const entries = [
      listed('x', 'a', 'a'),
      accepted('x', 2),
      listed('x', 'b'),
      accepted('x', 1),
      listed('y', 'a', 'c'),
    ];
    expect(batchesOf([...entries, accepted('y', 2)])).toEqual([
      { batch: 'x', hosts: ['a'], embarked: false },
      { batch: 'y', hosts: ['c'], embarked: false },
    ]);
  });
});
