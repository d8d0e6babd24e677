/** The views' contract over the messages that go to their thread and back; the thread itself runs from the build, under every end-to-end test. */
import { jest } from '@jest/globals';
import { MessageChannel } from 'node:worker_threads';
import { DOCUMENTS_VERSION } from '#contracts';
import { StoreUnavailable, type Views, type ViewsReader } from '#ports';
import { hostDoc, newGeneration, temporaryFolder, viewsContract } from '#testing';
import { mostInATurn } from '../../../testing/turns.js';
import { encode } from '../loading/encoding.js';
import { openViews } from '../open.js';
import type { ServedViews } from './protocol.js';
import { openServedLoad } from './testing-load.js';
import { ThreadedViews } from './threaded-views.js';
import { serveViews } from './serve.js';

const path = temporaryFolder();
const HOST = hostDoc().host;

async function served(open: () => Promise<ServedViews>): Promise<Views> {
  const { port1, port2 } = new MessageChannel();
  const ended = new Promise((resolve) => port2.once('close', resolve));
  void serveViews(port1, open).finally(() => {
    port1.close();
  });
  const views = new ThreadedViews(port2, ended, openServedLoad);
  await views.opened;
  return views;
}

function rolesOf({ control, loading, list, writer }: ServedViews): Omit<ServedViews, 'reader' | 'close'> {
  return { control, loading, list, writer };
}

viewsContract('sqlite, through messages', async () => {
  const file = path('views.sqlite');
  let commits = 0;
  const watch = () => ({
    committed: () => {
      commits += 1;
    },
    close: () => Promise.resolve(),
  });
  const open = (): Promise<Views> => served(() => openViews(file, { watch }));
  const views = await open();
  return { views, reopen: open, roundTrips: () => commits, encode, dispose: () => views.close() };
});

test('a failure to open is the same error as in this thread', async () => {
  await expect(served(() => openViews(path('nowhere', 'views.sqlite')))).rejects.toThrow(StoreUnavailable);
  await expect(served(() => Promise.reject(new Error('holds no views of Hermes')))).rejects.toThrow(
    /^holds no views of Hermes$/,
  );
});

test('errors keep their kind, and a defect the place where it happened', async () => {
  const views = await served(() => openViews(path('views.sqlite')));
  await expect(views.control.activate(7)).rejects.toThrow(RangeError);
  const bad = { hosts: [{ ...hostDoc(), state: null }] } as unknown as Parameters<Views['writer']['apply']>[1];
  await expect(views.writer.apply(await newGeneration(views), bad)).rejects.toMatchObject({
    message: expect.stringContaining('null') as unknown,
    stack: expect.stringContaining('host-writes') as unknown,
  });
  await views.close();
});

test('what cannot be copied to another thread is a defect of its caller alone', async () => {
  const file = path('views.sqlite');
  const views = await served(() => openViews(file));
  const host = { ...hostDoc(), state: () => undefined } as unknown as ReturnType<typeof hostDoc>;
  const generation = await newGeneration(views);
  const [bad, good] = await Promise.allSettled([
    views.writer.apply(generation, { hosts: [host] }),
    views.writer.load(generation, { hosts: [host.host] }),
  ]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/clone/) as unknown } });
  expect(good).toMatchObject({ status: 'fulfilled', value: { hosts: [] } });
  await views.close();

  const reader = { event: () => Promise.resolve(() => undefined) } as unknown as Views['reader'];
  const odd = await served(async () => ({
    ...rolesOf(await openViews(file)),
    reader,
    close: () => Promise.resolve(),
  }));
  await expect(odd.reader.event('web-1~0' as Parameters<Views['reader']['event']>[0])).rejects.toThrow(/clone/);
  await odd.close();
});

test('once closed, or when the other side is gone, every call is refused, also those in flight', async () => {
  const views = await served(() => openViews(path('views.sqlite')));
  await views.close();
  await views.close();
  await expect(views.reader.freshness(DOCUMENTS_VERSION)).rejects.toThrow(StoreUnavailable);

  const { port2 } = new MessageChannel();
  let end = (): void => undefined;
  const deaf = new ThreadedViews(
    port2,
    new Promise<void>((resolve) => {
      end = resolve;
    }),
    openServedLoad,
  );
  const opening = expect(deaf.opened).rejects.toThrow('their thread ended');
  const asked = expect(deaf.reader.freshness(DOCUMENTS_VERSION)).rejects.toThrow('their thread ended');
  end();
  await opening;
  await asked;
  await expect(deaf.writer.progress(1)).rejects.toThrow(StoreUnavailable);
  await deaf.close();
  port2.close();
});

test('of large answers that come at once, a few are taken in one turn of the loop; a small one waits for none of them', async () => {
  const large = { items: Array.from({ length: 100 }, (_, nth) => ({ nth, text: 'é'.repeat(1000) })), next: null };
  const small = { items: [], next: null };
  const reader = {
    for: () => reader,
    hosts: () => Promise.resolve(large),
    quests: () => Promise.resolve(small),
  } as unknown as Views['reader'];
  const real = await openViews(path('views.sqlite'));
  const views = await served(async () => ({
    ...rolesOf(real),
    reader,
    close: () => real.close(),
  }));
  let nowMs = 0;
  // each piece of work takes five milliseconds of the ten that a turn has
  jest.spyOn(performance, 'now').mockImplementation(() => (nowMs += 5));
  const answered: string[] = [];
  const most = await mostInATurn(
    () => answered.length,
    async () => {
      const asked = Array.from({ length: 20 }, async () => {
        expect(await views.reader.hosts(1, {}, PAGE)).toEqual(large);
        answered.push('large');
      });
      const other = views.reader.quests(1, {}, { sort: 'id', limit: 1, after: null, count: false }).then((page) => {
        expect(page).toEqual(small);
        answered.push('small');
      });
      await Promise.all([...asked, other]);
    },
  );
  jest.restoreAllMocks();
  expect(answered.indexOf('small')).toBeLessThan(5);
  expect(most).toBeLessThan(5);
  await views.close();
});

const PAGE = { sort: 'host', limit: 1, after: null, count: false } as const;

test.each<readonly [string, (reader: ViewsReader, generation: number) => Promise<unknown>]>([
  ['hosts', (reader, generation) => reader.hosts(generation, {}, PAGE)],
  ['host', (reader, generation) => reader.host(generation, HOST)],
  ['queriedHosts', (reader, generation) => reader.queriedHosts(generation, [HOST])],
  ['lastByCategory', (reader) => reader.lastByCategory(HOST, 1)],
  ['laborsById', (reader, generation) => reader.laborsById(generation, [])],
  ['behindAmong', (reader, generation) => reader.behindAmong(generation, { hosts: [HOST], quests: [] })],
  ['hostsBehind', (reader, generation) => reader.hostsBehind(generation)],
])(
  'holders that ask %s have their turns one after the other; Hermes’s own questions wait for none of them',
  async (_, ask) => {
    const views = await served(() => openViews(path('views.sqlite')));
    const generation = await newGeneration(views);
    const answered: string[] = [];
    const asks = async (holder: string): Promise<void> => {
      await ask(views.reader.for(holder), generation);
      answered.push(holder);
    };
    const many = Array.from({ length: 100 }, () => asks('a'));
    const one = asks('b');
    const own = ask(views.reader, generation).then(() => answered.push('own'));
    await Promise.all([...many, one, own]);
    expect([answered.indexOf('own'), answered.indexOf('b')]).toEqual([0, 2]);
    await views.close();
  },
);
