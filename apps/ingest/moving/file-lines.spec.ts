/** The lines of a file as they come: a sender that falls silent or goes away is answered up to which line it was read. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '#platform';
import { fileLines } from './file-lines.js';

const never = new AbortController().signal;

/** The texts of all lines; and what it ended with. */
async function read(lines: AsyncIterable<Iterable<{ readonly number: number; readonly bytes: Uint8Array | null }>>) {
  const texts: string[] = [];
  try {
    for await (const some of lines)
      for (const { number, bytes } of some)
        texts.push(`${number} ${bytes === null ? 'too long' : Buffer.from(bytes).toString()}`);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { texts, problem: error.problem };
  }
  return { texts, problem: undefined };
}

function bodyOf(chunks: () => AsyncGenerator<Buffer, void>) {
  return { chunks };
}

test('lines come whole, in whatever pieces their bytes come', async () => {
  const body = bodyOf(async function* () {
    for (const piece of ['a', 'b\nc', '\n', 'd\n', 'é'.slice(0, 1), '\n', 'rest']) yield Buffer.from(piece);
  });
  expect(await read(fileLines(body, never))).toEqual({
    texts: ['1 ab', '2 c', '3 d', '4 é', '5 rest'],
    problem: undefined,
  });
});

test('a line that is longer than any of an export is not kept', async () => {
  const body = bodyOf(async function* () {
    for (let nth = 0; nth < 3; nth += 1) yield Buffer.alloc(1_000_000, 'x');
    yield Buffer.from('\nb\n');
  });
  expect((await read(fileLines(body, never))).texts).toEqual(['1 too long', '2 b']);
});

test('a sender that falls silent is given up', async () => {
  const body = bodyOf(async function* () {
    yield Buffer.from('a\nb\n');
    await sleep(60_000, undefined, { ref: false });
  });
  const { texts, problem } = await read(fileLines(body, never, 20));
  expect(texts).toEqual(['1 a', '2 b']);
  expect(problem).toMatchObject({
    code: 'malformed',
    detail: expect.stringMatching(/^behind line 2: nothing came/) as string,
  });
});

test('a process that stops waits for nobody', async () => {
  const stopping = new AbortController();
  const body = bodyOf(async function* () {
    yield Buffer.from('a\n');
    stopping.abort();
    await sleep(60_000, undefined, { ref: false });
  });
  const { problem } = await read(fileLines(body, stopping.signal));
  expect(problem).toMatchObject({
    code: 'store-unavailable',
    detail: expect.stringMatching(/^behind line 1: Hermes is stopping/) as string,
  });
});

test('where the sender goes away, the last whole line is named', async () => {
  const body = bodyOf(async function* () {
    yield Buffer.from('a\nb\nc');
    throw new ProblemError({ code: 'malformed', detail: 'the sender went away' });
  });
  expect((await read(fileLines(body, never))).problem).toMatchObject({ detail: 'behind line 2: the sender went away' });
});
