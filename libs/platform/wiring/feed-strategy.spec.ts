/** F2 through Nest: a batch is committed only when its handler has wholly handled it, however it fails. */
import { Controller, Module, UseFilters, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, type CustomStrategy } from '@nestjs/microservices';
import { concat, Observable, of, throwError, timer } from 'rxjs';
import { silentLog } from '#application';
import { StoreUnavailable, type BatchHandler, type Consumer, type Feed, type FeedBatch } from '#ports';
import { FEED_TRANSPORT, FeedFailures, FeedStrategy, JOURNAL_BATCH, type BatchPayload } from './feed-strategy.js';

const batch = { partition: 3, messages: [] } as FeedBatch;
let answer: () => Promise<void> | Observable<unknown>;
const handled: FeedBatch[] = [];

@Controller()
@UseFilters(FeedFailures)
class Handler {
  @EventPattern(JOURNAL_BATCH, FEED_TRANSPORT)
  async handle(@Payload() payload: BatchPayload): Promise<unknown> {
    handled.push(payload.batch);
    return answer();
  }
}

@Module({ controllers: [Handler] })
class HandlerModule {}

@Module({})
class NoHandlerModule {}

/** A feed that hands over one batch when asked to. */
class OneFeed implements Feed {
  readonly partitions = 4;
  joined: string | undefined;
  closed = false;
  handler: BatchHandler = () => Promise.reject(new Error('not consumed'));

  async publish(): Promise<void> {
    return undefined;
  }

  async consume(group: string, handler: BatchHandler): Promise<Consumer> {
    this.joined = group;
    this.handler = handler;
    return {
      assigned: new Set([3]),
      close: async () => {
        this.closed = true;
      },
    };
  }

  async newest(): Promise<[]> {
    return [];
  }

  async empty(): Promise<void> {
    return undefined;
  }

  async close(): Promise<void> {
    return undefined;
  }
}

const said: string[] = [];
const logged: object[] = [];
const log = {
  ...silentLog,
  warn: (message: string) => said.push(`warn ${message}`),
  error: (message: string, fields: object = {}) => {
    said.push(`error ${message}`);
    logged.push(fields);
  },
};

async function start(feed: Feed, module = HandlerModule) {
  const strategy = new FeedStrategy({ feed, log });
  const options: Pick<NestApplicationOptions, 'logger'> & CustomStrategy = { strategy, logger: false };
  const app = await NestFactory.createMicroservice(module, options);
  await app.listen();
  await strategy.join('projector', {});
  return app;
}

const feed = new OneFeed();
let app: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  app = await start(feed);
});
beforeEach(() => {
  handled.length = 0;
  said.length = 0;
  logged.length = 0;
});
afterAll(async () => {
  await app.close();
  expect(feed.closed).toBe(true);
});

const deliver = (signal = new AbortController().signal): Promise<void> => feed.handler(batch, signal);

test('what was handled is committed', async () => {
  expect(feed.joined).toBe('projector');
  answer = () => Promise.resolve();
  await deliver();
  expect(handled).toEqual([batch]);
});

test('a handler that rejects commits nothing, and its own error goes back', async () => {
  const error = new TypeError('a defect');
  answer = () => Promise.reject(error);
  await expect(deliver()).rejects.toBe(error);
  expect(said).toEqual([expect.stringMatching(/^error a batch of the feed was not handled/)]);
});

test('the line about a batch that failed names the requests that its entries are of, each once and not too many', async () => {
  answer = () => Promise.reject(new TypeError('a defect'));
  const traceId = (nth: number) => nth.toString(16).padStart(32, 'a');
  const trace = (nth: number) => `00-${traceId(nth)}-b7ad6b7169203331-01`;
  const messages = [{ kind: 'tick' }, { kind: 'entry', entry: {} }].concat(
    Array.from({ length: 40 }, (_, nth) => ({ kind: 'entry', entry: { trace: trace(Math.floor(nth / 2)) } })),
  );
  const failing = { partition: 3, messages } as unknown as FeedBatch;
  await expect(feed.handler(failing, new AbortController().signal)).rejects.toThrow('a defect');
  expect(logged).toEqual([
    expect.objectContaining({ partition: 3, traceIds: Array.from({ length: 10 }, (_, nth) => traceId(nth)) }),
  ]);
});

test('a handler that throws at once commits nothing', async () => {
  answer = () => {
    throw new RangeError('at once');
  };
  await expect(deliver()).rejects.toThrow('at once');
});

test('an Observable that errors, also after values, commits nothing', async () => {
  answer = () =>
    concat(
      of(1),
      throwError(() => new RangeError('late')),
    );
  await expect(deliver()).rejects.toThrow('late');
});

test('an Observable is waited for to its end', async () => {
  let ended = false;
  answer = () =>
    new Observable((subscriber) => {
      subscriber.next(1);
      const subscription = timer(5).subscribe(() => {
        ended = true;
        subscriber.complete();
      });
      return () => {
        subscription.unsubscribe();
      };
    });
  await deliver();
  expect(ended).toBe(true);
});

test('a store that is away is a warning; a batch of a lost partition is none', async () => {
  answer = () => Promise.reject(new StoreUnavailable('views', 'full'));
  await expect(deliver()).rejects.toThrow(StoreUnavailable);
  expect(said).toEqual([expect.stringMatching(/^warn /)]);
  said.length = 0;
  await expect(deliver(AbortSignal.abort())).rejects.toThrow(StoreUnavailable);
  expect(said).toEqual([]);
});

test('without a handler nothing is committed', async () => {
  const other = new OneFeed();
  const empty = await start(other, NoHandlerModule);
  await expect(other.handler(batch, new AbortController().signal)).rejects.toThrow(/no handler/);
  await empty.close();
});

test('a feed that cannot be consumed stops the start', async () => {
  const broken = new OneFeed();
  broken.consume = () => Promise.reject(new StoreUnavailable('feed', 'it was closed'));
  await expect(start(broken)).rejects.toThrow(StoreUnavailable);
});
