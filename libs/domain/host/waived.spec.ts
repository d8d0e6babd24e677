/** Rule 14: taking a waive back. */
import { checkedPlays } from '#testing';
import { MAX_OPEN, MAX_OPEN_PER_TYPE } from './state.js';

const play = checkedPlays();

const A = 'a-required';
const READY = 'host-ready';
const DONE = 'host-done';

describe('rule 14: a labor that is reopened', () => {
  test('is open as it was, where it stood among the others, in its chain and quest', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`);
    h.embark(7, A);
    h.event(A);
    h.event(READY);
    h.ack('h~2.1', 'ann');
    h.waive('h~2.1', 'ann', 'gone');
    expect(h.open()).toEqual(['h~2.2']);
    const { effects } = h.reopen('h~2.1', 'ben', 'it was only asleep');
    expect(effects).toMatchObject([{ kind: 'reopened', labor: { id: 'h~2.1', quest: 7, chain: 'h~0' } }]);
    expect(h.open()).toEqual(['h~2.1', 'h~2.2']);
    const past = { reopenings: [{ by: 'ben', note: 'it was only asleep' }] };
    expect(h.labor('h~2.1')).toMatchObject({ state: 'open', closed: null, ack: { by: 'ann' }, past });
    h.event(DONE);
    expect(h.labor('h~2.1')).toMatchObject({ state: 'completed', closed: { event: 'h~6' }, past });
  });

  test('may be waived and reopened again', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.waive('h~0', 'ann', 'gone');
    h.reopen('h~0', 'ann', 'back');
    h.waive('h~0', 'ann', 'gone again');
    expect(h.labor('h~0')).toMatchObject({
      state: 'waived',
      closed: { note: 'gone again' },
      past: { reopenings: [{ note: 'back' }] },
    });
    h.reopen('h~0', 'ann', 'back again');
    expect(h.labor('h~0')).toMatchObject({
      state: 'open',
      past: { reopenings: [{ note: 'back' }, { note: 'back again' }] },
    });
  });

  test('stays closed where it was completed, is open, or never was: nothing happens', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    expect(h.reopen('h~0', 'ann', 'open').effects).toEqual([]);
    h.event(DONE);
    expect(h.reopen('h~0', 'ann', 'completed').effects).toEqual([]);
    expect(h.reopen('h~9', 'ann', 'never was').effects).toEqual([]);
    expect(h.labor('h~0')).toMatchObject({ state: 'completed', past: null });
  });

  test('is closed by a reopening that came twice with an event between them', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.waive('h~0', 'ann', 'gone');
    h.reopen('h~0', 'ann', 'back');
    h.event(DONE);
    expect(h.reopen('h~0', 'ann', 'back').effects).toEqual([]);
    expect(h.labor('h~0').state).toBe('completed');
  });

  test('stays waived while as many of its type are open as may be', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    for (let nth = 0; nth < MAX_OPEN_PER_TYPE; nth += 1) h.event(A);
    h.waive('h~0', 'ann', 'gone');
    h.event(A);
    expect(h.open()).toHaveLength(MAX_OPEN_PER_TYPE);
    expect(h.reopen('h~0', 'ann', 'back').effects).toEqual([]);
    h.waive('h~1', 'ann', 'room');
    expect(h.reopen('h~0', 'ann', 'back').effects).toHaveLength(1);
    expect(h.open()[0]).toBe('h~0');
  });

  test('is one of the newest 1,000 that were waived on its host', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    for (let nth = 0; nth <= MAX_OPEN; nth += 1) {
      h.event(A);
      h.waive(`h~${2 * nth}`, 'ann', 'gone');
    }
    expect(h.reopen('h~0', 'ann', 'too late').effects).toEqual([]);
    expect(h.reopen('h~2', 'ann', 'in time').effects).toHaveLength(1);
  });
});
