/** Q: how fresh the views are, and when they are not to be shown at all. */
import { seenOf } from './seen.js';
import { at, freshnessOf, NOW, progressOf } from './testing-documents.js';

const NOW_MS = Date.parse(NOW);

test('Q: the position is the least of all partitions, the age that of the one heard longest ago', () => {
  const progress = [
    progressOf(0, at(2n ** 60n), NOW_MS - 10),
    progressOf(1, at(2n ** 60n - 1n), NOW_MS - 20),
    progressOf(2, at(2n ** 61n), NOW_MS - 4000),
    progressOf(3, at(2n ** 62n), NOW_MS),
  ];
  expect(seenOf(freshnessOf(progress), NOW_MS)).toEqual({
    ok: true,
    value: { generation: 7, position: 2n ** 60n - 1n, ageMs: 4000 },
  });
});

test('Q: a clock that is behind makes no negative age', () => {
  const progress = [0, 1, 2, 3].map((partition) => progressOf(partition, at(5), NOW_MS + 50));
  expect(seenOf(freshnessOf(progress), NOW_MS)).toMatchObject({ value: { ageMs: 0 } });
});

test('Q: partitions that are no longer there do not hold the position back', () => {
  const progress = [0, 1, 2, 3, 4].map((partition) => progressOf(partition, at(partition === 4 ? 1 : 9)));
  expect(seenOf(freshnessOf(progress), NOW_MS)).toMatchObject({ value: { position: 9n } });
});

const whole = [0, 1, 2, 3].map((partition) => progressOf(partition, at(5)));
test.each([
  ['no generation yet', undefined, 'being rebuilt from the journal'],
  ['P7: another layout', freshnessOf(whole, { documentsVersion: 0 }), 'being rebuilt'],
  ['P7: another fold', freshnessOf(whole, { foldVersion: 999 }), 'being rebuilt'],
  ['no progress at all', freshnessOf([]), '0 of their 4 partitions'],
  ['a partition without progress', freshnessOf(whole.slice(1)), '3 of their 4 partitions'],
])('%s: nothing is shown, and the answer says why and when to come again', (_, freshness, why) => {
  expect(seenOf(freshness, NOW_MS)).toMatchObject({
    ok: false,
    problem: { code: 'not-caught-up', detail: expect.stringContaining(why) as string, retryAfterS: 2 },
  });
});
