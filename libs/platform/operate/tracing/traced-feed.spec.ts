/** Tracing changes nothing about the feed; its spans say what was published and projected for each request. */
import { createInProcessFeed } from '#adapters/feed-inprocess';
import type { EntryMessage, Feed } from '#ports';
import { entryMessage, feedContract, until } from '#testing';
import { rememberedSpans, traceNumber } from './testing-spans.js';
import { tracedFeed } from './traced-feed.js';

const limits = { bufferMessages: 20, batchMessages: 8, bufferCharacters: 10_000, firstPauseMs: 1, longestPauseMs: 10 };

feedContract('traced', async () => {
  const feed = tracedFeed(createInProcessFeed(limits), rememberedSpans());
  return { feed, overfill: 50, dispose: () => feed.close() };
});

let feed: Feed;
let spans: ReturnType<typeof rememberedSpans>;
beforeEach(() => {
  spans = rememberedSpans();
  feed = tracedFeed(createInProcessFeed(limits), spans);
});
afterEach(() => feed.close());

function message(partition: number, place: number, trace: string): EntryMessage {
  const made = entryMessage({ partition, place });
  return { ...made, entry: { ...made.entry, trace } };
}

test('publishing and handling have a span for each request, of its own messages', async () => {
  const handled: number[] = [];
  await feed.consume('g', async ({ messages }) => void handled.push(messages.length));
  const mine = [message(1, 0, traceNumber(1)), message(1, 1, traceNumber(1))];
  const theirs = message(2, 0, traceNumber(2));
  await feed.publish([...mine, theirs, message(3, 0, traceNumber(3, false)), entryMessage({ partition: 3, place: 1 })]);
  await until('all is handled', () => handled.reduce((sum, count) => sum + count, 0) === 5);
  await until('all spans have ended', () => spans.begun.every(({ failure }) => failure === null));
  const of = (kind: string) => spans.begun.filter((span) => span.kind === kind).map(({ attributes }) => attributes);
  const expected = [
    {
      'hermes.entries': 2,
      'hermes.streams': 1,
      'hermes.stream.kind': ['host'],
      'hermes.stream.revision': 0,
      'hermes.position': String(mine[1]?.entry.position),
      'hermes.partition': ['1'],
    },
    {
      'hermes.entries': 1,
      'hermes.streams': 1,
      'hermes.stream.kind': ['host'],
      'hermes.stream.revision': 0,
      'hermes.position': String(theirs.entry.position),
      'hermes.partition': ['2'],
    },
  ];
  expect(of('producer')).toEqual(expected.map((one) => ({ ...one, 'hermes.outcome': ['published'] })));
  expect(of('consumer')).toEqual(expected.map((one) => ({ ...one, 'hermes.outcome': ['stored'] })));
  expect(new Set(spans.begun.map(({ name }) => name))).toEqual(new Set(['feed publish', 'views project']));
});

test('a batch that fails is a failed span, and another when it comes again', async () => {
  let tries = 0;
  await feed.consume('g', async () => {
    tries += 1;
    if (tries === 1) throw new TypeError('secret words');
  });
  await feed.publish([message(1, 0, traceNumber(1))]);
  await until('it was stored', () => spans.begun.at(-1)?.failure === null && tries === 2);
  const projected = spans.begun.filter(({ kind }) => kind === 'consumer');
  expect(projected.map(({ failure }) => failure)).toEqual(['TypeError', null]);
  expect(JSON.stringify(spans.begun, (_, value: unknown) => String(value))).not.toContain('secret');
});

test('a batch given up because the partition was lost does not count as stored', async () => {
  const lost = new AbortController();
  const given: Feed = {
    partitions: 4,
    publish: () => Promise.resolve(),
    consume: async (_group, handler) => {
      await handler({ partition: 1, messages: [message(1, 0, traceNumber(1))] }, lost.signal);
      return { assigned: new Set<number>(), close: () => Promise.resolve() };
    },
    newest: () => Promise.resolve([]),
    empty: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  await tracedFeed(given, spans).consume('g', async () => {
    lost.abort();
  });
  expect(spans.begun.map(({ attributes }) => attributes['hermes.outcome'])).toEqual([['partition-lost']]);
});
