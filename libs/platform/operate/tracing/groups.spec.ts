/** Which requests of a batch get a span: the sampled ones, each once, and not too many. */
import { groupsOf, MOST_SPANS, traceBatch } from './groups.js';
import { rememberedSpans, traceNumber } from './testing-spans.js';

type Part = readonly [string | undefined, string];

const work = { kind: 'client', name: 'work', attributes: () => ({}) } as const;
const fine = () => ({ attributes: {}, failure: null });

test('one group for each sampled context, in order; what has none, or is not sampled, or is no context, has none', () => {
  const batch: readonly Part[] = [
    [undefined, 'a'],
    [traceNumber(2), 'b'],
    [traceNumber(1, false), 'c'],
    ['nonsense', 'd'],
    [traceNumber(1), 'e'],
    [traceNumber(2), 'f'],
  ];
  const { groups, beyond } = groupsOf(batch);
  expect(groups.map(({ members }) => members)).toEqual([['b', 'f'], ['e']]);
  expect(beyond).toBe(0);
});

test('two requests of one trace are two parents', () => {
  const [one, other] = [traceNumber(1), traceNumber(1).replace(/-b{15}/, '-c'.padEnd(16, 'c'))];
  expect(
    groupsOf<number>([
      [one, 1],
      [other, 2],
    ]).groups,
  ).toHaveLength(2);
});

test('beyond the limit requests are counted, each once, and the recorded spans carry the count', async () => {
  const batch = Array.from({ length: MOST_SPANS + 7 }, (_, n): Part => [traceNumber(n), String(n)]);
  const groups = groupsOf([...batch, ...batch, [traceNumber(999, false), 'quiet'] as const]);
  expect([groups.groups.length, groups.beyond]).toEqual([MOST_SPANS, 7]);
  expect(groups.groups[3]?.members).toEqual(['3', '3']);
  const spans = rememberedSpans();
  await traceBatch(spans, groups, { ...work, work: async () => 1, outcome: fine });
  expect(spans.begun).toHaveLength(MOST_SPANS);
  for (const { attributes } of spans.begun) expect(attributes).toEqual({ 'hermes.batch.requests_without_span': 7 });
});

test('spans are open while the work is done; what it throws is handed on, without its words', async () => {
  const spans = rememberedSpans();
  const groups = groupsOf<string>([
    [traceNumber(1), 'a'],
    [traceNumber(2), 'b'],
  ]);
  const failing = async (): Promise<never> => {
    expect(spans.begun.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    throw new RangeError('of which a span says nothing');
  };
  await expect(traceBatch(spans, groups, { ...work, work: failing, outcome: fine })).rejects.toThrow(RangeError);
  expect(spans.begun.map(({ failure, attributes }) => [failure, attributes])).toEqual([
    ['RangeError', {}],
    ['RangeError', {}],
  ]);
});
