/** Operations over a fake of the use cases: what they look like, and their results as a list. */
import type { OperationResult, OperationView } from '#application';
import { done, failed, positionOf } from '#contracts';
import type { Instant, OperationId } from '#domain';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);
const at = '2026-01-31T10:00:00.000Z' as Instant;
const id = '7b1d2f00-0000-8000-8000-000000000009' as OperationId;

const view: OperationView = {
  ...{ id, isOver: false, left: 1700, position },
  state: {
    ...{ command: { kind: 'LaborAdopted', by: 'ann', quest: null }, where: { state: ['open'] } },
    ...{ by: 'ann', principal: 'robot', draftedAt: at, listed: 10, found: 2000, after: null, acceptedAt: at },
    ...{ advanced: 1, advancedAt: null, done: 299, refused: [{ code: 'labor-not-open', count: 1 }], cancelled: null },
  },
};

const shown = {
  ...{ id, on: 'labors', command: 'adopt', said: { quest: null }, where: { state: ['open'] } },
  ...{ by: 'ann', principal: 'robot', acceptedAt: at, state: 'running', found: 2000, done: 299 },
  ...{ refused: [{ code: 'labor-not-open', count: 1 }], left: 1700, advancedAt: null, position: String(position) },
};

const { said: _said, where: _where, ...listed } = shown;

test('one, and all of them', async () => {
  ingest.answer(done(view));
  const one = await ingest.call('GET', `/operations/${id}`);
  expect([one.status, one.body]).toEqual([200, shown]);
  ingest.answer(done([view, { ...view, isOver: true, left: 0 }]));
  const all = await ingest.call('GET', '/operations');
  expect([all.status, all.body]).toEqual([200, { items: [listed, { ...listed, state: 'done', left: 0 }] }]);
  ingest.answer(failed({ code: 'operation-unknown', detail: 'no operation "x"' }));
  expect(await ingest.call('GET', '/operations/x')).toMatchObject({ status: 404, body: { code: 'operation-unknown' } });
});

const RESULTS: readonly OperationResult[] = [
  { id: 'a~0', state: 'done', position },
  { id: 'b~0', state: 'refused', code: 'labor-not-open' },
  { id: 'c~0', state: 'waiting' },
  { id: 'd~0', state: 'cancelled' },
];

test('its results, a page at a time', async () => {
  ingest.answer(done({ items: RESULTS, next: ['1', '3'], position }));
  const page = await ingest.call('GET', `/operations/${id}/results?limit=3`);
  expect([page.status, page.headers['hermes-position'], page.body]).toMatchObject([
    200,
    String(position),
    {
      items: [
        { id: 'a~0', state: 'done', position: String(position) },
        { id: 'b~0', state: 'refused', code: 'labor-not-open' },
        { id: 'c~0', state: 'waiting' },
        { id: 'd~0', state: 'cancelled' },
      ],
    },
  ]);
  expect(ingest.calls.at(-1)).toMatchObject(['operationResults', id, { limit: 3, after: null }]);
});

test('one that is cancelled: who did it, and what of it will not be done', async () => {
  const cancelled = { by: 'eve', principal: null, at, reason: 'the wrong filter' };
  const state = { ...view.state, cancelled: { ...cancelled, advanced: 0 } };
  ingest.answer(done({ ...view, isOver: true, state }));
  const answer = await ingest.call('POST', `/operations/${id}/cancel`, { by: 'eve', reason: 'the wrong filter' });
  expect([answer.status, answer.headers['hermes-position'], answer.body]).toEqual([
    ...[200, String(position)],
    { ...shown, state: 'cancelled', cancelled },
  ]);
  expect(ingest.calls.at(-1)).toMatchObject(['cancelOperation', id, { by: 'eve', reason: 'the wrong filter' }, {}]);
  ingest.answer(done({ ...view, state }));
  expect((await ingest.call('GET', `/operations/${id}`)).body).toEqual({ ...shown, cancelled });
});
