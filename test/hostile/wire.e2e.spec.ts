/** What is wrong before any route is reached: bytes, heads, lengths, types, methods. Every connection gets a problem or its end. */
import { connect } from 'node:net';
import { expectNoLeak, expectRefusal, LIMIT_MS, Rig, type Answer } from './rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
}, LIMIT_MS);
afterAll(() => rig.end(), LIMIT_MS);

const EVENTS = '/api/v1/events';
const EVENT = JSON.stringify({ type: 'disk-full', host: 'wire' });
/** Answers to bytes come at once; this is for those that never come. */
const PATIENCE_MS = 10_000;

/** Sends these bytes on a connection of their own; `parts` one after the other, as each is taken. Answers all that came back. */
function bytes(...parts: readonly (string | Buffer)[]): Promise<string> {
  const { port } = new URL(rig.hermes.api.origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), '127.0.0.1');
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no end within ${PATIENCE_MS} ms`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    socket.on('error', (error) => {
      // a sender that is not read to its end may see the connection reset, with the answer before it
      if ('code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return;
      reject(error);
    });
    for (const part of parts) socket.write(part);
  });
}

function answerOf(text: string): Answer {
  const [head = '', ...body] = text.split('\r\n\r\n');
  const lines = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.slice(1).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { status: Number(lines[0]?.split(' ')[1] ?? 0), headers, text: body.join('\r\n\r\n') };
}

const HOST = 'Host: 127.0.0.1\r\n';
const POST = `POST ${EVENTS} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nConnection: close\r\n`;
const LENGTH = `Content-Length: ${EVENT.length}\r\n`;

const unreadable: readonly (readonly [what: string, text: string | Buffer])[] = [
  ['no HTTP', 'HELLO\r\n\r\n'],
  ['TLS', Buffer.from('16030100c8010000c403030000', 'hex')],
  ['no host', `GET /api/v1/stats HTTP/1.1\r\nConnection: close\r\n\r\n`],
  ['two hosts', `GET /api/v1/stats HTTP/1.1\r\n${HOST}${HOST}Connection: close\r\n\r\n`],
  ['HTTP/3.0', `GET /api/v1/stats HTTP/3.0\r\n${HOST}\r\n`],
  ['a space in the path', `GET /api/v1/st ats HTTP/1.1\r\n${HOST}\r\n`],
  ['a control character in the path', `GET /api/v1/\u0001stats HTTP/1.1\r\n${HOST}\r\n`],
  ['a bare line feed in a header', `GET /api/v1/stats HTTP/1.1\r\n${HOST}X: a\nY\u0000: b\r\n\r\n`],
  ['a header without a name', `GET /api/v1/stats HTTP/1.1\r\n${HOST}: x\r\n\r\n`],
  ['a head of 40 KiB', `GET /api/v1/stats HTTP/1.1\r\n${HOST}X: ${'x'.repeat(40_000)}\r\n\r\n`],
  ['a path of 40 KiB', `GET /api/v1/${'x'.repeat(40_000)} HTTP/1.1\r\n${HOST}\r\n`],
  ['5,000 headers', `GET /api/v1/stats HTTP/1.1\r\n${HOST}${'X-Something: y\r\n'.repeat(5000)}\r\n`],
  ['two lengths', `${POST}${LENGTH}Content-Length: 5\r\n\r\n${EVENT}`],
  ['a negative length', `${POST}Content-Length: -1\r\n\r\n${EVENT}`],
  ['a length that is no number', `${POST}Content-Length: 0x10\r\n\r\n${EVENT}`],
  ['length and chunks', `${POST}${LENGTH}Transfer-Encoding: chunked\r\n\r\n${EVENT}`],
  ['chunks within gzip', `${POST}Transfer-Encoding: gzip\r\n\r\n${EVENT}`],
  ['a chunk of no size', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n${EVENT}\r\n0\r\n\r\n`],
  ['a chunk of negative size', `${POST}Transfer-Encoding: chunked\r\n\r\n-5\r\n${EVENT}\r\n0\r\n\r\n`],
  [
    'a chunk extension of 40 KiB',
    `${POST}Transfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(40_000)}\r\nhello\r\n0\r\n\r\n`,
  ],
];

test.each(unreadable)('%s is answered with a problem, and the connection ends', async (_what, text) => {
  const before = await rig.head();
  const answer = await bytes(text);
  expectRefusal(answerOf(answer), ['malformed', 'payload-too-large', 'foreign-host', 'not-found']);
  expect(await rig.head()).toBe(before);
});

test('a method that nothing takes is 405, and the answer says what the path takes', async () => {
  for (const method of ['PUT', 'DELETE', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE', 'M-SEARCH', 'CONNECT', 'BREW']) {
    const answer = await bytes(`${method} ${EVENTS} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    expectRefusal(answerOf(answer), ['method-not-allowed']);
    expect([method, answerOf(answer).headers['allow']]).toEqual([method, 'GET, HEAD, OPTIONS, POST']);
  }
});

test('a client that asks for a tunnel and resets its connection ends no process', async () => {
  const { port } = new URL(rig.hermes.api.origin);
  for (let nth = 0; nth < 20; nth += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`CONNECT x:443 HTTP/1.1\r\n${HOST}\r\n`, () => socket.resetAndDestroy());
      });
      socket
        .on('error', () => undefined)
        .on('close', () => {
          resolve();
        });
    });
  }
  expect((await rig.send('GET', '/health/live')).status).toBe(200);
});

test('every path says which methods it takes, and takes those that are described', async () => {
  const paths = [...new Set(rig.description.operations.map(({ path }) => path))];
  for (const path of paths) {
    const described = rig.description.operations.filter((one) => one.path === path).map(({ method }) => method);
    const other = described.includes('PUT') ? 'DELETE' : 'PUT';
    const { status, headers, text } = await rig.send(other, path.replace(/\{\w+\}/g, 'x'));
    // HEAD comes with GET, and what stands beside `/labors/{id}` may match its path as well
    const allow = String(headers['allow']).split(', ');
    expect({ path, status, missing: described.filter((method) => !allow.includes(method)), text }).toMatchObject({
      status: 405,
      missing: [],
    });
    expectRefusal({ status, headers, text }, ['method-not-allowed']);
  }
});

test('targets in other forms reach what they name, or nothing', async () => {
  const targets = [
    // the form of proxies: whose it is, the Host header says
    ['http://attacker.example/api/v1/stats', 200],
    ['*', 404],
    ['//api/v1/stats', 404],
    ['/api/v1/../../etc/hosts', 404],
    ['/api/v1/./stats', 404],
    ['/API/V1/STATS', 404],
    ['/api/v1/stats/', 404],
    ['/api/v1//stats', 404],
    ['/api/docs/..%2f..%2fpackage.json', 404],
    ['/api/docs/__proto__', 404],
    ['/api/v1/stats;a=1', 404],
    // no sender sends it; the router cuts it off
    ['/api/v1/stats#x', 200],
  ] as const;
  for (const [target, status] of targets) {
    const answer = answerOf(await bytes(`GET ${target} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`));
    expect([target, answer.status]).toEqual([target, status]);
    if (answer.status !== 200) expectRefusal(answer);
    expectNoLeak(answer.text);
  }
});

test.each([
  ['text/plain'],
  ['text/html'],
  ['application/xml'],
  ['application/x-www-form-urlencoded'],
  ['multipart/form-data; boundary=x'],
  ['application/json; charset=utf-16'],
  ['application/json; charset=latin1'],
  ['application/json;charset="utf-7"'],
  ['application/jsonp'],
  ['application/problem+json'],
  ['application/json, text/plain'],
  ['json'],
  ['/'],
  ['*/*'],
  [';;;'],
  ['x'.repeat(8000)],
])('a body of the type %s is refused', async (type) => {
  await rig.refused(
    () => rig.send('POST', EVENTS, EVENT, { 'content-type': type }),
    ['unsupported-media-type', 'malformed'],
  );
});

test('a body without a type is refused, one of JSON in other clothes is taken', async () => {
  await rig.refused(() => rig.send('POST', EVENTS, EVENT), ['unsupported-media-type']);
  for (const type of [
    'application/json; charset=UTF-8',
    'Application/JSON',
    'application/json;charset="utf-8"',
    'application/json; x=y',
  ])
    expect([type, (await rig.send('POST', EVENTS, EVENT, { 'content-type': type })).status]).toEqual([type, 201]);
});

test.each([
  ['content-encoding', 'gzip'],
  ['content-encoding', 'identity, br'],
  ['accept', 'text/html'],
  ['accept', 'application/json;q=0'],
  ['idempotency-key', ''],
  ['idempotency-key', 'a b'],
  ['idempotency-key', '"a'],
  ['idempotency-key', '"a\\b"'],
  ['idempotency-key', 'k\u00e9'],
  ['ce-id', '1'],
  ['ce-id', '%zz'],
  ['ce-data', '{}'],
  ['ce-constructor', 'x'],
  ['ce-', 'x'],
  ['idempotency-key', 'x'.repeat(9000)],
])('the header %s: %s is refused', async (header, value) => {
  await rig.refused(() => rig.json('POST', EVENTS, EVENT, { [header]: value }));
});

test('bodies that are cut off store nothing', async () => {
  const before = await rig.head();
  const { port } = new URL(rig.hermes.api.origin);
  const cuts = [
    `${POST}${LENGTH}\r\n${EVENT.slice(0, -1)}`,
    `${POST}Transfer-Encoding: chunked\r\n\r\n${EVENT.length.toString(16)}\r\n${EVENT}\r\n`,
    `${POST}Transfer-Encoding: chunked\r\n\r\n${EVENT.length.toString(16)}\r\n${EVENT.slice(0, 5)}`,
    `${POST}${LENGTH}Expect: 100-continue\r\n\r\n`,
    POST,
  ];
  for (const cut of cuts) {
    for (const end of ['end', 'destroy'] as const) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.resume();
        socket.write(cut, () => socket[end]());
        socket.on('close', () => {
          resolve();
        });
      });
    }
  }
  expect(await rig.head()).toBe(before);
});

test('a body that comes byte by byte is taken when it is whole, and holds up nobody', async () => {
  const { port } = new URL(rig.hermes.api.origin);
  const socket = connect(Number(port), '127.0.0.1');
  const answered = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => {
      resolve(text);
    });
  });
  socket.write(`${POST}${LENGTH}\r\n`);
  for (const letter of EVENT) {
    socket.write(letter);
    expect((await rig.send('GET', '/health/live')).status).toBe(200);
  }
  expect(await answered).toMatch(/^HTTP\/1\.1 201 /);
});

test('requests in one go are each answered, and a bad one among them ends the connection', async () => {
  const get = `GET /health/live HTTP/1.1\r\n${HOST}\r\n`;
  const text = await bytes(`${get}${get}BAD\r\n\r\n${get}`);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['200', '200', '400']);
});

test('what is asked to be upgraded or expected otherwise is answered as it is', async () => {
  const upgrade = await bytes(
    `GET /health/live HTTP/1.1\r\n${HOST}Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
  );
  expect(answerOf(upgrade).status).toBe(200);
  const expecting = answerOf(await bytes(`${POST}${LENGTH}Expect: a-miracle\r\n\r\n${EVENT}`));
  expectRefusal(expecting);
});
