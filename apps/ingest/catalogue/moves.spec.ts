/** Retiring, restoring and deleting over a fake of the use cases: what reaches it, and how its outcomes are answered. */
import { done, failed, positionOf } from '#contracts';
import { INGEST } from '#platform';
import { localCaller, overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);
const diskFull = {
  ...{ id: 1, category: 'disk', state: 'full', name: 'disk-full', description: null },
  ...{ restricted: false, status: 'retired' },
};
const clean = {
  ...{ id: 3, creates: 'disk-full', completedBy: 'disk-cleaned', intermediate: false, follows: null },
  ...{ onRepeat: 'open', name: 'clean', description: null, actors: [], status: 'in-force' },
};

function change(item: object) {
  return done({ position, items: [{ item: { ...item, hidden: 1 }, created: false }] });
}

const routes = [
  ['POST', '/event-types/disk-full/retire', 'moveEventType', 'disk-full', 'retire', diskFull],
  ['POST', '/event-types/disk-full/restore', 'moveEventType', 'disk-full', 'restore', diskFull],
  ['DELETE', '/event-types/disk-full', 'moveEventType', 'disk-full', 'delete', diskFull],
  ['POST', '/fates/clean/retire', 'moveFate', 'clean', 'retire', clean],
  ['POST', '/fates/3/restore', 'moveFate', '3', 'restore', clean],
  ['DELETE', '/fates/3', 'moveFate', '3', 'delete', clean],
] as const;

test.each(routes)('%s %s', async (method, path, useCase, name, move, item) => {
  ingest.answer(change(item));
  const answer = await ingest.call(method, path);
  expect([answer.status, answer.body, answer.headers['hermes-position']]).toEqual([200, item, String(position)]);
  expect(answer.headers['etag'] === undefined).toBe(move === 'delete');
  expect(ingest.calls).toEqual([[useCase, name, move, localCaller, undefined]]);
});

test.each(routes)('%s %s?dryRun=true is foreseen, and not done', async (method, path, useCase, name, move, item) => {
  const labors = [
    { type: 'disk-full', effect: 'stranded', open: 3, quests: [{ quest: null, open: 3 }], examples: ['a~0'] },
  ];
  ingest.answer(done({ item: { ...item, hidden: 1 }, changes: true, position, labors }));
  const answer = await ingest.call(method, `${path}?dryRun=true`);
  const field = useCase === 'moveFate' ? 'fate' : 'eventType';
  expect([answer.status, answer.body]).toEqual([
    200,
    { [field]: item, changes: true, position: String(position), labors },
  ]);
  expect(ingest.calls).toEqual([[useCase.replace('move', 'foresee') + 'Move', name, move, localCaller, undefined]]);
  ingest.answer(change(item));
  await ingest.call(method, `${path}?dryRun=false`);
  expect(ingest.calls.at(-1)?.[0]).toBe(useCase);
});

test.each([
  ['in-use', 409],
  ['not-retired', 409],
  ['event-type-retired', 409],
  ['fate-retired', 409],
  ['fate-exists', 409],
  ['host-parked', 409],
  ['fate-unknown', 404],
  ['precondition-failed', 412],
] as const)('%s is answered %d', async (code, status) => {
  ingest.answer(failed({ code, detail: 'so it is' }));
  const answer = await ingest.call('POST', '/fates/1/restore');
  expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code })]);
});

test('nothing else is taken: no body, no other parameter, no word in place of true', async () => {
  ingest.answer(change(clean));
  const answers = [
    await ingest.call('POST', '/fates/1/retire', { by: 'me' }),
    await ingest.call('POST', '/fates/1/retire?dry=true'),
    await ingest.call('POST', '/fates/1/retire?dryRun=yes'),
    await ingest.call('DELETE', '/fates/1?dryRun='),
  ];
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  expect(ingest.calls).toEqual([]);
});
