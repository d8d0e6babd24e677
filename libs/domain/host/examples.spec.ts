/** Rules 13 and 14, and the examples of semantics.md. */
import { checkedPlays } from '#testing';

const play = checkedPlays();

const A = 'a-required';
const READY = 'host-ready';
const DONE = 'host-done';

describe('commands on labors', () => {
  test('rule 13: acknowledging and assigning leave a labor open; the last holds; a follow-up starts without', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`);
    h.event(A);
    h.ack('h~0', 'ann', 'on it');
    h.ack('h~0', 'ben');
    h.assign('h~0', 'ann');
    h.assign('h~0', 'ben');
    expect(h.labor('h~0')).toMatchObject({ state: 'open', ack: { by: 'ben', note: null }, assignee: 'ben' });
    h.assign('h~0', null);
    expect(h.labor('h~0').assignee).toBeNull();
    h.event(READY);
    expect(h.labor('h~6.1')).toMatchObject({ ack: null, assignee: null });
  });

  test('rule 13: on a labor that is not open at their place commands change nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    expect(h.ack('h~1', 'me').effects).toEqual([]);
    h.event(A);
    h.event(DONE);
    for (const { effects } of [
      h.ack('h~1', 'me'),
      h.assign('h~1', 'me'),
      h.waive('h~1', 'me', 'x'),
      h.ack('h~9', 'me'),
    ]) {
      expect(effects).toEqual([]);
    }
    expect(h.labor('h~1')).toMatchObject({ state: 'completed', ack: null, assignee: null, closed: { event: 'h~2' } });
  });

  test('rule 14: waiving closes one labor without an event and fires no chain', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`);
    h.event(A);
    h.event(A);
    h.waive('h~0', 'ann', 'gone');
    expect(h.open()).toEqual(['h~1']);
    const closed = { event: null, type: null, fate: null, by: 'ann', note: 'gone' };
    expect(h.labor('h~0')).toMatchObject({ state: 'waived', closed });
    h.event(READY);
    expect(h.open()).toEqual(['h~3.1']);
    expect(h.labor('h~3.1').chain).toBe('h~1');
  });
});

describe('examples that must hold', () => {
  test('system-reboot-required => system-reboot-completed', () => {
    const h = play('[1] system-reboot-required => system-reboot-completed');
    h.event('system-reboot-required');
    expect(h.open()).toEqual(['h~0']);
    h.event('system-reboot-completed');
    expect(h.labor('h~0').state).toBe('completed');
    expect(h.open()).toEqual([]);
  });

  test('maintenance: the second labor opens only if a system-maintenance-required labor was open', () => {
    const h = play(
      '[1] system-maintenance-required => system-maintenance-ready',
      '[2] system-maintenance-ready => system-maintenance-completed intermediate',
    );
    h.event('system-maintenance-ready');
    expect(h.open()).toEqual([]);
    h.event('system-maintenance-required');
    h.event('system-maintenance-ready');
    expect(h.open().map((id) => h.labor(id).type)).toEqual(['system-maintenance-ready']);
    h.event('system-maintenance-completed');
    expect(h.open()).toEqual([]);
  });

  test.each(['puppet-restart-completed', 'system-restart-completed'])(
    'puppet: %s completes the labor',
    (completing) => {
      const h = play(
        '[1] puppet-restart-required => puppet-restart-completed',
        '[2] puppet-restart-required => system-restart-completed',
      );
      h.event('puppet-restart-required');
      h.event(completing);
      expect(h.labor('h~0')).toMatchObject({ state: 'completed', closed: { type: completing } });
    },
  );

  test('a security fix: the quest falls to zero open as each web server reports', () => {
    const h = play('[1] system-restart-required => system-restart-completed');
    const hosts = ['web-1', 'web-2', 'web-3'] as never[];
    for (const host of hosts) h.embark(1, 'system-restart-required', { host });
    const open = () => h.fold.derived().parts.reduce((sum, { tally }) => sum + tally.open, 0);
    expect(open()).toBe(3);
    for (const [index, host] of hosts.entries()) {
      h.event('system-restart-completed', { host });
      expect(open()).toBe(2 - index);
    }
  });

  test("two flows through one type: a ready closes both and opens one follow-up, in a's chain", () => {
    const h = play(
      '[1] flow-a => flow-ready',
      '[2] flow-b => flow-ready',
      '[3] flow-ready => flow-done intermediate follows 1',
    );
    h.event('flow-b');
    h.event('flow-a');
    h.event('flow-ready');
    expect(h.open()).toEqual(['h~2.1']);
    expect(h.labor('h~2.1').chain).toBe('h~1');
  });
});
