/** Q: how fresh the views are, and when they are not to be shown at all. */
import { seenOf } from './seen.js';
import { at, freshnessOf, progressOf } from './testing-documents.js';

test('Q: the position is the least of all partitions, the age that of their heartbeats', () => {
  const progress = [2n ** 60n, 2n ** 60n - 1n, 2n ** 61n, 2n ** 62n].map((n, partition) =>
    progressOf(partition, at(n)),
  );
  expect(seenOf(freshnessOf(progress), (generation, given) => generation * 1000 + given.length)).toEqual({
    ok: true,
    value: { generation: 7, position: 2n ** 60n - 1n, ageMs: 7004, progress },
  });
});

test('Q: partitions that are no longer there do not hold the position back', () => {
  const progress = [0, 1, 2, 3, 4].map((partition) => progressOf(partition, at(partition === 4 ? 1 : 9)));
  expect(seenOf(freshnessOf(progress), () => 0)).toMatchObject({ value: { position: 9n } });
});

test.each([1, 999])('R15: documents of this layout are shown whatever fold has made them (%i)', (foldVersion) => {
  const progress = [0, 1, 2, 3].map((partition) => progressOf(partition, at(5)));
  expect(seenOf(freshnessOf(progress, { foldVersion }), () => 3_600_000)).toMatchObject({
    ok: true,
    value: { generation: 7, position: 5n, ageMs: 3_600_000 },
  });
});

const whole = [0, 1, 2, 3].map((partition) => progressOf(partition, at(5)));
test.each([
  ['no generation yet', undefined, 'being rebuilt from the journal'],
  ['P7: another layout', freshnessOf(whole, { documentsVersion: 0 }), 'being rebuilt'],
  ['no progress at all', freshnessOf([]), '0 of their 4 partitions'],
  ['a partition without progress', freshnessOf(whole.slice(1)), '3 of their 4 partitions'],
])('%s: nothing is shown, and the answer says why and when to come again', (_, freshness, why) => {
  expect(seenOf(freshness, () => 0)).toMatchObject({
    ok: false,
    problem: { code: 'not-caught-up', detail: expect.stringContaining(why) as string, retryAfterS: 2 },
  });
});
