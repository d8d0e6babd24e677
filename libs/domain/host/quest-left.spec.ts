/** Rule 22: what taking a host out of a quest does on it. */
import { emptyCatalogue, judge, MAX_MOVED, newHost, type HostName, type LaborId, type QuestId } from '#domain';
import { checkedPlays } from '#testing';

const play = checkedPlays();

const A = 'a-required';
const READY = 'host-ready';
const DONE = 'host-done';
const FLOW = [`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`];

function tallyOf(h: ReturnType<typeof play>, quest: number) {
  return h.fold.derived().parts.find((part) => part.quest === quest)?.tally;
}

describe('rule 22: a host that is taken out', () => {
  test('takes its open chains with it, whole, and leaves what is closed in the quest', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.embark(8, A);
    h.embark(7, A);
    h.waive('h~0', 'ann', 'gone');
    h.event(READY);
    const { effects } = h.leaveQuest(7, 'ann', 'wrong site');
    expect(effects).toMatchObject([
      { kind: 'moved', labor: { id: 'h~4.2', quest: null, chain: 'h~2' }, from: 7, origin: { note: 'wrong site' } },
      { kind: 'left', quest: 7 },
    ]);
    expect(['h~0', 'h~1', 'h~2', 'h~4.1', 'h~4.2'].map((id) => h.labor(id).quest)).toEqual([7, 8, null, 8, null]);
    expect(h.open()).toEqual(['h~4.1', 'h~4.2']);
    expect(tallyOf(h, 7)).toMatchObject({ named: 0, chains: 1, waived: 1, open: 0, labors: 1 });
    expect(tallyOf(h, 8)).toMatchObject({ named: 1, chains: 1, inProgress: 1 });
  });

  test('what follows in these chains follows outside the quest', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.leaveQuest(7, 'ann');
    h.event(READY);
    expect(h.labor('h~2.1').quest).toBeNull();
    expect(tallyOf(h, 7)).toMatchObject({ named: 0, labors: 0 });
  });

  test('added again it gets an event that opens a labor in the quest; the one that left stays where it is', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.leaveQuest(7, 'ann');
    h.embark(7, A);
    expect(['h~0', 'h~2'].map((id) => h.labor(id).quest)).toEqual([null, 7]);
    expect(tallyOf(h, 7)).toMatchObject({ named: 1, chains: 1, unstarted: 1 });
  });

  test('rule 14: a waive that stayed in the quest is taken back in it', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.waive('h~0', 'ann', 'gone');
    h.leaveQuest(7, 'ann');
    h.reopen('h~0', 'ben', 'back');
    expect(tallyOf(h, 7)).toMatchObject({ named: 0, open: 1 });
  });

  test('rule 20: its part is emptied by what leaves it; a host that was not in is none of the quest’s', () => {
    const h = play(...FLOW);
    h.embark(7, A);
    h.leaveQuest(7, 'ann');
    h.leaveQuest(9, 'ann');
    const parts = h.fold.derived().parts;
    expect(parts.find(({ quest }) => quest === 7)).toMatchObject({ emptiedBy: h.history.steps.length - 2 });
    expect(parts.find(({ quest }) => quest === 9)).toMatchObject({ tally: { named: 0, labors: 0 }, emptiedBy: null });
  });

  test('as many closed labors leave with the open ones as one entry may move: a chain beyond that stays', () => {
    const chain = (id: string, earlier: number) =>
      ({ id: id as LaborId, type: A as never, quest: 7 as QuestId, chain: id as LaborId, earlier }) as const;
    const open = [chain('h~1', 600), chain('h~2', 600), chain('h~3', MAX_MOVED - 600), chain('h~4', MAX_MOVED + 1)];
    const recordedAt = '2026-01-01T00:00:00.000Z' as never;
    const left = { kind: 'QuestLeft', host: 'h' as HostName, quest: 7 as QuestId, by: null, reason: null } as const;
    const context = { revision: 9, catalogue: emptyCatalogue };
    const { state } = judge({ ...newHost, open }, { ...left, recordedAt }, context);
    expect(state.open.map(({ quest }) => quest)).toEqual([null, 7, null, 7]);
  });
});
