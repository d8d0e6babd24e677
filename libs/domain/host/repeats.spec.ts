/** Rules 6 and 24: events that come again, and the limits of what a host keeps. */
import { checkedPlays } from '#testing';
import type { Instant } from '../names.js';

const play = checkedPlays();

const A = 'a-required';
const B = 'b-required';
const READY = 'host-ready';
const DONE = 'host-done';

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
    expect(h.labor('h~0')).toMatchObject({ occurrences: 2, lastSeen: '2025-01-01T00:00:00.000Z', overflow: null });
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

  test('rule 6: the hundredth labor of a type opens; the event after it is counted on the oldest, flagged overflow', () => {
    const h = play(`[1] ${A} => ${DONE}`, `[2] ${B} => ${DONE}`);
    h.event(B);
    for (let count = 0; count < 99; count += 1) h.event(A);
    expect(h.event(A).effects).toMatchObject([{ kind: 'opened' }]);
    expect(h.event(A).effects).toMatchObject([{ kind: 'absorbed', labor: { id: 'h~1' }, overflow: true }]);
    expect(h.labor('h~1')).toMatchObject({ occurrences: 2, overflow: { event: 'h~101' } });
    expect(h.open()).toHaveLength(101);
    // the bound of a type is its own
    expect(h.event(B).effects).toMatchObject([{ kind: 'opened' }]);
  });

  test("rule 6: at the bound a quest's event is counted too, on a labor of its quest first", () => {
    const h = play(`[1] ${A} => ${DONE}`);
    for (let count = 0; count < 100; count += 1) h.event(A, count === 50 ? { quest: 1 as never } : {});
    expect(h.embark(1, A).effects[1]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~50' }, overflow: true });
    expect(h.embark(2, A).effects[1]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~0' }, overflow: true });
    expect(h.event(A).effects[0]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~0' }, overflow: true });
  });

  test('rule 6: the bound goes before absorb: a quest without a labor of its own opens none, and the count is overflow', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    for (let count = 0; count < 99; count += 1) h.event(A);
    h.define(`[2] ${A} => ${B} absorb`);
    expect(h.event(A).effects).toMatchObject([{ kind: 'absorbed', labor: { id: 'h~0' }, overflow: false }]);
    expect(h.embark(1, A).effects[1]).toMatchObject({ kind: 'opened', labor: { quest: 1 } });
    expect(h.event(A).effects).toMatchObject([{ kind: 'absorbed', labor: { id: 'h~0' }, overflow: true }]);
    expect(h.embark(2, A).effects[1]).toMatchObject({ kind: 'absorbed', labor: { id: 'h~0' }, overflow: true });
  });

  test('rule 6: at the bound an event that closes all that could count it opens nothing; follow-ups take their place', () => {
    const h = play(`[1] ${A} => ${A}`, `[2] ${A} => ${A} intermediate`);
    for (let count = 0; count < 100; count += 1) h.event(A);
    expect(h.open()).toHaveLength(100);
    const kinds = h.event(A).effects.map(({ kind }) => kind);
    expect(kinds).toHaveLength(200);
    expect(new Set(kinds)).toEqual(new Set(['closed', 'opened']));
    expect(h.open()).toHaveLength(100);
    expect(h.open()).toContain('h~100.100');
    expect(h.open()).not.toContain('h~100');
    expect(h.embark(1, A).effects[0]).toMatchObject({ kind: 'joined' });
    expect(h.open()).toHaveLength(100);
  });

  test('rule 6: follow-ups are never absorbed, so a type may have more than a hundred, and never a thousand in all be passed', () => {
    const h = play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`, `[3] ${B} => ${DONE}`);
    for (let cycle = 0; cycle < 10; cycle += 1) {
      for (let count = 0; count < 100; count += 1) h.event(A);
      if (cycle < 9) h.event(READY);
    }
    expect(h.open()).toHaveLength(1000);
    // no labor of its type is there to count it
    expect(h.event(B).effects).toEqual([]);
    expect(h.embark(7, B).effects).toMatchObject([{ kind: 'joined' }]);
    expect(h.event(READY).effects).toHaveLength(200);
    expect(h.open()).toHaveLength(1000);
    expect(h.event(A).effects).toEqual([]);
    h.waive('h~0.1', 'ann', 'gone');
    expect(h.open()).toHaveLength(1000);
    h.waive('h~100.1', 'ann', 'gone');
    expect(h.open()).toHaveLength(999);
    expect(h.event(B).effects).toMatchObject([{ kind: 'opened' }]);
    expect(h.event(B).effects).toMatchObject([{ kind: 'absorbed', overflow: true }]);
  });
});

describe('quests and keys', () => {
  test("rule 17: labors that a quest's event opens belong to it; older ones that it closes stay in their own", () => {
    const h = play(`[1] ${A} => ${B}`, `[2] ${B} => ${DONE}`, `[3] ${B} => ${READY} intermediate`);
    h.embark(1, A);
    const { effects } = h.embark(2, B);
    expect(effects[0]).toEqual({ kind: 'joined', quest: 2, origin: expect.anything() as object });
    expect(h.labor('h~0')).toMatchObject({ quest: 1, state: 'completed' });
    expect(h.labor('h~1')).toMatchObject({ quest: 2 });
    expect(h.labor('h~1.1')).toMatchObject({ quest: 1, chain: 'h~0' });
  });

  test('rule 17: a host is in the quest once its event is there, also where it opens nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.retireFate(1);
    expect(h.embark(1, A).effects).toEqual([{ kind: 'joined', quest: 1, origin: expect.anything() as object }]);
  });

  test('rule 24: an event whose type and key are among those of the last 64 events of its host is judged as nothing, and flagged', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A, { key: 'k', at: '2026-01-01T00:00:00.000Z' as Instant });
    const again = h.event(A, { key: 'k', at: '2027-01-01T00:00:00.000Z' as Instant, quest: 1 as never });
    expect(again).toMatchObject({ duplicate: true, late: false, effects: [] });
    expect(h.event(A, { key: 'k', at: '2025-01-01T00:00:00.000Z' as Instant })).toMatchObject({ late: false });
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
    h.event(A, { key: 'k' });
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
    expect(h.event('nobody-knows', { key: 'k' }).duplicate).toBe(true);
  });

  test('rule 24: one boot id may name both steps of a boot: under another type a key is another event', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A, { key: 'boot 7' });
    expect(h.event(DONE, { key: 'boot 7' })).toMatchObject({ duplicate: false, effects: [{ kind: 'closed' }] });
    expect(h.event(A, { key: 'boot 7' }).duplicate).toBe(true);
    expect(h.event(DONE, { key: 'boot 7' }).duplicate).toBe(true);
  });
});
