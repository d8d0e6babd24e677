/** The graph of the fates, with what is open in it: of all labors, or of one quest. */
import type { FateGraphView } from './reading.js';
import { at, catalogueOf, fateId, NOW, questId, questOf, totalsOf, typeOf } from './testing-documents.js';
import { FakeViews, readingOf } from './testing-views.js';

function world() {
  const views = new FakeViews(at(10));
  views.catalogueNow = catalogueOf(
    ['a', 'b', 'c'],
    [{ rule: 'a => b' }, { rule: 'b => c', intermediate: true }, { rule: 'c => a', status: 'retired' }],
  );
  views.firedNow = [fateId(1)];
  views.totalsNow = () => Promise.resolve(totalsOf({ openByType: [{ type: typeOf('x-a'), open: 2, oldest: NOW }] }));
  views.questsNow = [
    questOf(4, 'open', {}, { ...questOf(4, 'open').recount!.tally, steps: { 'x-b': { open: 1, closed: 3 } } }),
  ];
  return { views, reading: readingOf(views) };
}

const shown = ({ graph, ...view }: FateGraphView) => ({
  ...view,
  open: [...view.open],
  closed: view.closed && [...view.closed],
  fired: [...view.fired],
  edges: graph.edges.map(({ id }) => id),
  flows: graph.flows,
});

const GRAPH = { fired: [1], edges: [1, 2], flows: [{ starts: ['x-a'], steps: ['x-a', 'x-b'], ends: ['x-c'] }] };

test('of all labors: open ones as they are counted for all readers, with the age of that count', async () => {
  const { reading, views } = world();
  const answer = await reading.fateGraph(null, {});
  if (!answer.ok) throw new Error(answer.problem.detail);
  expect(answer.value).toMatchObject({ position: 10n, generation: 7 });
  expect(shown(answer.value.body)).toEqual({
    ...GRAPH,
    quest: null,
    open: [['x-a', 2]],
    closed: null,
    countsAgeMs: expect.any(Number) as number,
  });
  const other = await reading.fateGraph(null, {});
  expect(views.argumentsOf('totals')).toHaveLength(1);
  // drawn once, while the catalogue is the same
  expect(other.ok && other.value.body.graph).toBe(answer.value.body.graph);
});

test('of one quest: open and closed, exactly, once they are counted up to the position asked for', async () => {
  const { reading, views } = world();
  const answer = await reading.fateGraph(questId(4), {});
  if (!answer.ok) throw new Error(answer.problem.detail);
  expect(shown(answer.value.body)).toEqual({
    ...{ ...GRAPH, quest: 4, open: [['x-b', 1]], closed: [['x-b', 3]], countsAgeMs: null },
  });
  expect(views.argumentsOf('totals')).toEqual([]);
  expect(await reading.fateGraph(questId(5), {})).toMatchObject({ problem: { code: 'quest-unknown' } });
  views.behind = () => true;
  expect(await reading.fateGraph(questId(4), { minPosition: at(9), waitS: 0.02 })).toMatchObject({
    problem: { code: 'not-caught-up' },
  });
});
