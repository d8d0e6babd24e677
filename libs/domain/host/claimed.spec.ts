/** Rule 18: what claiming a host's open labors does on it. */
import { checkedPlays } from '#testing';

const play = checkedPlays();

const A = 'a-required';
const B = 'b-required';
const READY = 'host-ready';
const DONE = 'host-done';
const FLOW = [`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`, `[3] ${B} => ${DONE}`];

function tallyOf(h: ReturnType<typeof play>, quest: number) {
  return h.fold.derived().parts.find((part) => part.quest === quest)?.tally;
}

describe('rule 18: claiming', () => {
  test('takes the open labors of the type that are in no quest, and no other', () => {
    const h = play(...FLOW);
    h.event(A);
    h.event(B);
    h.embark(8, A);
    h.event(A);
    const { effects } = h.claim(7, A);
    expect(effects).toMatchObject([
      { kind: 'joined', quest: 7 },
      { kind: 'moved', labor: { id: 'h~0', quest: 7 }, from: null },
      { kind: 'moved', labor: { id: 'h~3', quest: 7 }, from: null },
    ]);
    expect(['h~0', 'h~1', 'h~2', 'h~3'].map((id) => h.labor(id).quest)).toEqual([7, null, 8, 7]);
    expect(tallyOf(h, 7)).toMatchObject({ named: 1, chains: 2, unstarted: 2 });
    expect(h.claim(7, A).effects.map(({ kind }) => kind)).toEqual(['joined']);
  });

  test('from any: those of other quests too, which are counted there no longer', () => {
    const h = play(...FLOW);
    h.embark(8, A);
    h.embark(7, A);
    h.claim(7, A, 'any');
    expect(['h~0', 'h~1'].map((id) => h.labor(id).quest)).toEqual([7, 7]);
    expect(tallyOf(h, 8)).toMatchObject({ named: 1, chains: 0 });
    expect(tallyOf(h, 7)).toMatchObject({ named: 1, chains: 2 });
  });

  test('whole chains, of a type that starts none; what follows follows in the quest', () => {
    const h = play(...FLOW);
    h.event(A);
    h.event(READY);
    h.claim(7, READY);
    h.event(DONE);
    expect(['h~0', 'h~1.1'].map((id) => h.labor(id).quest)).toEqual([7, 7]);
    expect(tallyOf(h, 7)).toMatchObject({ chains: 1, completed: 1, labors: 2 });
  });

  test('a host without such a labor is named, and without one; what is closed is not claimed', () => {
    const h = play(...FLOW);
    h.event(A);
    h.waive('h~0', 'ann', 'gone');
    expect(h.claim(7, A, 'any').effects.map(({ kind }) => kind)).toEqual(['joined']);
    expect(tallyOf(h, 7)).toMatchObject({ named: 1, labors: 0 });
  });
});
