/** What never became a request is answered too, if there is anyone to answer. */
import type { Socket } from 'node:net';
import { answerClientError, orEnd } from './client-errors.js';

function answer(
  code: string,
  socket: Partial<Socket> = {},
  more: object = {},
): { readonly sent: string; readonly destroyed: boolean } {
  let sent = '';
  let destroyed = false;
  const fake = {
    destroyed: false,
    writable: true,
    end: (text: string) => {
      sent += text;
    },
    once: () => undefined,
    destroy: () => {
      destroyed = true;
    },
    ...socket,
  };
  const error = Object.assign(new Error('secret'), { code, ...more });
  answerClientError(error, fake as unknown as Socket, {
    headerBytes: 16_384,
    allowOf: (path) => (path === '/api/v1/events' ? ['OPTIONS', 'POST'] : []),
  });
  return { sent, destroyed };
}

test.each([
  ['HPE_INVALID_METHOD', 400, 'malformed'],
  ['HPE_HEADER_OVERFLOW', 413, 'payload-too-large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 400, 'malformed'],
])('%s is %s %s, and the connection ends', (code, status, problem) => {
  const { sent } = answer(code);
  const [head = '', body = ''] = sent.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
  expect(head).toContain('\r\nconnection: close');
  expect(head).toContain(`\r\ncontent-length: ${Buffer.byteLength(body)}`);
  expect(head).toContain('content-type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status, code: problem });
  expect(sent).not.toContain('secret');
});

test('a head that is too large: the limit is named, and the way for long filters', () => {
  expect(answer('HPE_HEADER_OVERFLOW').sent).toMatch(/16384 bytes.*POST \/api\/v1\/labors\/search/);
});

test.each([
  ['BREW /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'OPTIONS, POST'],
  ['brew /api/v1/events?a=1 HTTP/1.0\n\n', 405, 'OPTIONS, POST'],
  ['BREW /coffee HTTP/1.1\r\n\r\n', 404, undefined],
  ['\x16\x03\x01\x02', 400, undefined],
  ['BREW /api/v1/events', 400, undefined],
])('of a method that nobody knows, the request line says what its path takes: %j is %s', (text, status, allow) => {
  const { sent } = answer('HPE_INVALID_METHOD', {}, { rawPacket: Buffer.from(text) });
  expect(sent).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(/\r\nallow: ([^\r]*)\r\n/.exec(sent)?.[1]).toBe(allow);
});

test('a later request that cannot be read says nothing of the path of the first', () => {
  const rawPacket = Buffer.from('GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\nBAD\r\n\r\n');
  expect(answer('HPE_INVALID_METHOD', {}, { rawPacket, bytesParsed: 42 }).sent).toMatch(/^HTTP\/1\.1 400 /);
});

test('who is gone is not answered', () => {
  expect(answer('ECONNRESET')).toEqual({ sent: '', destroyed: false });
  expect(answer('HPE_INVALID_METHOD', { destroyed: true })).toEqual({ sent: '', destroyed: false });
  expect(answer('HPE_INVALID_METHOD', { writable: false })).toEqual({ sent: '', destroyed: true });
});

test('what goes wrong meanwhile ends this connection, is logged, and nothing more', () => {
  let destroyed = 0;
  const logged: unknown[] = [];
  const cause = new Error('a defect');
  const socket = { destroy: () => (destroyed += 1) } as unknown as Socket;
  const log = { error: (...line: readonly unknown[]) => logged.push(line) };
  orEnd(socket, log, () => {
    throw cause;
  });
  expect(destroyed).toBe(1);
  expect(logged).toEqual([[expect.any(String), { err: cause }]]);
  orEnd(socket, log, () => undefined);
  expect([destroyed, logged.length]).toEqual([1, 1]);
});
