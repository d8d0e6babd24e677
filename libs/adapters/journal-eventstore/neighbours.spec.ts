/** A store that is shared: with journals of other prefixes, with streams of others, with many subscribers. */
import { jest } from '@jest/globals';
import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { START, type StoredEntry } from '#contracts';
import { streamWrite as write, until } from '#testing';
import { doublePerTest } from './testing-double.js';

jest.setTimeout(60_000);

const store = doublePerTest();
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

test('streams of others are neither shown nor counted: no read, head, place or subscription knows them', async () => {
  const journal = await store().open({ prefix: 'hermes' });
  const others = [await store().open({ prefix: 'hermes-2' }), await store().open({ prefix: 'herme' })];
  const own = write('host-a', 2);
  const { signal } = new AbortController();
  const live = journal.subscribe({ after: START, batchSize: 100, signal })[Symbol.asyncIterator]();
  expect((await live.next()).value).toHaveLength(1);
  const client = KurrentDBClient.connectionString(store().double.url);
  for (const stream of ['host-a', 'hermes', 'hermesXhost-a', 'order-1']) {
    await client.appendToStream(stream, jsonEvent({ type: 'Other', data: {} }));
  }
  for (const other of others) await other.append([write('host-a', 3)]);
  await journal.append([own]);
  for (const other of others) await other.append([write('host-a', 3)]);
  await journal.writeState('relay', '1', 0);

  const identity = journal.identity;
  const all = await journal.readAll(START, 100);
  expect(ids(all)).toEqual([identity, ...ids(own.entries)]);
  expect((await journal.head()).id).toBe(own.entries[1]!.id);
  expect(ids((await live.next()).value as readonly StoredEntry[])).toEqual(ids(own.entries));
  await live.return(undefined);
  const foreign = (await others[0]!.head()).position;
  expect(await journal.entryAt(foreign)).toBeUndefined();
  expect(await others[1]!.readState('relay')).toBeUndefined();
  // a page of one reaches over everything that lies between
  expect(ids(await journal.readAll(all[0]!.position, 1))).toEqual([own.entries[0]!.id]);
  await client.dispose();
});

test('an event that somebody else put into a stream of ours is shown as of version 0, and stops nobody', async () => {
  const journal = await store().open();
  await journal.append([write('host-a', 1)]);
  const client = KurrentDBClient.connectionString(store().double.url);
  await client.appendToStream('hermes.host-a', jsonEvent({ type: 'Other', data: { by: 'hand' } }));
  await client.dispose();
  await journal.append([write('host-a', 1, 1)]);
  const all = await journal.readAll(START, 10);
  expect(all.map(({ version }) => version)).toEqual([1, 1, 0, 1]);
  expect(all[2]).toMatchObject({ type: 'Other', json: '{"by":"hand"}', stream: 'host-a', revision: 1 });
});

test('120 subscriptions at once are all shown what comes; 150 one after another leave nothing behind', async () => {
  const journal = await store().open();
  const { position } = await journal.head();
  const ending = new AbortController();
  const begin = () => {
    const options = { after: position, batchSize: 10, signal: ending.signal };
    return journal.subscribe(options)[Symbol.asyncIterator]();
  };
  const many = Array.from({ length: 120 }, begin);
  const firsts = many.map((one) => one.next());
  const one = write('host-a', 1);
  await journal.append([one]);
  for (const first of firsts) {
    expect(ids((await first).value as readonly StoredEntry[])).toEqual(ids(one.entries));
  }
  await Promise.all(many.map((each) => each.return(undefined)));
  for (let round = 0; round < 15; round += 1) {
    const next = Array.from({ length: 10 }, begin);
    for (const each of next) expect((await each.next()).done).toBe(false);
    await Promise.all(next.map((each) => each.return(undefined)));
  }
  const open = (): number => store().double.openCalls();
  await until('the calls are closed', () => open() <= 1, { everyMs: 0, seen: open });
});
