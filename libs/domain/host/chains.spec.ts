/** Rules 3 to 5: chains of labors, pinned fates, and the order in which one event closes and opens. */
import { checkedPlays } from '#testing';

const play = checkedPlays();
const A = 'a-required';
const B = 'b-required';
const READY = 'host-ready';
const DONE = 'host-done';

describe('chains', () => {
  test('rule 3: each labor that an intermediate fate finds closed is followed by one in its quest and chain', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate owner`);
    h.event(A);
    h.embark(5, A);
    const { effects } = h.event(READY);
    expect(h.open()).toEqual(['h~2.1', 'h~2.2']);
    expect(h.labor('h~2.1')).toMatchObject({ type: READY, quest: null, chain: 'h~0', actors: ['owner'] });
    expect(h.labor('h~2.2')).toMatchObject({ type: READY, quest: 5, chain: 'h~1', opened: { fate: 2, event: 'h~2' } });
    expect(effects.map((effect) => effect.kind)).toEqual(['closed', 'opened', 'closed', 'opened']);
    expect(effects[2]).toMatchObject({ labor: { id: 'h~1' }, followedBy: 'h~2.2' });
    h.event(DONE);
    expect(h.open()).toEqual([]);
  });

  test('rule 3: a third labor in a chain has the id of the first as its chain', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`, `[3] ${DONE} => ${B} intermediate`);
    for (const type of [A, READY, DONE]) h.event(type);
    expect(h.labor('h~2.1')).toMatchObject({ type: DONE, chain: 'h~0', state: 'open' });
  });

  test('rule 3: an intermediate fate never starts a chain by itself', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`);
    h.event(READY);
    expect(h.open()).toEqual([]);
  });

  test('rule 3: where a type has both kinds, one labor opens outside the chain and one follows per closed labor', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`, `[3] ${READY} => ${DONE}`);
    h.event(A);
    h.event(A);
    const { effects } = h.event(READY);
    expect(h.open()).toEqual(['h~2', 'h~2.1', 'h~2.2']);
    expect(h.labor('h~2')).toMatchObject({ chain: 'h~2', opened: { fate: 3 } });
    expect(h.labor('h~2.2')).toMatchObject({ chain: 'h~1', opened: { fate: 2 } });
    expect(effects.map(({ kind }) => kind)).toEqual(['opened', 'closed', 'opened', 'closed', 'opened']);
  });

  test('rule 4: a pinned fate follows only the labors that its fate closes', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${B} => ${READY}`, `[3] ${READY} => ${DONE} intermediate follows 2`);
    h.event(A);
    h.event(B);
    h.event(READY);
    expect(h.open()).toEqual(['h~2.1']);
    expect(h.labor('h~2.1').chain).toBe('h~1');
  });

  test('rule 4: of several closing fates the lowest closes, and a pinned fate fires if any of them is the one it follows', () => {
    const h = play(
      `[1] ${A} => ${READY}`,
      `[2] ${A} => ${READY} absorb`,
      `[3] ${READY} => ${DONE} intermediate follows 2`,
    );
    h.event(A);
    h.event(READY);
    expect(h.labor('h~0').closed).toMatchObject({ fate: 1 });
    expect(h.labor('h~1.1').opened).toMatchObject({ fate: 3 });
  });

  test('rule 4: at most one labor follows, however many fates fire; the lowest opens it, with the actors of all', () => {
    const h = play(
      `[1] ${A} => ${READY}`,
      `[2] ${READY} => ${DONE} intermediate follows 1 owner`,
      `[3] ${READY} => ${B} intermediate creator`,
    );
    h.event(A);
    h.event(READY);
    expect(h.open()).toEqual(['h~1.1']);
    expect(h.labor('h~1.1')).toMatchObject({ opened: { fate: 2 }, actors: ['creator', 'owner'] });
  });

  test('rule 4: a fate that follows a retired one does not fire', () => {
    const h = play(
      `[1] ${A} => ${READY}`,
      `[2] ${A} => ${READY} absorb`,
      `[3] ${READY} => ${DONE} intermediate follows 1`,
    );
    h.event(A);
    h.retireFate(1);
    h.event(READY);
    expect(h.labor('h~0')).toMatchObject({ state: 'completed', closed: { fate: 2 } });
    expect(h.open()).toEqual([]);
  });

  test('rule 5: an event never closes the labor it opened', () => {
    const h = play(`[1] ${A} => ${A}`);
    h.event(A);
    expect(h.open()).toEqual(['h~0']);
  });

  test('rule 5: a fate A => A completes the old labor and opens a new one', () => {
    const h = play(`[1] ${A} => ${A}`);
    h.event(A);
    h.event(A);
    expect(h.labor('h~0')).toMatchObject({ state: 'completed', closed: { event: 'h~1' } });
    expect(h.open()).toEqual(['h~1']);
  });

  test('rule 5: an event does not close the follow-ups it opened either', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${READY} intermediate`);
    h.event(A);
    h.event(READY);
    expect(h.open()).toEqual(['h~1.1']);
    h.event(READY);
    expect(h.open()).toEqual(['h~2.1']);
  });

  test('rule 5: "completed" before "required" leaves the later labor open', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(DONE);
    h.event(A);
    expect(h.open()).toEqual(['h~1']);
  });
});
