/** Bad input over HTTP: a problem that names every fault, the right status, and nothing changed. */
import { connect } from 'node:net';
import type { Json } from '../harness/api.js';
import { DISKS, wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes({
  types: [...DISKS.types, { category: 'power', state: 'cut', restricted: true }],
});
beforeAll(() => hermes.api.must('/events', { type: 'disk-full', host: 'a', key: 'k' }));

async function raw(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(hermes.api.origin + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, problem: (await response.json()) as Json };
}

function events(): Promise<number> {
  return hermes.api.total('/events');
}

const posts: readonly (readonly [what: string, path: string, body: unknown, status: number, code: string])[] = [
  ['an unknown type', '/events', { type: 'disk-ful', host: 'a' }, 422, 'event-type-unknown'],
  ['an unknown field', '/events', { type: 'disk-full', host: 'a', hots: 1 }, 422, 'validation-failed'],
  ['no host', '/events', { type: 'disk-full' }, 422, 'validation-failed'],
  ['a bad host', '/events', { type: 'disk-full', host: '-a' }, 422, 'validation-failed'],
  ['the future', '/events', { type: 'disk-full', host: 'a', at: '2999-01-01T00:00:00Z' }, 422, 'validation-failed'],
  ['an empty array', '/events', [], 422, 'validation-failed'],
  [
    'too many',
    '/events',
    Array.from({ length: 10_001 }, () => ({ type: 'disk-full', host: 'a' })),
    422,
    'validation-failed',
  ],
  ['a text', '/events', 'disk-full', 422, 'validation-failed'],
  ['null', '/events', null, 422, 'validation-failed'],
  [
    'a polluting field',
    '/events',
    JSON.parse('{"type": "disk-full", "host": "a", "__proto__": {"by": "x"}}'),
    422,
    'validation-failed',
  ],
  ['another pair of that name', '/event-types', { category: 'disk-f', state: 'ull' }, 201, ''],
  [
    'a clash of names',
    '/event-types',
    [
      { category: 'x-y', state: 'z' },
      { category: 'x', state: 'y-z' },
    ],
    409,
    'event-type-exists',
  ],
  [
    'a fate of unknown types',
    '/fates',
    { creates: 'nothing-here', completedBy: 'disk-full' },
    422,
    'event-type-unknown',
  ],
  [
    'an unknown fate followed',
    '/fates',
    { creates: 'disk-cleaned', completedBy: 'disk-full', intermediate: true, follows: 77 },
    422,
    'fate-unknown',
  ],
  [
    'a quest of a type that starts nothing',
    '/quests',
    { type: 'disk-cleaned', hosts: ['a'], description: 'x' },
    422,
    'event-type-not-starting',
  ],
  ['a quest without hosts', '/quests', { type: 'disk-full', hosts: [], description: 'x' }, 422, 'quest-without-hosts'],
  [
    'a target that is past',
    '/quests',
    { type: 'disk-full', hosts: ['a'], description: 'x', target: '2001-01-01T00:00:00Z' },
    422,
    'target-not-in-future',
  ],
  ['a claim of labors from nowhere', '/quests/99/claim', { hosts: ['a'], from: 'all' }, 422, 'validation-failed'],
  ['a claim into an unknown quest', '/quests/99/claim', { hosts: ['a'] }, 404, 'quest-unknown'],
  ['an unknown labor', '/labors/a~99/ack', { by: 'me' }, 404, 'labor-unknown'],
  ['an id that is none', '/labors/what/ack', { by: 'me' }, 404, 'labor-unknown'],
  ['an unknown quest', '/quests/99/hosts', { hosts: ['a'] }, 404, 'quest-unknown'],
  ['a path that is none', '/labours', {}, 404, 'not-found'],
];

test.each(posts)('POST with %s', async (_what, path, body, status, code) => {
  const before = await events();
  const answer = await hermes.api.post(path, body);
  expect({ status: answer.status, code: status < 400 ? '' : answer.body['code'] }).toEqual({ status, code });
  expect(await events()).toBe(before);
});

test('every fault of a request is named at once, with its place', async () => {
  const answer = await hermes.api.post('/events', [
    { type: 'disk-full', host: 'a' },
    { type: 'disk-full', host: 'not a host', note: 7 },
    { type: 'no-such', host: 'a', colour: 'red' },
  ]);
  expect(answer.status).toBe(422);
  expect([...answer.body['errors']!].map((fault) => String(fault['path'])).sort()).toEqual(
    expect.arrayContaining(['[1].host', '[1].note', '[2].colour']),
  );
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

const gets: readonly (readonly [path: string, status: number, code: string])[] = [
  ['/api/v1/labors?colour=red', 422, 'validation-failed'],
  ['/api/v1/labors?limit=0', 422, 'validation-failed'],
  ['/api/v1/labors?limit=1001', 422, 'validation-failed'],
  ['/api/v1/labors?cursor=nonsense', 422, 'validation-failed'],
  ['/api/v1/labors?sort=colour', 422, 'validation-failed'],
  ['/api/v1/labors?asOf=yesterday', 422, 'validation-failed'],
  ['/api/v1/labors?asOf=2999-01-01T00:00:00Z', 422, 'validation-failed'],
  ['/api/v1/labors?asOf=2020-01-01T00:00:00Z&sort=host', 422, 'validation-failed'],
  ['/api/v1/events?asOf=2020-01-01T00:00:00Z', 422, 'validation-failed'],
  ['/api/v1/labors?state=half', 422, 'validation-failed'],
  ['/api/v1/labors/a~77', 404, 'labor-unknown'],
  ['/api/v1/labors/a~77/why', 404, 'labor-unknown'],
  ['/api/v1/events/a~77', 404, 'event-unknown'],
  ['/api/v1/quests/77', 404, 'quest-unknown'],
  ['/api/v1/quests/77/hosts', 404, 'quest-unknown'],
  ['/api/v1/hosts/nobody', 404, 'host-unknown'],
  ['/api/v1/fates/77', 404, 'fate-unknown'],
  ['/api/v1/fates/01', 404, 'fate-unknown'],
  ['/api/v1/quests/01', 404, 'quest-unknown'],
  ['/api/v1/event-types/no-such', 404, 'event-type-unknown'],
  ['/api/v1/%zz', 400, 'malformed'],
  ['/api/v2/labors', 404, 'not-found'],
];

test.each(gets)('GET %s', async (path, status, code) => {
  const answer = await raw('GET', path);
  expect({ status: answer.status, code: answer.problem['code'] }).toEqual({ status, code });
});

test('bodies that cannot be read', async () => {
  const answers = [
    await raw('POST', '/api/v1/events', '{"type": '),
    await raw('POST', '/api/v1/events', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    await raw('POST', '/api/v1/events', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    await raw('POST', '/api/v1/events', `{"note": "${'x'.repeat(33 * 1024 * 1024)}"}`),
    await raw('DELETE', '/api/v1/labors'),
    await raw('GET', '/api/v1/labors', undefined, { 'hermes-min-position': 'soon' }),
    await raw('GET', '/api/v1/labors', undefined, {
      'hermes-min-position': '18446744073709551615',
      'hermes-wait': '0',
    }),
  ];
  expect(answers.map(({ status, problem }) => [status, String(problem['code'])])).toEqual([
    [400, 'malformed'],
    [400, 'malformed'],
    [415, 'unsupported-media-type'],
    [413, 'payload-too-large'],
    [405, 'method-not-allowed'],
    [422, 'validation-failed'],
    [503, 'not-caught-up'],
  ]);
  expect(answers[6]!.headers.get('retry-after')).not.toBeNull();
});

test('what is not HTTP at all is answered with a problem, and the next request is served', async () => {
  const { port } = new URL(hermes.api.origin);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', () => {
      resolve(text);
    });
    socket.on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('application/problem+json');
  expect((await hermes.api.get('/stats')).status).toBe(200);
});

test('a page of another origin cannot reach a Hermes without tokens', async () => {
  const { port } = new URL(hermes.api.origin);
  const status = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('GET /api/v1/stats HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n'),
    );
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('end', () => {
      resolve(text.slice(0, 12));
    });
    socket.on('error', reject);
  });
  expect(status).toBe('HTTP/1.1 403');
});
