/** Bodies that are handed on as they come: whole, in few chunks, and no more of them than there is a reader for. */
import { PassThrough } from 'node:stream';
import { StreamedBody } from './bodies.js';

test('what came in the smallest pieces is one chunk', async () => {
  const pieces = 10_000;
  const source = new PassThrough();
  const chunks: Buffer[] = [];
  const reading = (async () => {
    for await (const chunk of new StreamedBody(source).chunks()) chunks.push(chunk);
  })();
  for (let nth = 0; nth < pieces; nth += 1) source.write(String(nth % 10));
  source.end();
  await reading;
  expect(Buffer.concat(chunks).toString()).toBe('0123456789'.repeat(pieces / 10));
  expect(chunks.length).toBeLessThan(5);
});

test('others have a turn between two chunks, however many there are', async () => {
  const source = new PassThrough({ highWaterMark: 10 });
  let turns = 0;
  const count = (): void => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  for (let nth = 0; nth < 100; nth += 1) source.write('0123456789');
  source.end();
  let chunks = 0;
  for await (const chunk of new StreamedBody(source).chunks()) chunks += Math.sign(chunk.length);
  clearImmediate(counting);
  expect(turns).toBeGreaterThanOrEqual(chunks - 1);
});

test('of a sender that has gone away, what came before is given, then the failure', async () => {
  const source = new PassThrough();
  source.write('ab');
  const chunks = new StreamedBody(source).chunks();
  expect(String((await chunks.next()).value)).toBe('ab');
  source.write('cd');
  source.destroy();
  expect(String((await chunks.next()).value)).toBe('cd');
  await expect(chunks.next()).rejects.toMatchObject({ problem: { code: 'malformed' } });
});

test('of a reader that stops early, the rest is discarded, so that the sender comes to its end', async () => {
  const source = new PassThrough({ highWaterMark: 10 });
  for (let nth = 0; nth < 100; nth += 1) source.write('0123456789');
  source.end();
  for await (const chunk of new StreamedBody(source).chunks()) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await new Promise((resolve) => source.once('end', resolve));
  expect(source.readableEnded).toBe(true);
});
