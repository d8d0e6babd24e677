/** Rule 21 on histories by hand: the numbers that projections are compared with must themselves be right. */
import type { Derived } from './history.js';
import { modelOf } from './model.js';
import { Play } from './play.js';

const FATES = ['[1] a-required => host-ready', '[2] host-ready => host-done intermediate'] as const;

function part(play: Play, quest = 1): Derived['parts'][number] | undefined {
  return modelOf(play.history).parts.find((each) => each.quest === quest);
}

test('rule 21: a chain is unstarted, then in progress, then completed; labors are counted by type', () => {
  const h = new Play(...FATES);
  h.embark(1, 'a-required');
  expect(part(h)?.tally).toEqual({
    ...{ named: 1, chains: 1, unstarted: 1, inProgress: 0, completed: 0, waived: 0, labors: 1, open: 1 },
    steps: { 'a-required': { open: 1, closed: 0 } },
  });
  h.event('host-ready');
  expect(part(h)?.tally).toEqual({
    ...{ named: 1, chains: 1, unstarted: 0, inProgress: 1, completed: 0, waived: 0, labors: 2, open: 1 },
    steps: { 'a-required': { open: 0, closed: 1 }, 'host-ready': { open: 1, closed: 0 } },
  });
  h.event('host-done');
  expect(part(h)?.tally).toMatchObject({ chains: 1, inProgress: 0, completed: 1, labors: 2, open: 0 });
});

test('rule 21: a chain that ended by a waive is waived, whatever was completed before', () => {
  const h = new Play(...FATES);
  h.embark(1, 'a-required');
  h.embark(1, 'a-required');
  h.event('host-ready');
  h.waive('h~2.1', 'ann', 'gone');
  expect(part(h)?.tally).toMatchObject({ chains: 2, inProgress: 1, completed: 0, waived: 1, labors: 4, open: 1 });
});

test('rule 20: a part is emptied by the entry after which nothing of it was open; mid-chain never; a new labor undoes it', () => {
  const h = new Play(...FATES);
  h.embark(1, 'a-required');
  h.event('host-ready');
  expect(part(h)?.emptiedBy).toBeNull();
  h.event('host-done');
  expect(part(h)?.emptiedBy).toBe(h.history.steps.length - 1);
  h.event('host-done');
  expect(part(h)?.emptiedBy).toBe(h.history.steps.length - 2);
  h.embark(1, 'a-required');
  expect(part(h)?.emptiedBy).toBeNull();
});

test('rule 20: a part without labors is there, with nothing in it and never emptied', () => {
  const h = new Play(...FATES);
  h.embark(1, 'host-done');
  expect(part(h)).toMatchObject({ tally: { chains: 0, labors: 0, open: 0, steps: {} }, emptiedBy: null });
  expect(part(h, 2)).toBeUndefined();
});
