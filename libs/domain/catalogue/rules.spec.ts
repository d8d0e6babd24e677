/** The catalogue as an index: what starts labors, what completes them (rules 10, 16, 17), and how references are looked up. */
import { Play } from '#testing';
import type { TypeName } from '../names.js';
import type { EventTypeId, FateId } from './ids.js';
import { findEventType, findFate, isFateName, parseFateReference } from './resolve.js';
import { completionsOf, isStarting, rulesOf, strandedTypes } from './rules.js';

const A = 'a-required' as TypeName;
const READY = 'host-ready' as TypeName;
const DONE = 'host-done' as TypeName;

test('rule 16: what would complete a labor now are the event types of all fates in force, each once, by number', () => {
  const h = new Play(`[1] ${A} => ${READY}`, `[2] ${A} => ${DONE} intermediate`, `[3] ${A} => ${READY} absorb`);
  expect(completionsOf(h.catalogue, A)).toEqual([
    { type: READY, fates: [1, 3] },
    { type: DONE, fates: [2] },
  ]);
  expect(completionsOf(h.catalogue, READY)).toEqual([]);
  h.retireFate(1);
  expect(completionsOf(h.catalogue, A)).toEqual([
    { type: DONE, fates: [2] },
    { type: READY, fates: [3] },
  ]);
  h.retireFate(3);
  expect(completionsOf(h.catalogue, A)).toEqual([{ type: DONE, fates: [2] }]);
});

test('rule 10: a labor that nothing in force can close is stranded, also where only the event type is retired', () => {
  const h = new Play(`[1] ${A} => ${DONE}`, `[2] ${READY} => ${DONE} intermediate`);
  expect(strandedTypes(h.catalogue)).toEqual([]);
  h.change({ kind: 'EventTypeRetired', id: 2 as EventTypeId });
  expect(strandedTypes(h.catalogue)).toEqual([A, READY]);
  expect(completionsOf(h.catalogue, A)).toEqual([]);
  h.change({ kind: 'EventTypeRestored', id: 2 as EventTypeId });
  h.retireFate(1);
  expect(strandedTypes(h.catalogue)).toEqual([A]);
});

test('rule 17: a type starts labors if it is in force and a starting fate in force creates it', () => {
  const h = new Play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE} intermediate`);
  expect([A, READY, DONE, 'no-such' as TypeName].map((type) => isStarting(h.catalogue, type))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  h.change({ kind: 'EventTypeRetired', id: 1 as EventTypeId });
  expect(isStarting(h.catalogue, A)).toBe(false);
  h.change({ kind: 'EventTypeRestored', id: 1 as EventTypeId });
  h.retireFate(1);
  expect(isStarting(h.catalogue, A)).toBe(false);
});

test('the rules of a type are worked out once for the same fates, whatever becomes of event types', () => {
  const h = new Play(`[1] ${A} => ${READY}`);
  const rules = () => rulesOf(h.catalogue, A, 'a');
  const before = rules();
  expect(before?.opens?.fate).toBe(1);
  h.change({ kind: 'EventTypeAmended', id: 1 as EventTypeId, description: 'another' });
  expect(rules()).toBe(before);
  h.retireFate(1);
  expect(rules()?.opens).toBeNull();
  expect(rulesOf(h.catalogue, A, 'another')).toBeUndefined();
});

test('an event type is found by its name or its pair, not by another pair of that name', () => {
  const { catalogue } = new Play('[1] web-up-done => host-done');
  expect(findEventType(catalogue, 'web-up-done')?.id).toBe(1);
  expect(findEventType(catalogue, { category: 'web-up', state: 'done' })?.id).toBe(1);
  expect(findEventType(catalogue, { category: 'web', state: 'up-done' })).toBeUndefined();
  expect(findEventType(catalogue, 'web-up')).toBeUndefined();
});

test('a fate is found by number, by digits, or by its name', () => {
  const h = new Play(`[1] ${A} => ${READY}`, `[2] ${READY} => ${DONE}`);
  h.change({ kind: 'FateAmended', id: 2 as FateId, name: 'second' });
  expect([2 as FateId, '2', 'second'].map((each) => findFate(h.catalogue, each)?.id)).toEqual([2, 2, 2]);
  expect([3 as FateId, '3', 'third', '0', '02', ''].map((each) => findFate(h.catalogue, each))).toEqual(
    Array(5).fill(undefined),
  );
  expect(parseFateReference('9'.repeat(20))).toBe('9'.repeat(20));
});

test('nothing that may be a name of a fate reads as a number', () => {
  for (const name of ['reboot', 'a 1', '1a', 'Infinity', 'NaN', '\u0661']) {
    expect(isFateName(name)).toBe(true);
    expect(parseFateReference(name)).toBe(name);
  }
  for (const text of ['', ' ', '1', '01', '1.5', '+1', '1e9', '0b1', '\u00a0x', '9'.repeat(400)]) {
    expect(isFateName(text)).toBe(false);
  }
});
