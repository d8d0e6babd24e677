/** Senders that stall or drip: cut within the limits that are set, wherever they are; a stream that goes on is not, however slowly. */
import { connect, type Socket } from 'node:net';
import { wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

const HEAD_S = 1;
const REQUEST_S = 2;
/** How often Hermes looks, how long it waits for who does not take the answer, and what a busy machine adds. */
const SLACK_S = 8;

const hermes = wholeHermes({
  env: { HERMES_MAX_HEAD_SECONDS: String(HEAD_S), HERMES_MAX_REQUEST_SECONDS: String(REQUEST_S) },
});

interface Cut {
  readonly answer: string;
  readonly seconds: number;
}

function open(text: string): Socket {
  // who does not close its side must be cut all the same
  const socket = connect({
    port: Number(new URL(hermes.api.origin).port),
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  socket.write(text);
  return socket;
}

/** Sends `text`, then either nothing more or a byte now and then, until the connection is gone or it has lasted too long. */
async function cut(text: string, drip: string): Promise<Cut> {
  const begun = performance.now();
  const socket = open(text);
  let answer = '';
  const state = { gone: false };
  const gone = (): void => {
    state.gone = true;
  };
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.on('error', gone).on('close', gone);
  // of one who sends nothing, the end of the answer is all that can be seen of the cut
  if (drip === '') socket.on('end', gone);
  const timer = setInterval(() => {
    if (drip !== '') socket.write(drip);
  }, 100);
  await until(`${JSON.stringify(text.slice(-40))} is cut`, () => state.gone).finally(() => {
    clearInterval(timer);
    socket.destroy();
  });
  return { answer, seconds: (performance.now() - begun) / 1000 };
}

const POST = 'POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n';
const JSON_TYPE = 'Content-Type: application/json\r\n';
const stalls: readonly (readonly [where: string, text: string, drip: string, limitS: number])[] = [
  ['before the head', '', '', HEAD_S],
  ['in the request line', 'POST /api/v1/ev', 'e', HEAD_S],
  ['in the middle of the head', `${POST}X-Slow: `, 'x', HEAD_S],
  ['at the end of the head', `${POST}${JSON_TYPE}\r`, '', HEAD_S],
  ['before the body', `${POST}${JSON_TYPE}Content-Length: 9999\r\n\r\n`, ' ', REQUEST_S],
  ['in the middle of the body', `${POST}${JSON_TYPE}Content-Length: 9999\r\n\r\n{"type"`, ' ', REQUEST_S],
  ['in the middle of a chunk', `${POST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\nfff\r\n{`, ' ', REQUEST_S],
  ['between chunks', `${POST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`, '1\r\n \r\n', REQUEST_S],
  ['in the body of what is refused', `${POST}Content-Type: a/b\r\nContent-Length: 9999\r\n\r\n`, ' ', REQUEST_S],
];

/** All at once, of each one that stalls and one that drips; begun by the first test. */
let cuts: ReadonlyMap<string, Promise<PromiseSettledResult<Cut>[]>> | undefined;

test.each(stalls)('a sender that stalls or drips %s is answered, and cut', async (where, text, _drip, limitS) => {
  cuts ??= new Map(stalls.map(([name, sent, drip]) => [name, Promise.allSettled([cut(sent, ''), cut(sent, drip)])]));
  for (const one of (await cuts.get(where)) ?? []) {
    if (one.status === 'rejected') throw one.reason as Error;
    const { answer, seconds } = one.value;
    // a client that has not begun a request gets no answer
    if (text !== '') expect(answer).toMatch(/^HTTP\/1\.1 4\d\d [^]*application\/problem\+json/);
    expect(seconds).toBeGreaterThan(limitS * 0.9);
    expect(seconds).toBeLessThan(limitS + SLACK_S);
  }
});

test('a stream that goes on slowly is not cut, though it takes longer than anything else may', async () => {
  const socket = open(
    `${POST}Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
  );
  let answer = '';
  const state = { closed: false };
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.on('end', () => (state.closed = true));
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  let sent = 0;
  const timer = setInterval(() => {
    const line = `${JSON.stringify({ type: 'disk-full', host: `slow-${sent}` })}\n`;
    // a line in two pieces
    for (const piece of [line.slice(0, 9), line.slice(9)]) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`);
    sent += 1;
  }, 300);
  await until('it lasts longer than head and request together', () => seconds() > 2 * (HEAD_S + REQUEST_S));
  clearInterval(timer);
  expect([answer, state.closed]).toEqual(['', false]);
  socket.write('0\r\n\r\n');
  await until('it is answered', () => state.closed);
  socket.end();
  expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  expect(answer).toContain(`"accepted":${sent}`);
});
