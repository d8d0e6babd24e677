/** Rules 1–9, 11, 13, 14 and 24 one by one, and the examples of semantics.md. What is played here the simple model must see too. */
import { foldOf, modelOf, Play } from '#testing';
import type { Instant } from '../names.js';
import type { EventTypeId, FateId } from '../catalogue/ids.js';

const plays: Play[] = [];

/** Given fates. */
function play(...fates: readonly string[]): Play {
  const made = new Play(...fates);
  plays.push(made);
  return made;
}

afterEach(() => {
  for (const { history } of plays.splice(0)) expect(foldOf(history)).toEqual(modelOf(history));
});

const A = 'a-required';
const B = 'b-required';
const READY = 'host-ready';
const DONE = 'host-done';

describe('opening and closing', () => {
  test('rule 1: an event opens one labor of its type, however many starting fates create it; the lowest opens it', () => {
    const h = play(`[1] ${B} => ${DONE}`, `[2] ${A} => ${READY} owner`, `[3] ${A} => ${DONE} creator`);
    h.event(A);
    expect(h.open()).toEqual(['h~0']);
    expect(h.labor('h~0')).toMatchObject({ type: A, chain: 'h~0', actors: ['creator', 'owner'], occurrences: 1 });
    expect(h.labor('h~0').opened).toMatchObject({ fate: 2, event: 'h~0', catalogueRevision: h.catalogue.revision });
  });

  test('rule 1: the type of an event is the pair, not the name: another pair of that name opens nothing', () => {
    const h = play(`[1] web-up-done => ${DONE}`);
    h.event('web-up-done', { category: 'web', state: 'up-done' });
    expect(h.open()).toEqual([]);
    h.event('web-up-done');
    expect(h.open()).toEqual(['h~1']);
  });

  test('rule 2: an event completes every open labor of the type, in every quest and in none', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.embark(1, A);
    h.embark(2, A);
    h.event(DONE, { by: 'agent', note: 'at last' });
    expect(h.open()).toEqual([]);
    const closed = { event: 'h~3', type: DONE, by: 'agent', note: 'at last', fate: 1 };
    for (const id of ['h~0', 'h~1', 'h~2']) expect(h.labor(id)).toMatchObject({ state: 'completed', closed });
  });

  test("rule 2: never another host's, never another type's", () => {
    const h = play(`[1] ${A} => ${DONE}`, `[2] ${B} => ${READY}`);
    h.event(A, { host: 'other' as never });
    h.event(B);
    h.event(DONE);
    expect(h.open('other')).toEqual(['other~0']);
    expect(h.open()).toEqual(['h~0']);
  });

  test('rule 2: a fate closes whether or not it is intermediate, also one whose labors nothing opens', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${A} => ${DONE} intermediate`);
    h.event(A);
    h.event(DONE);
    expect(h.labor('h~0')).toMatchObject({ state: 'completed', closed: { fate: 2 } });
  });

  test('rule 2: a labor whose own type is retired is completed all the same', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.change({ kind: 'EventTypeRetired', id: 1 as EventTypeId });
    h.event(DONE);
    expect(h.open()).toEqual([]);
  });

  test('rule 7: an event that does nothing leaves everything as it was, and is an event', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    expect(h.event(DONE).effects).toEqual([]);
    expect(h.event('nobody-knows').effects).toEqual([]);
    expect(h.fold.states.get('h' as never)).toMatchObject({ revision: 1, events: 2, open: [] });
  });

  test('rule 7: an event of a retired or deleted type opens and closes nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    const [a, done] = [1, 2] as [EventTypeId, EventTypeId];
    h.change({ kind: 'EventTypeRetired', id: a });
    h.change({ kind: 'EventTypeRetired', id: done });
    h.event(A);
    h.event(DONE);
    expect(h.open()).toEqual(['h~0']);
    h.change({ kind: 'EventTypeRestored', id: done });
    h.change({ kind: 'EventTypeDeleted', id: done });
    h.event(DONE);
    expect(h.open()).toEqual(['h~0']);
  });
});

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

describe('repeats', () => {
  test('rule 6: by default a second opening event opens a second labor', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.event(A);
    expect(h.open()).toEqual(['h~0', 'h~1']);
  });

  test('rule 6: absorb counts it on the oldest open labor of host and type, whatever its quest', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.embark(1, A);
    h.event(A);
    h.define(`[2] ${A} => ${READY} absorb`);
    h.event(A, { at: '2025-01-01T00:00:00.000Z' as Instant });
    expect(h.open()).toEqual(['h~0', 'h~1']);
    expect(h.labor('h~0')).toMatchObject({ occurrences: 2, lastSeen: '2025-01-01T00:00:00.000Z', overflow: false });
    expect(h.labor('h~1')).toMatchObject({ occurrences: 1 });
  });

  test('rule 6: if several fates match, absorb wins, also where its fate has the higher number', () => {
    const h = play(`[1] ${A} => ${DONE}`, `[2] ${A} => ${READY} absorb`);
    h.event(A);
    h.event(A);
    expect(h.open()).toEqual(['h~0']);
  });

  test('rule 6: onRepeat of an intermediate fate counts for nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`, `[2] ${A} => ${READY} intermediate absorb`);
    h.event(A);
    h.event(A);
    expect(h.open()).toEqual(['h~0', 'h~1']);
  });

  test("rule 6: a quest's own event absorbs only into a labor of that quest", () => {
    const h = play(`[1] ${A} => ${DONE} absorb`);
    h.event(A);
    h.embark(1, A);
    h.embark(2, A);
    h.embark(2, A);
    expect(h.open()).toEqual(['h~0', 'h~1', 'h~2']);
    expect(h.labor('h~2')).toMatchObject({ quest: 2, occurrences: 2 });
    expect(h.labor('h~0').occurrences).toBe(1);
  });

  test('rule 6: an event never absorbs into a labor that it closes', () => {
    const h = play(`[1] ${A} => ${A} absorb`);
    h.event(A);
    h.event(A);
    expect(h.labor('h~0')).toMatchObject({ state: 'completed', occurrences: 1 });
    expect(h.open()).toEqual(['h~1']);
  });

  test('rule 6: once the labor is closed nothing absorbs, and the next event opens', () => {
    const h = play(`[1] ${A} => ${DONE} absorb`);
    for (const type of [A, DONE, A]) h.event(type);
    expect(h.open()).toEqual(['h~2']);
  });

  test('rule 6: the thousandth labor of a type opens; the event after it is absorbed and its labor flagged overflow', () => {
    const h = play(`[1] ${A} => ${DONE}`, `[2] ${B} => ${DONE}`);
    h.event(B);
    for (let count = 0; count < 999; count += 1) h.event(A);
    expect(h.event(A).effects).toMatchObject([{ kind: 'opened' }]);
    expect(h.event(A).effects).toMatchObject([{ kind: 'absorbed', labor: { id: 'h~1' }, overflow: true }]);
    expect(h.labor('h~1')).toMatchObject({ occurrences: 2, overflow: true });
    expect(h.open()).toHaveLength(1001);
    // the limit is each type's own
    expect(h.event(B).effects).toMatchObject([{ kind: 'opened' }]);
  });

  test("rule 6: at the limit a quest's event is absorbed too, by a labor of its quest where there is one", () => {
    const h = play(`[1] ${A} => ${DONE}`);
    for (let count = 0; count < 1000; count += 1) h.event(A, count === 500 ? { quest: 1 as never } : {});
    expect(h.embark(1, A).effects[1]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~500' }, overflow: true });
    expect(h.embark(2, A).effects[1]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~0' }, overflow: true });
    expect(h.event(A).effects[0]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~0' }, overflow: true });
  });

  test('rule 6: follow-ups are never absorbed, and what absorbs by its fate is no overflow', () => {
    const h = play(`[1] ${READY} => ${DONE}`, `[2] ${A} => ${READY}`, `[3] ${READY} => ${B} intermediate`);
    for (let count = 0; count < 1000; count += 1) h.event(READY);
    h.event(A);
    const { effects } = h.event(READY);
    expect(effects.map(({ kind }) => kind)).toEqual(['absorbed', 'closed', 'opened']);
    expect(h.open()).toHaveLength(1001);
    h.define(`[4] ${READY} => ${B} absorb`);
    expect(h.event(READY).effects).toMatchObject([{ kind: 'absorbed', labor: { id: 'h~0' }, overflow: false }]);
  });
});

describe('places', () => {
  test('rule 8: a new fate applies to labors already open, never to events already judged', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.event(READY);
    h.define(`[2] ${A} => ${READY}`);
    expect(h.open()).toEqual(['h~0']);
    h.event(READY);
    expect(h.labor('h~0').closed).toMatchObject({ event: 'h~2', fate: 2, catalogueRevision: h.catalogue.revision });
  });

  test('rule 8, rule 10: a retired fate neither opens nor closes; what is open stays, and is closed when it is restored', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    h.retireFate(1);
    h.event(A);
    h.event(DONE);
    expect(h.open()).toEqual(['h~0']);
    h.change({ kind: 'FateRestored', id: 1 as FateId });
    h.event(DONE);
    expect(h.open()).toEqual([]);
  });

  test("rule 9: a host's events are taken in the order of its stream; one before the greatest `at` so far is late", () => {
    const h = play(`[1] ${A} => ${DONE}`);
    const at = (day: number) => ({ at: `2026-05-0${day}T00:00:00.000Z` as Instant });
    expect(h.event(DONE, at(5)).late).toBe(false);
    expect(h.event(A, at(4)).late).toBe(true);
    expect(h.event(DONE, at(4)).late).toBe(true);
    expect(h.event(A, at(5)).late).toBe(false);
    expect(h.event(A, at(6)).late).toBe(false);
    expect(h.event(A, { ...at(1), host: 'other' as never }).late).toBe(false);
    expect(h.labor('h~1').closed).toMatchObject({ event: 'h~2', at: '2026-05-04T00:00:00.000Z' });
    expect(h.fold.states.get('h' as never)?.greatestAt).toBe('2026-05-06T00:00:00.000Z');
  });

  test('rule 11: ids come from the place in the stream, commands counted, and follow-ups in the order of what they follow', () => {
    const h = play(`[1] ${B} => ${READY}`, `[2] ${A} => ${READY}`, `[3] ${READY} => ${DONE} intermediate`);
    h.event(A);
    h.event(B);
    h.ack('h~0', 'me');
    h.event(A, { key: 'sent by a client' });
    h.event(READY);
    expect(h.open().map((id) => [id, h.labor(id).chain])).toEqual([
      ['h~4.1', 'h~0'],
      ['h~4.2', 'h~1'],
      ['h~4.3', 'h~3'],
    ]);
  });
});

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

describe('quests and keys', () => {
  test("rule 17: labors that a quest's event opens belong to it; older ones that it closes stay in their own", () => {
    const h = play(`[1] ${A} => ${B}`, `[2] ${B} => ${DONE}`, `[3] ${B} => ${READY} intermediate`);
    h.embark(1, A);
    const { effects } = h.embark(2, B);
    expect(effects[0]).toEqual({ kind: 'joined', quest: 2 });
    expect(h.labor('h~0')).toMatchObject({ quest: 1, state: 'completed' });
    expect(h.labor('h~1')).toMatchObject({ quest: 2 });
    expect(h.labor('h~1.1')).toMatchObject({ quest: 1, chain: 'h~0' });
  });

  test('rule 17: a host is in the quest once its event is there, also where it opens nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.retireFate(1);
    expect(h.embark(1, A).effects).toEqual([{ kind: 'joined', quest: 1 }]);
  });

  test('rule 24: an event whose key is among the last 64 events of its host is judged as nothing, and flagged', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A, { key: 'k', at: '2026-01-01T00:00:00.000Z' as Instant });
    const again = h.event(A, { key: 'k', at: '2027-01-01T00:00:00.000Z' as Instant, quest: 1 as never });
    expect(again).toMatchObject({ duplicate: true, late: false, effects: [] });
    // the first wins: what the second says does not even make others late
    expect(h.event(A, { key: 'k2', at: '2026-06-01T00:00:00.000Z' as Instant })).toMatchObject({ late: false });
    expect(h.event(A, { key: 'k', host: 'other' as never }).duplicate).toBe(false);
    expect(h.event(A).duplicate).toBe(false);
    expect(h.event(A).duplicate).toBe(false);
  });

  test.each([
    [62, true],
    [63, true],
    [64, false],
    [65, false],
  ])('rule 24: with %d events between them the second is a duplicate: %s', (between, duplicate) => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(DONE, { key: 'k' });
    for (let count = 0; count < between; count += 1) {
      h.event(DONE, { key: count % 2 === 0 ? `other ${count}` : null });
      // commands are no events
      h.ack('h~0', 'me');
    }
    expect(h.event(A, { key: 'k' }).duplicate).toBe(duplicate);
  });

  test('rule 24: a duplicate is an event of its host: its key counts from its own place, and so does it', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(DONE, { key: 'k' });
    for (let count = 0; count < 40; count += 1) h.event(DONE);
    expect(h.event(DONE, { key: 'k' }).duplicate).toBe(true);
    for (let count = 0; count < 40; count += 1) h.event(DONE);
    expect(h.event(DONE, { key: 'k' }).duplicate).toBe(true);
    expect(h.fold.states.get('h' as never)).toMatchObject({ events: 83, keys: [{ event: 42 }, { event: 83 }] });
  });

  test('rule 24: the key of an event that did nothing counts too', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event('nobody-knows', { key: 'k' });
    expect(h.event(A, { key: 'k' }).duplicate).toBe(true);
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
