/** Commands on labors over a fake of the use cases: what reaches it, and how its outcomes are answered. */
import { done, positionOf } from '#contracts';
import type { LaborId } from '#domain';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);

describe('labors', () => {
  test('each command on one, and on many', async () => {
    ingest.answer(done({ position }));
    const one = [
      await ingest.call('POST', '/labors/a~0/ack', {}),
      await ingest.call('POST', '/labors/a~0/assign', { to: null, by: 'eve', note: 'on leave' }),
      await ingest.call('POST', '/labors/a~0/waive', { by: 'ann', reason: 'scrapped\nat last' }),
      await ingest.call('POST', '/labors/a~0/reopen', { by: 'ann', reason: 'found' }),
      await ingest.call('POST', '/labors/a~0/adopt', { by: 'ann', quest: 7 }),
      await ingest.call('POST', '/labors/a~0/note', { by: 'ann', text: 'case 4711' }),
    ];
    for (const { status, body, headers } of one) {
      expect([status, body, headers['hermes-position']]).toEqual([
        200,
        { position: String(position) },
        String(position),
      ]);
    }
    ingest.answer(
      done({
        position,
        results: [
          { id: 'a~0' as LaborId, position },
          { id: 'b~9', fault: { code: 'labor-unknown', message: 'no such labor' } },
        ],
      }),
    );
    const labors = ['a~0', 'b~9'];
    const many = [
      await ingest.call('POST', '/labors/ack', { labors, note: 'seen' }),
      await ingest.call('POST', '/labors/assign', { labors, to: 'bob' }),
      await ingest.call('POST', '/labors/waive', { labors, reason: 'scrapped' }),
      await ingest.call('POST', '/labors/reopen', { labors, reason: 'found' }),
      await ingest.call('POST', '/labors/adopt', { labors, quest: null }),
      await ingest.call('POST', '/labors/note', { labors, text: 'case 4711' }),
    ];
    for (const { status, body } of many) {
      expect([status, body]).toEqual([
        200,
        {
          position: String(position),
          results: [
            { id: 'a~0', position: String(position) },
            { id: 'b~9', code: 'labor-unknown', detail: 'no such labor' },
          ],
        },
      ]);
    }
    expect(ingest.calls.map((call) => call.slice(0, 3))).toEqual([
      ['commandLabor', 'a~0', { kind: 'LaborAcknowledged', by: null, note: null }],
      ['commandLabor', 'a~0', { kind: 'LaborAssigned', by: 'eve', to: null, note: 'on leave' }],
      ['commandLabor', 'a~0', { kind: 'LaborWaived', by: 'ann', reason: 'scrapped\nat last' }],
      ['commandLabor', 'a~0', { kind: 'LaborReopened', by: 'ann', reason: 'found' }],
      ['commandLabor', 'a~0', { kind: 'LaborAdopted', by: 'ann', quest: 7 }],
      ['commandLabor', 'a~0', { kind: 'LaborNoted', by: 'ann', text: 'case 4711' }],
      ['commandLabors', labors, { kind: 'LaborAcknowledged', by: null, note: 'seen' }],
      ['commandLabors', labors, { kind: 'LaborAssigned', by: null, to: 'bob', note: null }],
      ['commandLabors', labors, { kind: 'LaborWaived', by: null, reason: 'scrapped' }],
      ['commandLabors', labors, { kind: 'LaborReopened', by: null, reason: 'found' }],
      ['commandLabors', labors, { kind: 'LaborAdopted', by: null, quest: null }],
      ['commandLabors', labors, { kind: 'LaborNoted', by: null, text: 'case 4711' }],
    ]);
  });

  test('by a filter, and what it would find', async () => {
    ingest.answer(done({ position, results: [{ id: 'a~0' as LaborId, position }] }));
    const where = { state: 'open', type: ['disk-full'], host: [], hostQuery: 'role = web' };
    const many = await ingest.call('POST', '/labors/waive', { where, reason: 'scrapped' });
    expect([many.status, many.body]).toMatchObject([200, { results: [{ id: 'a~0' }] }]);
    ingest.answer(done({ position, found: 100_000, atLeast: true, examples: ['a~0'] }));
    const dry = await ingest.call('POST', '/labors/waive?dryRun=true', { where, reason: 'scrapped' });
    expect([dry.status, dry.body]).toEqual([
      200,
      { position: String(position), found: 100_000, atLeast: true, examples: ['a~0'] },
    ]);
    const asked = {
      state: ['open'],
      type: ['disk-full'],
      host: [],
      hostQuery: { is: 'attribute', among: ['role:web'] },
    };
    expect(ingest.calls.map((call) => call.slice(0, 3)).slice(-2)).toMatchObject([
      ['commandLaborsWhere', { filter: asked, written: where }, { kind: 'LaborWaived', by: null, reason: 'scrapped' }],
      ['foreseeLaborsWhere', asked, { principal: null }],
    ]);
  });

  test.each([
    [{ reason: 'x' }, 'labors'],
    [{ reason: 'x', where: {} }, 'where'],
    [{ reason: 'x', where: [] }, 'where'],
    [{ reason: 'x', where: { state: 'closed' } }, 'where.state'],
    [{ reason: 'x', where: { limit: 1 } }, 'where.limit'],
    [{ reason: 'x', where: { state: 'open' }, labors: ['a~0'] }, 'labors'],
    [{ where: { state: 'open' } }, 'reason'],
  ])('%j is refused', async (body, path) => {
    const { status, body: answer } = await ingest.call('POST', '/labors/waive', body);
    expect([status, answer]).toMatchObject([422, { errors: [{ path }] }]);
  });

  test('of labors that are named nothing needs to be found', async () => {
    const answer = await ingest.call('POST', '/labors/ack?dryRun=true', { labors: ['a~0'] });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ path: 'dryRun' }] }]);
  });

  test('a quest is a number or null, and is named', async () => {
    for (const body of [{}, { quest: 0 }, { quest: 1.5 }, { quest: '7' }, { quest: 2 ** 53 }]) {
      const { status, body: answer } = await ingest.call('POST', '/labors/a~0/adopt', body);
      expect([status, answer]).toMatchObject([422, { errors: [{ path: 'quest' }] }]);
    }
  });

  test('where nothing was changed there is no position', async () => {
    ingest.answer(done({ position: undefined, results: [] }));
    const answer = await ingest.call('POST', '/labors/ack', { labors: ['x'] });
    expect([answer.body, 'hermes-position' in answer.headers]).toEqual([{ results: [] }, false]);
  });
});
