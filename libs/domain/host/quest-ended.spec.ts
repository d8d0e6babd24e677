/** Rule 22: what abandoning a quest does on a host. */
import { checkedPlays } from '#testing';

const play = checkedPlays();

const A = 'a-required';
const READY = 'host-ready';
const DONE = 'host-done';

describe('rule 22: the end of a quest', () => {
  test('waives what of it is open, at whatever step, and nothing else', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`);
    h.embark(7, A);
    h.event(READY);
    h.embark(7, A);
    h.embark(8, A);
    h.event(A);
    const { effects } = h.endQuest(7, 'ann', 'wrong type');
    expect(effects).toMatchObject([
      { kind: 'joined', quest: 7 },
      {
        kind: 'closed',
        labor: { id: 'h~1.1' },
        how: 'waived',
        followedBy: null,
        origin: { by: 'ann', note: 'wrong type' },
      },
      { kind: 'closed', labor: { id: 'h~2' }, how: 'waived' },
    ]);
    expect(h.open()).toEqual(['h~3', 'h~4']);
    expect(h.labor('h~0')).toMatchObject({ state: 'completed', quest: 7 });
    expect(h.labor('h~2')).toMatchObject({
      state: 'waived',
      quest: 7,
      closed: { event: null, fate: null, by: 'ann', note: 'wrong type' },
    });
    const part = h.fold.derived().parts.find(({ quest }) => quest === 7);
    expect(part?.tally).toMatchObject({ chains: 2, waived: 2, open: 0, labors: 3 });
  });

  test('rule 14: takes what was waived in it out of what can be reopened', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.embark(7, A);
    h.event(A);
    h.waive('h~0', 'ann', 'gone');
    h.waive('h~1', 'ann', 'gone');
    h.endQuest(7, 'ann', 'over');
    expect(h.reopen('h~0', 'ben', 'back').effects).toEqual([]);
    expect(h.reopen('h~1', 'ben', 'back').effects).toHaveLength(1);
    expect(h.open()).toEqual(['h~1']);
  });

  test('on a host that its event never reached the host is in it all the same, without a labor', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    const { effects } = h.endQuest(7, 'ann', 'over');
    expect(effects.map(({ kind }) => kind)).toEqual(['joined']);
    expect(h.fold.derived().parts).toMatchObject([{ quest: 7, host: 'h', tally: { labors: 0 }, emptiedBy: null }]);
    expect(h.endQuest(7, 'ann', 'over').effects.map(({ kind }) => kind)).toEqual(['joined']);
  });

  test('is obeyed as written: an event of the quest behind it opens a labor again', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.endQuest(7, 'ann', 'over');
    h.embark(7, A);
    expect(h.open()).toEqual(['h~1']);
  });
});
