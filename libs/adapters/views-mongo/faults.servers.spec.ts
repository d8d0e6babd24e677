/** What becomes of writes when the server is killed, restarted, or says nothing; on a double of this spec's own. */
import { join } from 'node:path';
import type { HostName } from '#domain';
import { StoreUnavailable, type Views } from '#ports';
import {
  eventDoc,
  eventually,
  hostDoc,
  laborDoc,
  type MongoServer,
  newGeneration,
  startMongo,
  temporaryFolder,
  until,
} from '#testing';
import { openMongoViews } from './index.js';

const path = temporaryFolder();
const OPERATION_MS = 5000;
/** Longest wait for a condition. */
const limits = { limitMs: 60_000 };

/** The first start ever fetches the server. */
const START_MS = 300_000;

let mongo: MongoServer;
let views: Views;
let generation: number;

beforeEach(async () => {
  mongo = await startMongo({ folder: join(path(), 'mongo') });
  views = await openMongoViews({
    url: mongo.url,
    prefix: 'hermes',
    access: 'write',
    operationMs: OPERATION_MS,
    selectionMs: 500,
  });
  generation = await newGeneration(views);
}, START_MS);
afterEach(async () => {
  await views.close();
  await mongo.server.kill();
});

test('kill -9 under writes, twice: nothing acknowledged is lost, and the same views go on by themselves', async () => {
  const acknowledged: number[] = [];
  let refusals = 0;
  let stop = false;
  const work = async (writer: number): Promise<void> => {
    for (let n = writer; !stop; n += 3) {
      const host = `web-${n}` as HostName;
      try {
        await views.writer.apply(generation, {
          events: [eventDoc({ host, n })],
          labors: [laborDoc({ host, n })],
          hosts: [hostDoc({ host, n })],
        });
        acknowledged.push(n);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        refusals += 1;
      }
    }
  };
  const workers = [0, 1, 2].map(work);
  for (let round = 0; round < 2; round += 1) {
    const [before, refusedBefore] = [acknowledged.length, refusals];
    await until('writes are acknowledged', () => acknowledged.length >= before + 10, limits);
    await mongo.server.kill();
    await until('writes are refused', () => refusals > refusedBefore, limits);
    await mongo.server.start();
    const restarted = acknowledged.length;
    await until('writes are acknowledged again', () => acknowledged.length >= restarted + 10, limits);
  }
  stop = true;
  await Promise.all(workers);
  const hosts = acknowledged.map((n) => `web-${n}` as HostName);
  const stored = await views.writer.load(generation, {
    hosts,
    labors: acknowledged.map((n) => laborDoc({ host: `web-${n}` as HostName, n }).id),
  });
  expect(stored.hosts.map(({ host }) => host).sort()).toEqual([...hosts].sort());
  expect(stored.labors).toHaveLength(hosts.length);
  for (const n of acknowledged) {
    const event = eventDoc({ host: `web-${n}` as HostName, n });
    expect(await views.reader.event(event.id)).toEqual(event);
  }
}, 180_000);

test('a server that says nothing ends in StoreUnavailable within the limit, and what comes after it is answered', async () => {
  await views.writer.apply(generation, { hosts: [hostDoc()] });
  mongo.server.pause();
  const begunMs = performance.now();
  const calls = [
    views.writer.apply(generation, { hosts: [hostDoc({ version: 1 })] }),
    views.reader.totals(generation),
    views.control.identity(),
  ];
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
  }
  // phases end one after the other, each by its own timer
  expect(performance.now() - begunMs).toBeLessThan(3 * OPERATION_MS);
  mongo.server.resume();
  await eventually(
    'the host is answered',
    async () => {
      expect(await views.reader.host(generation, hostDoc().host)).toBeDefined();
    },
    limits,
  );
}, 120_000);

test('closing ends within the limit while the server says nothing, and what was in flight is refused', async () => {
  mongo.server.pause();
  const call = views.reader.totals(generation).catch((error: unknown) => error);
  const begunMs = performance.now();
  await views.close();
  expect(performance.now() - begunMs).toBeLessThan(2 * OPERATION_MS);
  expect(await call).toBeInstanceOf(StoreUnavailable);
}, 60_000);

test('while the server is away each call ends in StoreUnavailable soon, and opening says where it was looked for', async () => {
  await mongo.server.kill();
  const begunMs = performance.now();
  await expect(views.reader.totals(generation)).rejects.toThrow(StoreUnavailable);
  await expect(views.writer.apply(generation, { hosts: [hostDoc()] })).rejects.toThrow(StoreUnavailable);
  expect(performance.now() - begunMs).toBeLessThan(OPERATION_MS);
  const opening = openMongoViews({ url: mongo.url, prefix: 'hermes', access: 'read', selectionMs: 500 });
  await expect(opening).rejects.toThrow(
    /^views unavailable: the views' database hermes at MongoDB 127\.0\.0\.1:\d+ cannot be opened: no server is reached: /,
  );
});

test('a batch that this server cannot write within the limit gets in when it is repeated', async () => {
  const short = await openMongoViews({ url: mongo.url, prefix: 'hermes', access: 'write', operationMs: 1000 });
  try {
    const labors = Array.from({ length: 900 }, (_, n) => laborDoc({ host: `web-${n}` as HostName, n }));
    let late = 0;
    const written = () =>
      short.writer.apply(generation, { labors }).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof StoreUnavailable)) throw error;
          late += 1;
          return false;
        },
      );
    await until('the batch is written', written, { limitMs: 90_000 });
    // else the server was quick enough to say nothing here
    expect(late).toBeGreaterThan(0);
    const ids = labors.map(({ id }) => id);
    expect((await views.writer.load(generation, { labors: ids })).labors).toHaveLength(labors.length);
  } finally {
    await short.close();
  }
}, 150_000);

test('a document that is too large for the store is one clear error', async () => {
  const attributes = { text: 'x'.repeat(17 * 1024 * 1024) };
  await expect(views.writer.apply(generation, { events: [eventDoc({ attributes })] })).rejects.toThrow(
    /exceeds 16 MiB/,
  );
});
