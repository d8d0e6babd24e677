/** Bodies that are no plain JSON, through a whole process: CloudEvents in their three modes, hosts as plain text, media types that are not taken. */
import { send } from '../harness/stream.js';
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

describe('CloudEvents', () => {
  const event = {
    specversion: '1.0',
    id: '1',
    source: '/agents/7',
    type: 'disk-full',
    subject: 'Cloud-1.',
    time: '2026-01-31T12:00:00Z',
    datacontenttype: 'application/json',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { note: 'full', attributes: { free: 0 } },
  };
  const json = (media: string) => ({ 'content-type': media });
  const binary = {
    ...json('application/json'),
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/agents/7',
    'ce-type': 'disk-full',
    'ce-subject': 'cloud%2d1',
    'ce-time': '2026-01-31T12:00:00Z',
  };
  const post = (headers: Record<string, string>, body: string) =>
    send(hermes.api.origin, '/events', headers, body).answer;

  test('the same event in each mode is one event', async () => {
    const first = await post(json('application/cloudevents+json'), JSON.stringify(event));
    expect(first).toMatchObject({
      status: 201,
      body: { accepted: 1, events: [{ host: 'cloud-1', key: '/agents/7 1', type: 'disk-full' }] },
    });
    const batch = await post(json('application/cloudevents-batch+json; charset=utf-8'), JSON.stringify([event, event]));
    expect(batch).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 2 } });
    const third = await post(binary, JSON.stringify(event.data));
    expect(third).toMatchObject({ status: 200, body: { events: [{ id: 'cloud-1~0', duplicate: true }] } });
    const shown = await hermes.api.read('/events/cloud-1~0');
    expect(shown).toMatchObject({
      ...{ at: '2026-01-31T12:00:00.000Z', by: '/agents/7', note: 'full', attributes: { free: 0 } },
    });
  });

  test('an event of a producer that knows nothing of Hermes: its data is kept and shown, in each mode', async () => {
    const foreign = { ...event, type: 'com.example.Pushed', hermestype: 'disk-full', subject: 'foreign-1' };
    const data = { ref: 'main', commits: [{ id: '7f', of: null }], note: 'not read' };
    const structured = { ...foreign, data };
    expect(await post(json('application/cloudevents+json'), JSON.stringify(structured))).toMatchObject({
      status: 201,
      body: { newHosts: 1, events: [{ id: 'foreign-1~0', type: 'disk-full', newHost: true }] },
    });
    const headers = { ...binary, 'ce-type': foreign.type, 'ce-hermestype': 'disk-full', 'ce-subject': 'foreign-1' };
    expect(await post(headers, JSON.stringify({ ...data, ref: 'other' }))).toMatchObject({
      status: 200,
      body: { differing: 1, events: [{ id: 'foreign-1~0', duplicate: true, differs: ['data'] }] },
    });
    const plain = { host: 'foreign-1', type: 'disk-cleaned', data };
    expect((await post(json('application/json'), JSON.stringify(plain))).status).toBe(201);
    for (const id of ['foreign-1~0', 'foreign-1~1']) {
      const shown = await hermes.api.read(`/events/${id}`);
      expect(shown).toMatchObject({ note: null, attributes: null, data });
    }
    const large = { ...plain, data: { text: 'x'.repeat(32_757) } };
    expect((await post(json('application/json'), JSON.stringify(large))).status).toBe(201);
    large.data.text += 'x';
    expect(await post(json('application/json'), JSON.stringify(large))).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'data', code: 'invalid' }] },
    });
  });

  test('binary mode without data', async () => {
    const { 'content-type': _, ...headers } = { ...binary, 'ce-id': 'Euro %E2%82%AC' };
    const answer = await post({ ...headers, 'content-length': '0' }, '');
    expect(answer).toMatchObject({ status: 201, body: { events: [{ key: '/agents/7 Euro €' }] } });
  });

  test('what is no CloudEvent for Hermes is refused with every fault', async () => {
    const { subject: _, ...without } = event;
    const bad = await post(
      json('application/cloudevents+json'),
      JSON.stringify({ ...without, specversion: '0.3', data_base64: 'AA==', data: undefined, Extra: 1 }),
    );
    expect(bad.status).toBe(422);
    expect([...bad.body['errors']!].map(({ path }) => String(path)).sort()).toEqual([
      ...['Extra', 'data_base64', 'specversion', 'subject'],
    ]);
    const header = await post({ ...binary, 'ce-subject': 'broken%2', 'ce-datacontenttype': 'text/plain' }, '{}');
    expect([...header.body['errors']!].map(({ path }) => String(path)).sort()).toEqual(['datacontenttype', 'subject']);
  });
});

describe('hosts as plain text', () => {
  const text = { 'content-type': 'text/plain; charset=utf-8' };
  const post = (path: string, body: string) => send(hermes.api.origin, path, text, body).answer;

  test('a quest of a list, and hosts added to it', async () => {
    const query = new URLSearchParams([
      ['type', 'disk-full'],
      ['description', 'clean up & go'],
      ['creator', 'ann'],
      ['reference', 'OPS-7'],
      ['reference', 'https://wiki.example/a,b'],
    ]);
    const made = await post(`/quests?${query.toString()}`, 'text-1\r\n\r\n  TEXT-2. \ntext-1\n');
    expect(made).toMatchObject({ status: 201, body: { hosts: 2 } });
    const id = String(made.body['id']);
    expect(await post(`/quests/${id}/hosts`, 'text-2\ntext-3')).toMatchObject({ status: 201, body: { hosts: 1 } });
    const position = String((await post(`/quests/${id}/hosts`, 'text-3')).headers['hermes-position']);
    const quest = (await hermes.api.call('GET', `/quests/${id}`, undefined, { 'hermes-min-position': position })).body;
    expect(quest).toMatchObject({
      ...{ hosts: 3, creator: 'ann', description: 'clean up & go' },
      references: [{ key: 'OPS-7' }, { url: 'https://wiki.example/a,b' }],
    });
  });

  test('every fault is reported, hosts by their line', async () => {
    const bad = await post('/quests?type=Disk&colour=red', 'good\n-bad\n\nwho is this\n');
    expect(bad.status).toBe(422);
    expect([...bad.body['errors']!].map(({ path }) => path)).toEqual(['line 2', 'line 4', 'colour']);
    const dto = await post('/quests?type=Disk', 'good\n');
    expect([...dto.body['errors']!].map(({ path }) => String(path)).sort()).toEqual(['description', 'type']);
    expect((await post('/quests?type=disk-full&description=x', '\n')).body['code']).toBe('quest-without-hosts');
    const added = await post('/quests/1/hosts?type=disk-full', 'good');
    expect([added.status, added.body['code']]).toEqual([422, 'validation-failed']);
    expect(
      (await send(hermes.api.origin, '/quests?type=x', { 'content-type': 'application/json' }, '{}').answer).status,
    ) //
      .toBe(422);
  });
});

test.each([
  [
    '/events',
    'text/plain',
    'application/json, application/x-ndjson, application/cloudevents+json, application/cloudevents-batch+json',
  ],
  ['/quests', 'application/x-ndjson', 'application/json, text/plain'],
  ['/fates', 'text/plain', 'application/json'],
  ['/labors/ack', '', 'application/json'],
])('%s does not take %j, and says what it takes', async (path, media, taken) => {
  const { answer } = send(hermes.api.origin, path, media === '' ? {} : { 'content-type': media }, 'x');
  expect(await answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  expect(String((await answer).body['detail'])).toMatch(new RegExp(`: send ${taken.replaceAll('+', '\\+')}$`));
});
