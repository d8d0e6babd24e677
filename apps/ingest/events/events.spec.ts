/** Events over a fake of the use cases: what reaches it, and how its outcomes are answered. */
import { done, failed, positionOf } from '#contracts';
import type { EventId, HostName, TypeName } from '#domain';
import { INGEST } from '#platform';
import { localCaller, overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);

describe('events', () => {
  const logged = {
    id: 'a~0' as EventId,
    key: 'k',
    host: 'a' as HostName,
    type: 'disk-full' as TypeName,
    revision: 0,
    position,
    duplicate: false,
    differs: [],
    newHost: false,
  };

  test('each is answered in order, with key, duplicate, differences and new host where there are some', async () => {
    const again = { ...logged, id: 'a~1', key: null, revision: 1, duplicate: true, differs: ['note', 'by'] };
    ingest.answer(
      done({
        position,
        accepted: 1,
        duplicates: 1,
        differing: 1,
        newHosts: 1,
        events: [{ ...logged, newHost: true }, again],
      }),
    );
    const answer = await ingest.call('POST', '/events', [
      { host: 'A.', type: 'disk-full', key: 'k' },
      { host: 'a', type: { category: 'disk', state: 'full' } },
    ]);
    expect([answer.status, answer.headers['hermes-position']]).toEqual([201, String(position)]);
    const text = String(position);
    expect(answer.body).toEqual({
      position: text,
      accepted: 1,
      duplicates: 1,
      differing: 1,
      newHosts: 1,
      events: [
        { id: 'a~0', key: 'k', host: 'a', type: 'disk-full', revision: 0, position: text, newHost: true },
        {
          id: 'a~1',
          host: 'a',
          type: 'disk-full',
          revision: 1,
          position: text,
          duplicate: true,
          differs: ['note', 'by'],
        },
      ],
    });
    expect(ingest.calls).toMatchObject([
      [
        'logEvents',
        [
          { host: 'a', type: 'disk-full', key: 'k', path: '[0]' },
          { host: 'a', path: '[1]' },
        ],
        localCaller,
      ],
    ]);
  });

  test('200 where all were repeats', async () => {
    ingest.answer(
      done({
        position,
        accepted: 0,
        duplicates: 1,
        differing: 0,
        newHosts: 0,
        events: [{ ...logged, duplicate: true }],
      }),
    );
    expect((await ingest.call('POST', '/events', { host: 'a', type: 'disk-full' })).status).toBe(200);
  });

  test('one event goes to the hosts that a query selects, and to those beside them', async () => {
    ingest.answer(done({ position, accepted: 1, duplicates: 0, differing: 0, newHosts: 0, events: [logged] }));
    const body = { type: 'disk-full', hostQuery: 'role = web', hosts: ['DB-1', 'db-1.'], note: 'n' };
    expect((await ingest.call('POST', '/events', body)).status).toBe(201);
    const query = { is: 'attribute', among: ['role:web'] };
    const report = {
      type: 'disk-full',
      key: null,
      at: null,
      by: null,
      note: 'n',
      attributes: null,
      data: null,
      path: '',
    };
    const asked = (beside: readonly string[]) => ({ hosts: { query, beside }, report });
    expect(ingest.calls).toEqual([['logEventsOn', asked(['db-1']), 10_000, localCaller]]);
    ingest.calls.length = 0;
    ingest.answer(failed({ code: 'too-broad', detail: 'hostQuery selects more than 1000 hosts' }));
    const waiting = { type: 'disk-full', hostQuery: 'role = web', note: 'n' };
    expect((await ingest.call('POST', '/events?effects=true', waiting)).status).toBe(422);
    expect(ingest.calls[0]).toEqual(['logEventsOn', asked([]), 1000, localCaller]);
  });

  test('a query that is none, a host beside it, a bad event: every fault is named, and nothing is logged', async () => {
    const body = { type: 'disk-full', hostQuery: 'role =', host: 'a', hosts: ['-a'], colour: 1 };
    const answer = await ingest.call('POST', '/events', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    const { errors } = answer.body as { errors: readonly { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => [path, code])).toEqual([
      ['hostQuery', 'query-invalid'],
      ['colour', 'unknown'],
      ['host', 'invalid'],
      ['hosts[0]', 'invalid'],
    ]);
    const other = await ingest.call('POST', '/events', { type: 'disk-full', hostQuery: 7 });
    expect(other).toMatchObject({ status: 422, body: { errors: [{ path: 'hostQuery', code: 'invalid' }] } });
    // within an array each event has its own host
    const listed = await ingest.call('POST', '/events', [{ type: 'disk-full', hostQuery: 'role = web' }]);
    expect(listed.status).toBe(422);
    expect(ingest.calls).toEqual([]);
  });

  test('no body, too many, faults: nothing is logged', async () => {
    const hosts = Array.from({ length: 10_001 }, (_, index) => `h-${index}`);
    const answers = [
      await ingest.call('POST', '/events'),
      await ingest.call('POST', '/events', { type: 'disk-full', hosts }),
      await ingest.call('POST', '/events', [{ type: 'disk-full' }, { host: '-a', type: 'disk-full', colour: 1 }]),
    ];
    expect(answers.map(({ status, body }) => [status, (body as { code: string }).code])).toEqual([
      [400, 'malformed'],
      [422, 'validation-failed'],
      [422, 'validation-failed'],
    ]);
    expect(answers[2]!.body).toMatchObject({
      errors: [{ path: '[0].host' }, { path: '[1].host' }, { path: '[1].colour' }],
    });
    expect(ingest.calls).toEqual([]);
  });
});
