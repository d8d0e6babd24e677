/** Quests over a fake of the use cases: what reaches it, and how its outcomes are answered. */
import { done, failed, positionOf } from '#contracts';
import type { QuestId } from '#domain';
import { INGEST } from '#platform';
import { localCaller, overFake } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const ingest = overFake(IngestModule, INGEST);
const position = positionOf(18446744073709551615n);

describe('quests', () => {
  const quest = { type: 'disk-full', hosts: ['A', 'a.', 'b'], description: 'make room' };

  test('hosts are parsed, times are handed on in UTC, what is absent is null', async () => {
    ingest.answer(done({ id: 7 as QuestId, hosts: 2, state: 'open', position }));
    const references = [{ label: 'Jira', key: 'SEC-1' }, { url: 'https://example.com/SEC-1' }];
    const body = { ...quest, target: '2999-01-01T02:00:00+02:00', references };
    const answer = await ingest.call('POST', '/quests', body);
    expect([answer.status, answer.body]).toEqual([201, { id: 7, position: String(position), hosts: 2, state: 'open' }]);
    const request = {
      type: 'disk-full',
      hosts: ['a', 'a', 'b'],
      creator: null,
      description: 'make room',
      target: '2999-01-01T00:00:00.000Z',
      references,
    };
    expect(ingest.calls).toEqual([['embarkQuest', request, localCaller]]);
  });

  test('202 while embarking goes on; hosts added are answered alike, 200 where none is new', async () => {
    ingest.answer(done({ id: 7 as QuestId, hosts: 2000, state: 'embarking', position }));
    expect((await ingest.call('POST', '/quests', quest)).status).toBe(202);
    ingest.answer(done({ id: 7 as QuestId, hosts: 0, state: 'open', position }));
    expect((await ingest.call('POST', '/quests/7/hosts', { hosts: ['B'] })).status).toBe(200);
    expect(ingest.calls[1]).toEqual(['addQuestHosts', 7, ['b'], localCaller]);
    ingest.answer(done({ id: 7 as QuestId, hosts: 1, state: 'open', position, without: 1 }));
    expect(await ingest.call('POST', '/quests/7/hosts', { hosts: ['B'] })).toMatchObject({
      ...{ status: 201, body: { id: 7, position: String(position), hosts: 1, state: 'open', without: 1 } },
    });
  });

  test('hosts are taken out, named in JSON or as lines; 202 while that goes on; with dryRun only foreseen', async () => {
    const removed = { id: 7 as QuestId, hosts: 2, notIn: ['z'], position, isRemoved: true };
    ingest.answer(done(removed));
    const body = { hosts: ['A', 'z', 'b'], reason: 'wrong site' };
    expect(await ingest.call('POST', '/quests/7/hosts/remove', body)).toMatchObject({
      status: 200,
      body: { id: 7, position: String(position), hosts: 2, notIn: ['z'], state: 'removed' },
    });
    ingest.answer(done({ ...removed, isRemoved: false }));
    expect(await ingest.call('POST', '/quests/7/hosts/remove', { hosts: ['b'], by: 'ann' })).toMatchObject({
      status: 202,
      body: { state: 'removing' },
    });
    ingest.answer(done({ id: 7 as QuestId, hosts: 2, notIn: [], position, chains: 3 }));
    expect(await ingest.call('POST', '/quests/7/hosts/remove?dryRun=true', body)).toMatchObject({
      status: 200,
      body: { id: 7, position: String(position), hosts: 2, notIn: [], chains: 3 },
    });
    expect(ingest.calls).toEqual([
      ['removeQuestHosts', 7, { hosts: ['a', 'z', 'b'], by: null, reason: 'wrong site' }, localCaller],
      ['removeQuestHosts', 7, { hosts: ['b'], by: 'ann', reason: null }, localCaller],
      ['foreseeQuestHostsRemoval', 7, ['a', 'z', 'b'], localCaller],
    ]);
    // whatever the body is
    expect(await ingest.call('POST', '/quests/7/hosts/remove?colour=red', {})).toMatchObject({
      ...{ status: 422, body: { errors: [{ path: 'colour' }] } },
    });
    for (const query of ['?dryRun=maybe', '?by=ann', '?other=1'])
      expect(await ingest.call('POST', `/quests/7/hosts/remove${query}`, body)).toMatchObject({ status: 422 });
  });

  test('labors are claimed: by a new quest, or one that is there; 200 where that is done', async () => {
    ingest.answer(done({ id: 7 as QuestId, hosts: 2, state: 'open', position }));
    expect((await ingest.call('POST', '/quests', { ...quest, claim: true })).status).toBe(201);
    expect((await ingest.call('POST', '/quests/7/claim', { hosts: ['A', 'b'], from: 'any', by: 'ann' })).status).toBe(
      200,
    );
    ingest.answer(done({ id: 7 as QuestId, hosts: 2000, state: 'embarking', position }));
    expect((await ingest.call('POST', '/quests/7/claim', { hosts: ['b'] })).status).toBe(202);
    expect(ingest.calls).toMatchObject([
      ['embarkQuest', { claim: 'none' }, localCaller],
      ['claimLabors', 7, { hosts: ['a', 'b'], from: 'any', by: 'ann' }, localCaller],
      ['claimLabors', 7, { hosts: ['b'], from: 'none', by: null }, localCaller],
    ]);
    expect(await ingest.call('POST', '/quests/7/claim', { hosts: ['b'], from: 'some' })).toMatchObject({ status: 422 });
  });

  test('an amendment says only what was given', async () => {
    ingest.answer(done({ position, quest: { creator: null, description: 'x', target: null, references: [] } }));
    const answer = await ingest.call('PATCH', '/quests/7', { target: null, references: [] });
    expect([answer.status, answer.body]).toEqual([200, { position: String(position) }]);
    await ingest.call('PATCH', '/quests/7', { target: '2999-01-01T00:00Z', creator: null });
    expect(ingest.calls).toStrictEqual([
      ['amendQuest', 7, { target: null, references: [] }, localCaller, undefined],
      ['amendQuest', 7, { target: '2999-01-01T00:00:00.000Z', creator: null }, localCaller, undefined],
    ]);
  });

  test('an empty list of hosts is for the domain to refuse, and a missing one is empty', async () => {
    ingest.answer(failed({ code: 'quest-without-hosts', detail: 'no hosts' }));
    expect(await ingest.call('POST', '/quests', { ...quest, hosts: [] })).toMatchObject({
      status: 422,
      body: { code: 'quest-without-hosts' },
    });
    expect(await ingest.call('POST', '/quests', { ...quest, hosts: undefined })).toMatchObject({
      status: 422,
      body: { code: 'quest-without-hosts' },
    });
  });

  test.each(['claim', 'hosts', 'hosts/remove', 'hosts/remove?dryRun=true'])(
    'POST /quests/7/%s with neither hosts nor a query: so is that',
    async (path) => {
      ingest.answer(failed({ code: 'quest-without-hosts', detail: 'no hosts' }));
      const { status, body } = await ingest.call('POST', `/quests/7/${path}`, {});
      expect([status, body]).toMatchObject([422, { code: 'quest-without-hosts' }]);
      expect(JSON.stringify(ingest.calls)).toMatch(/7,(\[\]|\{"hosts":\[\])/);
    },
  );

  test('the first ten bad hosts are named with their places', async () => {
    const hosts = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? 'fine' : `-bad-${index}`));
    const { body } = await ingest.call('POST', '/quests/7/hosts', { hosts });
    const [fault] = (body as { errors: { path: string; message: string }[] }).errors;
    expect(fault?.path).toBe('hosts');
    expect(fault?.message).toContain('[1] is "-bad-1", [3] is "-bad-3"');
    expect(fault?.message).toContain('and 40 more');
  });

  test.each(['x', '0', '-1', '1.5', '1e3', '99999999999999999999'])('there is no quest %s', async (id) => {
    expect(await ingest.call('PATCH', `/quests/${id}`, {})).toMatchObject({
      status: 404,
      body: { code: 'quest-unknown' },
    });
    expect(ingest.calls).toEqual([]);
  });
});
