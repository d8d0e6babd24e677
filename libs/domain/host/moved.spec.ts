/** Rule 15: adopting moves a labor with its whole chain, into a quest or out of any. */
import { emptyCatalogue, judge, MAX_MOVED, moved, newHost, type HostState, type LaborId, type QuestId } from '#domain';
import { checkedPlays } from '#testing';

const play = checkedPlays();

const A = 'a-required';
const READY = 'host-ready';
const DONE = 'host-done';
const FLOW = [`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`];

function tallyOf(h: ReturnType<typeof play>, quest: number) {
  return h.fold.derived().parts.find((part) => part.quest === quest)?.tally;
}

describe('rule 15: adopting', () => {
  test('moves what is closed of the chain as well, and leaves other chains where they are', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.embark(7, A);
    h.event(READY);
    const { effects } = h.adopt('h~2.1', 8, 'ann');
    expect(effects).toMatchObject([
      { kind: 'moved', labor: { id: 'h~2.1', quest: 8, chain: 'h~0', earlier: 1 }, from: 7, origin: { by: 'ann' } },
    ]);
    expect(['h~0', 'h~1', 'h~2.1', 'h~2.2'].map((id) => h.labor(id).quest)).toEqual([8, 7, 8, 7]);
    expect(tallyOf(h, 7)).toMatchObject({ named: 1, chains: 1, labors: 2, open: 1, inProgress: 1 });
    expect(tallyOf(h, 8)).toMatchObject({ named: 0, chains: 1, labors: 2, open: 1, inProgress: 1 });
  });

  test('out of a quest, and what follows in the chain follows there', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.adopt('h~0', null, 'ann');
    h.event(READY);
    h.event(DONE);
    expect(['h~0', 'h~2.1'].map((id) => h.labor(id).quest)).toEqual([null, null]);
    expect(tallyOf(h, 7)).toMatchObject({ named: 1, chains: 0, labors: 0, steps: {} });
  });

  test('of a labor that is closed, unknown or in that quest already it does nothing', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.event(READY);
    for (const [labor, quest] of [
      ['h~0', 8],
      ['h~9', 8],
      ['h~1.1', 7],
    ] as const)
      expect(h.adopt(labor, quest, 'ann').effects).toEqual([]);
    h.waive('h~1.1', 'ann', 'gone');
    expect(h.adopt('h~1.1', null, 'ann').effects).toEqual([]);
  });

  test('rule 20: a part is emptied by what leaves it, and no longer by what joins it', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.event(A);
    h.embark(8, A);
    h.waive('h~0', 'ann', 'gone');
    h.adopt('h~1', 7, 'ann');
    const emptied = () => h.fold.derived().parts.map(({ quest, emptiedBy }) => [quest, emptiedBy]);
    const [seven] = emptied();
    expect(seven).toEqual([7, null]);
    h.adopt('h~1', 8, 'ann');
    expect(emptied()).toEqual([
      [7, h.history.steps.length - 1],
      [8, null],
    ]);
    h.adopt('h~1', null, 'ann');
    h.adopt('h~2', null, 'ann');
    // nothing is left in 8
    expect(emptied()).toEqual([
      [7, h.history.steps.length - 3],
      [8, h.history.steps.length - 1],
    ]);
  });

  test('rule 14: a waive that is taken back after a move leaves the labor where it was moved', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.event(READY);
    h.adopt('h~1.1', 8, 'ann');
    h.waive('h~1.1', 'ann', 'gone');
    h.endQuest(7, 'ann', 'over');
    h.reopen('h~1.1', 'ben', 'back');
    expect(h.labor('h~1.1')).toMatchObject({ state: 'open', quest: 8 });
    h.endQuest(8, 'ann', 'over', 'QuestLaborsEnded');
    expect(h.labor('h~1.1')).toMatchObject({ state: 'waived', quest: 8 });
    expect(tallyOf(h, 8)).toMatchObject({ named: 0, chains: 1, waived: 1 });
  });

  test('a chain with more closed labors than may move stays', () => {
    const id = 'h~0' as LaborId;
    const labor = { id, type: 'a-required', quest: null, chain: id, earlier: MAX_MOVED } as HostState['open'][number];
    const quest = 7 as QuestId;
    expect(moved({ ...newHost, open: [labor] }, id, quest).kind).toBe('moved');
    const state = { ...newHost, open: [{ ...labor, earlier: MAX_MOVED + 1 }] };
    expect(moved(state, id, quest).kind).toBe('long');
    const entry = { kind: 'LaborAdopted', host: 'h', labor: id, quest, by: null, recordedAt: '' } as never;
    expect(judge(state, entry, { revision: 0, catalogue: emptyCatalogue }).effects).toEqual([]);
  });
});
