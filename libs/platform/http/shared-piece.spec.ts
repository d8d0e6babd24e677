/** Pieces that many answers share, over real connections: each client reads just what was written, in its order. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { until } from '../../testing/until.js';
import { SharedPiece } from './shared-piece.js';

let server: Server;
const answers: ServerResponse[] = [];

beforeEach(async () => {
  answers.length = 0;
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    answers.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** All that the client reads to the end. */
function ask(head: string): () => string {
  let text = '';
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(head));
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

const piece = new SharedPiece(Buffer.from('data: ünï\n\n'));
const FRAMED = 'd\r\ndata: ünï\n\n\r\n';

test('it comes framed, between what is written to the answer by itself', async () => {
  const text = ask('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await until('the answer', async () => answers.length === 1);
  const [answer] = answers;
  const framedBefore: string[] = [];
  const { write } = answer!;
  answer!.write = ((chunk: string) => {
    framedBefore.push(chunk);
    return write.call(answer, chunk, 'utf8');
  }) as ServerResponse['write'];
  answer!.write('a');
  piece.writeTo(answer!);
  piece.writeTo(answer!);
  answer!.write('b');
  await until('all', async () => text().includes('b\r\n'));
  piece.writeTo(answer!);
  answer!.end();
  await until('the end', async () => text().endsWith('0\r\n\r\n'));
  expect(text().slice(text().indexOf('\r\n\r\n') + 4)).toBe(`1\r\na\r\n${FRAMED}${FRAMED}1\r\nb\r\n${FRAMED}0\r\n\r\n`);
  // once the connection has taken what was written, only what is the answer's alone is framed by it
  expect(framedBefore).not.toContain(piece.bytes.toString());
});

test('a client of HTTP/1.0, which knows no frames, gets it plain', async () => {
  const text = ask('GET / HTTP/1.0\r\n\r\n');
  await until('the answer', async () => answers.length === 1);
  piece.writeTo(answers[0]!);
  answers[0]!.end();
  await until('it', async () => text().endsWith('\r\n\r\ndata: ünï\n\n'));
});

test('an answer whose connection is still another’s keeps it until then', async () => {
  const text = ask('GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await until('both', async () => answers.length === 2);
  piece.writeTo(answers[1]!);
  answers[1]!.end('last');
  answers[0]!.end('first');
  await until('the end', async () => text().includes('last'));
  expect(text().indexOf('first')).toBeLessThan(text().indexOf(FRAMED));
  expect(text().indexOf(FRAMED)).toBeLessThan(text().indexOf('last'));
});
