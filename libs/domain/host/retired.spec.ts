/** Rule 23: attributes of a host, and retiring it. */
import { checkedPlays } from '#testing';
import { MAX_HOST_ATTRIBUTES } from './state.js';

const play = checkedPlays();

const A = 'a-required';
const B = 'b-required';
const READY = 'host-ready';
const DONE = 'host-done';

const stateOf = (h: ReturnType<typeof play>) => h.fold.states.get('h' as never);

describe('rule 23: attributes of a host', () => {
  test('are set and cleared; they open and close nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    expect(h.attributes({ role: 'web', rack: 7, spare: true }).effects).toEqual([]);
    h.attributes({ role: 'db' }, ['rack']);
    expect(stateOf(h)?.attributes).toEqual({ role: 'db', spare: true });
    expect(h.open()).toEqual(['h~0']);
  });

  test('a name that is set and cleared at once is set; one that is not there is cleared in vain', () => {
    const h = play();
    h.attributes({ role: 'web' }, ['role', 'rack']);
    expect(stateOf(h)?.attributes).toEqual({ role: 'web' });
  });

  test('make a host known before its first event', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.attributes({ role: 'web' });
    h.event(A);
    expect(h.open()).toEqual(['h~1']);
    expect(stateOf(h)).toMatchObject({ revision: 1, events: 1, attributes: { role: 'web' } });
  });

  test('are at most 64: a change that would make more does nothing as a whole', () => {
    const h = play();
    const many = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${from + n}`, n]));
    h.attributes(many(0, MAX_HOST_ATTRIBUTES));
    h.attributes({ n0: 'other', more: 1 });
    expect(stateOf(h)?.attributes).toEqual(many(0, MAX_HOST_ATTRIBUTES));
    h.attributes({ n0: 'other', more: 1 }, ['n1']);
    expect(stateOf(h)?.attributes).toMatchObject({ n0: 'other', more: 1, n2: 2 });
    expect(stateOf(h)?.attributes).not.toHaveProperty('n1');
  });
});

describe('rule 23: retiring a host', () => {
  test('waives all that is open, the oldest first, with its reason, and says who did it', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`, `[3] ${B} => ${DONE}`);
    h.embark(7, A);
    h.event(B);
    h.event(READY);
    const { effects } = h.retire('ann', 'sold');
    expect(effects).toMatchObject([
      { kind: 'closed', labor: { id: 'h~1' }, how: 'waived', type: null, fate: null, followedBy: null },
      { kind: 'closed', labor: { id: 'h~2.1', quest: 7 }, how: 'waived', origin: { by: 'ann', note: 'sold' } },
    ]);
    expect(h.open()).toEqual([]);
    expect(h.labor('h~2.1')).toMatchObject({ state: 'waived', closed: { event: null, by: 'ann', note: 'sold' } });
    expect(stateOf(h)?.retired).toMatchObject({ by: 'ann', reason: 'sold' });
  });

  test('twice changes nothing: the first one stands', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.retire('ann', 'sold');
    expect(h.retire('ben', 'gone').effects).toEqual([]);
    expect(stateOf(h)?.retired).toMatchObject({ by: 'ann', reason: 'sold' });
  });

  test('lasts until the next event, whatever that does; a duplicate is none', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A, { key: 'k' });
    h.retire('ann', 'sold');
    h.event(A, { key: 'k' });
    h.attributes({ role: 'web' });
    expect(stateOf(h)?.retired).not.toBeNull();
    h.event('x-unknown');
    expect(stateOf(h)?.retired).toBeNull();
    expect(h.open()).toEqual([]);
  });

  test('what it waived can be reopened, and then the host is retired no longer', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.event(A);
    h.retire('ann', 'sold');
    h.reopen('h~1', 'ben', 'another one was sold');
    expect(stateOf(h)?.retired).toBeNull();
    expect(h.open()).toEqual(['h~1']);
    h.reopen('h~0', 'ben', 'another one was sold');
    expect(h.open()).toEqual(['h~0', 'h~1']);
  });

  test('a reopening that does nothing revives nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.event(DONE);
    h.retire('ann', 'sold');
    expect(h.reopen('h~0', 'ben', 'was completed').effects).toEqual([]);
    expect(stateOf(h)?.retired).not.toBeNull();
  });
});
