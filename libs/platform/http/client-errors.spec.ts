/** What never became a request is answered too, if there is anyone to answer. */
import type { Socket } from 'node:net';
import { answerClientError, orEnd } from './client-errors.js';

function answer(code: string, socket: Partial<Socket> = {}): { readonly sent: string; readonly destroyed: boolean } {
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
  answerClientError(Object.assign(new Error('secret'), { code }), fake as unknown as Socket, 16_384);
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
