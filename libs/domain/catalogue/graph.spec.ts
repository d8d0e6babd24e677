/** The graph of the fates in force, and the flows that they form. */
import { Play } from '#testing';
import { fateGraph, type FateGraph } from './graph.js';

function graphOf(play: Play): FateGraph {
  const steps = fateGraph(play.catalogue);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

test('a flow is what follows in a chain: its starts, its steps in order, and what ends it', () => {
  const play = new Play(
    '[1] a-required => a-ready',
    '[2] a-ready => a-checked intermediate',
    '[3] a-checked => a-done intermediate',
    '[4] a-required => a-skipped',
    '[5] b-required => a-done',
  );
  const { nodes, edges, flows } = graphOf(play);
  expect(flows).toEqual([
    { starts: ['a-required'], steps: ['a-required', 'a-ready', 'a-checked'], ends: ['a-skipped', 'a-done'] },
    { starts: ['b-required'], steps: ['b-required'], ends: ['a-done'] },
  ]);
  expect(edges.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect(nodes.map(({ type }) => type)).toEqual([
    'a-checked',
    'a-done',
    'a-ready',
    'a-required',
    'a-skipped',
    'b-required',
  ]);
  expect(nodes.filter(({ starting }) => starting).map(({ type }) => type)).toEqual(['a-required', 'b-required']);
});

test('rule 4: a pinned fate joins only the flow that it follows; rule 3: an unpinned one joins both', () => {
  const fates = ['[1] a-required => host-ready', '[2] b-required => host-ready'];
  const pinned = graphOf(new Play(...fates, '[3] host-ready => host-done intermediate follows 1')).flows;
  expect(pinned.map(({ steps }) => steps)).toEqual([['a-required', 'host-ready'], ['b-required']]);
  const open = graphOf(new Play(...fates, '[3] host-ready => host-done intermediate')).flows;
  expect(open).toEqual([
    { starts: ['a-required', 'b-required'], steps: ['a-required', 'host-ready', 'b-required'], ends: ['host-done'] },
  ]);
});

test('rule 10: what nothing closes is stranded, and a flow that nothing begins has no start', () => {
  const play = new Play(
    '[1] a-required => a-done',
    '[2] b-ready => b-done intermediate',
    '[3] c-required => c-required',
  );
  play.retireFate(1);
  const { nodes, edges, flows } = graphOf(play);
  expect(edges.map(({ id }) => id)).toEqual([2, 3]);
  expect(nodes.filter(({ stranded }) => stranded).map(({ type }) => type)).toEqual(['a-required']);
  expect(flows).toEqual([
    { starts: [], steps: ['b-ready'], ends: ['b-done'] },
    { starts: ['c-required'], steps: ['c-required'], ends: ['c-required'] },
  ]);
});

test('circles come to an end, and a thousand fates are looked at in more steps than they are', () => {
  const circle = graphOf(
    new Play('[1] a-on => b-on', '[2] b-on => a-on intermediate', '[3] a-on => b-on intermediate'),
  );
  expect(circle.flows).toEqual([{ starts: ['a-on'], steps: ['a-on', 'b-on'], ends: [] }]);
  const many = new Play(
    ...Array.from({ length: 1000 }, (_, n) => `t${n}-on => t${n + 1}-on${n > 0 ? ' intermediate' : ''}`),
  );
  const steps = fateGraph(many.catalogue);
  let count = 0;
  while (steps.next().done !== true) count += 1;
  expect(count).toBeGreaterThan(1000);
  expect(graphOf(many).flows.map(({ steps: all }) => all.length)).toEqual([1000]);
});
