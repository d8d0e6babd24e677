/** Definitions and amendments over a fake of the use cases: what reaches it, and how its outcomes are answered. */
import { done, failed, positionOf } from '#contracts';
import type { EventTypeId, FateId, TypeName } from '#domain';
import { INGEST } from '#platform';
import { localCaller, overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);
const diskFull = {
  id: 1 as EventTypeId,
  category: 'disk',
  state: 'full',
  name: 'disk-full' as TypeName,
  description: null,
  restricted: false,
  status: 'in-force',
};
const clean = {
  id: 3 as FateId,
  creates: 'disk-full' as TypeName,
  completedBy: 'disk-cleaned' as TypeName,
  intermediate: false,
  follows: null,
  onRepeat: 'open',
  name: 'clean',
  description: null,
  actors: ['owner'],
  status: 'in-force',
};

function change(...items: readonly (readonly [item: object, created: boolean])[]) {
  return done({ position, items: items.map(([item, created]) => ({ item: { ...item, hidden: 1 }, created })) });
}

describe('definitions', () => {
  test('one is answered with one, 201 where it is new and 200 where not, and the position in the header', async () => {
    ingest.answer(change([diskFull, true]));
    const made = await ingest.call('POST', '/event-types', { category: 'disk', state: 'full' });
    expect([made.status, made.body, made.headers['hermes-position']]).toEqual([201, diskFull, String(position)]);
    const definition = { category: 'disk', state: 'full', description: null, restricted: false };
    expect(ingest.calls).toEqual([['defineEventTypes', [definition], localCaller]]);
    ingest.answer(change([diskFull, false]));
    expect((await ingest.call('POST', '/event-types', { category: 'disk', state: 'full' })).status).toBe(200);
  });

  test('an array is answered with an array, 201 where any of it is new', async () => {
    ingest.answer(change([clean, false], [clean, true]));
    const fate = {
      creates: { category: 'disk', state: 'full' },
      completedBy: 'disk-cleaned',
      follows: '12',
      actors: ['owner', 'owner'],
    };
    const answer = await ingest.call('POST', '/fates', [fate, fate]);
    expect([answer.status, answer.body]).toEqual([201, [clean, clean]]);
    const definition = {
      creates: { category: 'disk', state: 'full' },
      completedBy: 'disk-cleaned',
      intermediate: false,
      follows: 12,
      onRepeat: 'open',
      name: null,
      description: null,
      actors: ['owner'],
    };
    expect(ingest.calls).toEqual([['defineFates', [definition, definition], localCaller]]);
  });

  test('a fault of a single definition has no index, one of an array has', async () => {
    const fault = { path: '[0].creates', code: 'event-type-unknown', message: 'no such type' } as const;
    ingest.answer(failed({ code: 'event-type-unknown', detail: 'no such type', errors: [fault] }));
    const fate = { creates: 'no-such', completedBy: 'no-such' };
    const single = await ingest.call('POST', '/fates', fate);
    const many = await ingest.call('POST', '/fates', [fate]);
    expect([single.status, many.status]).toEqual([422, 422]);
    expect(single.body).toMatchObject({ errors: [{ path: 'creates' }] });
    expect(many.body).toMatchObject({ errors: [{ path: '[0].creates' }] });
  });

  test('an amendment says only what was given; null takes a text away', async () => {
    ingest.answer(change([diskFull, false]));
    expect(await ingest.call('PATCH', '/event-types/disk-full', { description: null })).toMatchObject({
      status: 200,
      body: diskFull,
      headers: { 'hermes-position': String(position) },
    });
    await ingest.call('PATCH', '/event-types/disk-full', { restricted: true });
    await ingest.call('PATCH', '/fates/clean', { name: null, actors: [] });
    expect(ingest.calls).toStrictEqual([
      ['amendEventType', 'disk-full', { description: null }, localCaller, undefined],
      ['amendEventType', 'disk-full', { restricted: true }, localCaller, undefined],
      ['amendFate', 'clean', { name: null, actors: [] }, localCaller, undefined],
    ]);
  });
});
