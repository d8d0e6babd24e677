/** A question that reads much keeps nobody waiting, sees one state, and is bounded in time, number and rows. */
import { setImmediate as turn } from 'node:timers/promises';
import type { EventDocument, PageRequest } from '#contracts';
import type { HostName, QuestId, TypeName } from '#domain';
import { StoreOverloaded, StoreUnavailable } from '#ports';
import { closedLabor, eventDoc, laborDoc, newGeneration, partDoc, questRecord, temporaryFolder } from '#testing';
import { openSqliteViews } from './index.js';
import { STEP_ROWS, type Steps } from './lists/steps.js';
import { LongReads, MAX_READ_MS, MAX_WAIT_MS, MAX_WAITING, MAX_WAITING_OF_ONE } from './long-reads.js';
import { openViews } from './open.js';
import { attached } from './prepare.js';
import { connect } from '#adapters/sqlite';

const path = temporaryFolder();

describe('beside a large list', () => {
  const EVENTS = 30_000;
  type Views = Awaited<ReturnType<typeof openSqliteViews>>;
  let views: Views;
  let generation: number;
  let documents: readonly EventDocument[];

  beforeEach(async () => {
    views = await openSqliteViews({ file: path('views.sqlite') });
    generation = await newGeneration(views);
    documents = Array.from({ length: EVENTS }, (_, n) => eventDoc({ n, host: `h${n % 50}` as HostName }));
    await views.writer.apply(generation, { events: documents });
  });
  afterEach(() => views.close());

  const page = (count: false | number, limit = 50): PageRequest<'position'> => ({
    ...{ sort: 'position', limit, after: null, count },
  });

  test.each([
    ['a count', { type: ['reboot-required' as TypeName] }, page(1_000_000)],
    ['a filter that nothing passes', { type: ['reboot-required' as TypeName], by: ['nobody'] }, page(false)],
    ['a page of 1000', {}, page(false, 1000)],
    ['the events of many hosts', { host: Array.from({ length: 5000 }, (_, n) => `h${n}` as HostName) }, page(false)],
  ])('during %s others have their turn', async (_name, filter, request) => {
    let turns = 0;
    const question = { going: true };
    const others = (async () => {
      for (; question.going; turns += 1) await turn();
    })();
    await views.reader.events(filter, request);
    question.going = false;
    await others;
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  test('one event is answered before the first of twenty counts that were asked for earlier', async () => {
    const answered: string[] = [];
    const counts = Array.from({ length: 20 }, async () => {
      const { total } = await views.reader.events({ type: ['reboot-required' as TypeName] }, page(1_000_000));
      expect(total).toBe(EVENTS);
      answered.push('count');
    });
    const [first] = documents as readonly [EventDocument];
    const one = views.reader.event(first.id).then(() => answered.push('event'));
    await Promise.all([...counts, one]);
    expect(answered[0]).toBe('event');
  });

  test('the quests of a host are found without reading the others, however many there are', async () => {
    const quests = Array.from({ length: 5000 }, (_, n) => questRecord((n + 1) as QuestId, n + 1));
    const parts = [1, 4999].map((quest) => partDoc({ quest: quest as QuestId, host: 'h1' as HostName }));
    await views.writer.apply(generation, {
      quests,
      parts,
      labors: Array.from({ length: 1000 }, (_, n) => laborDoc({ n })),
    });
    const answered: string[] = [];
    const pages = Array.from({ length: 5 }, async () => {
      await views.reader.labors(generation, {}, { sort: 'openedAt', limit: 1000, after: null, count: false });
      answered.push('page');
    });
    for (const sort of ['-id', 'target'] as const) {
      const request = { sort, limit: 50, after: null, count: 10_000 };
      const { items, total } = await views.reader.quests(generation, { host: ['h1' as HostName] }, request);
      expect([items.map(({ quest }) => quest), total]).toEqual([sort === '-id' ? [4999, 1] : [1, 4999], 2]);
    }
    expect(answered).toEqual([]);
    await Promise.all(pages);
  });

  test('a count ends at the number that it is asked for, and what is known without counting is said', async () => {
    const ofType = await views.reader.events({ type: ['reboot-required' as TypeName] }, page(7000, 1));
    expect(ofType).toMatchObject({ total: 7000, atLeast: true });
    const all = await views.reader.events({}, page(7000, 1));
    expect(all).toMatchObject({ total: EVENTS });
    expect(all).not.toHaveProperty('atLeast');
  });
});

test('a page that takes many steps shows one state, whatever is written between them', async () => {
  const views = await openViews(path('views.sqlite'));
  const generation = await newGeneration(views);
  const labors = Array.from({ length: 3000 }, (_, n) => laborDoc({ n }));
  await views.writer.apply(generation, { labors });
  const listed = views.reader.labors(generation, {}, { sort: 'openedAt', limit: 1000, after: null, count: false });
  await turn();
  await turn();
  await views.writer.apply(generation, { labors: labors.map((labor, n) => closedLabor(labor, n + 5000)) });
  const { items } = await listed;
  expect(items.map(({ labor }) => labor.id)).toEqual(labors.slice(0, 1000).map(({ id }) => id));
  expect(new Set(items.map(({ labor }) => labor.state))).toEqual(new Set(['open']));
  await views.close();
});

describe('long reads', () => {
  let nowMs: number;
  let reads: LongReads;

  beforeEach(() => {
    const file = path('any.sqlite');
    const database = connect('views', file);
    database.exec('CREATE TABLE some (number INTEGER)');
    database.close();
    nowMs = 0;
    reads = new LongReads(
      () => attached(connect('views', ':memory:'), file),
      () => nowMs,
    );
  });
  afterEach(() => reads.close());

  function* endless(): Steps<never> {
    for (;;) yield STEP_ROWS;
  }
  function* at(): Steps<number> {
    return nowMs;
  }

  test('more than can wait are refused, with what to do; of one holder three quarters', async () => {
    const of = (holder: string, length: number) => Array.from({ length }, () => reads.read(at, holder));
    const some = of('one', MAX_WAITING_OF_ONE);
    await expect(reads.read(at, 'one')).rejects.toThrow(StoreOverloaded);
    some.push(...of('another', MAX_WAITING - MAX_WAITING_OF_ONE));
    await expect(reads.read(at, 'a third')).rejects.toThrow(/try again shortly/);
    await Promise.all(some);
    await expect(reads.read(at, 'one')).resolves.toBe(0);
  });

  test('who asks for much waits for others, not they for all of it', async () => {
    const order: string[] = [];
    const ask = (holder: string): Promise<unknown> => reads.read(at, holder).then(() => order.push(holder));
    await Promise.all([...Array.from({ length: 5 }, () => ask('much')), ask('little'), ask('other')]);
    expect(order.slice(0, 3).sort()).toEqual(['little', 'much', 'other']);
  });

  test('one that does not end is given up, and the next one is answered', async () => {
    const first = reads.read(endless);
    const refused = expect(first).rejects.toThrow(/narrow its filter/);
    await turn();
    await turn();
    nowMs = MAX_READ_MS;
    await refused;
    await expect(reads.read(at)).resolves.toBe(MAX_READ_MS);
  });

  test('one that has waited too long for its turn is given up', async () => {
    const first = expect(reads.read(endless)).rejects.toThrow(StoreOverloaded);
    const second = expect(reads.read(at)).rejects.toThrow(/waited too long/);
    await turn();
    await turn();
    nowMs = MAX_WAIT_MS;
    await first;
    await second;
  });

  test('closing ends the running one with its step, and refuses those that wait', async () => {
    const refused = Promise.all(
      [reads.read(endless), reads.read(at)].map((each) => expect(each).rejects.toThrow(StoreUnavailable)),
    );
    await turn();
    await turn();
    await reads.close();
    await refused;
  });
});
