/** Rules 1, 2, 7 to 11 and 14 one by one: opening, closing, places, notes. */
import { checkedPlays } from '#testing';
import type { EventTypeId, FateId } from '../catalogue/ids.js';
import type { HostName, Instant } from '../names.js';
import type { LaborId } from './ids.js';
import { judge } from './judge.js';
import { newHost } from './state.js';

const play = checkedPlays();
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

describe('rule 14: notes', () => {
  const note = (text: string) => ({ kind: 'LaborNoted', by: 'ann', text }) as const;

  test('rule 14: a note changes nothing else, and is taken on a closed labor, too', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    const before = h.labor('h~0');
    h.command('h~0', note('open'));
    expect(h.labor('h~0')).toEqual({
      ...before,
      notes: [{ by: 'ann', principal: null, at: expect.anything() as string, note: 'open' }],
    });
    h.event(DONE);
    const closed = h.labor('h~0');
    h.command('h~0', note('closed'));
    expect(h.labor('h~0')).toEqual({
      ...closed,
      notes: [...closed.notes, { by: 'ann', principal: null, at: expect.anything() as string, note: 'closed' }],
    });
    expect(h.open()).toEqual([]);
  });

  test('rule 14: the newest ten are kept, by the fold as by the model', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    for (let n = 1; n <= 12; n += 1) h.command('h~0', note(`${n}`));
    expect(h.labor('h~0').notes.map((each) => each.note)).toEqual([
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
      '11',
      '12',
    ]);
  });

  test('rule 13: a note in the stream of another host than the labor’s does nothing', () => {
    const h = play(`[1] ${A} => ${DONE}`);
    h.event(A);
    const place = {
      host: 'other' as HostName,
      labor: 'h~0' as LaborId,
      recordedAt: '2026-01-01T00:00:00.000Z' as Instant,
    };
    const entry = { ...note('x'), ...place };
    expect(judge(newHost, entry, { revision: 0, catalogue: h.catalogue }).effects).toEqual([]);
  });
});
