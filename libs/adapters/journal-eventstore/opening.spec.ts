/** Opening: who makes the identity, which messages an operator gets, and that the password is in none. */
import { jest } from '@jest/globals';
import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { START } from '#contracts';
import { StoreUnavailable } from '#ports';
import { freePort, startEventStoreDouble, temporaryFolder } from '#testing';
import { openEventStoreJournal } from './index.js';
import { doublePerTest } from './testing-double.js';

jest.setTimeout(60_000);

const store = doublePerTest();
const path = temporaryFolder();
const SECRET = 'open-sesame';

async function refusal(url: string, prefix = 'hermes'): Promise<Error> {
  const error: unknown = await openEventStoreJournal({ url, prefix }).then(
    (journal) => journal.close().then(() => 'opened'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`it is ${String(error)}`);
  expect(error.message).not.toContain(SECRET);
  expect(error.message).not.toContain('\n');
  return error;
}

test('J6: of many that open an empty store at once one makes the identity, and all have it', async () => {
  const journals = await Promise.all(Array.from({ length: 8 }, () => store().open()));
  expect(new Set(journals.map(({ identity }) => identity)).size).toBe(1);
  expect(await journals[0]!.readAll(START, 10)).toHaveLength(1);
});

test('J6: a journal gets the given identity and time, and keeps them', async () => {
  const newId = () => '0f8fad5b-d9cb-469f-a165-70867728950e';
  const journal = await store().open({ newId, now: () => Date.UTC(2024, 1, 29) });
  expect(journal.identity).toBe(newId());
  expect(await journal.head()).toMatchObject({ stream: 'journal', recordedAt: '2024-02-29T00:00:00.000Z' });
  expect((await store().open()).identity).toBe(newId());
});

test('the old name of the scheme is taken, and what the driver takes', async () => {
  const url = store().double.url.replace('kurrentdb://', 'esdb://').replace('?', '/?');
  expect(await (await store().open({ url: `${url}&connectionName=x&keep-alive-interval=10000` })).head()).toBeDefined();
});

test.each([
  [`http://user:${SECRET}@127.0.0.1:2113`, 'begins with no kurrentdb:// or esdb://'],
  [`kurrentdb://user:${SECRET}@`, 'names no host'],
  [`kurrentdb://user:${SECRET}@x@127.0.0.1:2113`, 'has an @ in its user or password: write it as %40'],
  [`kurrentdb://user:${SECRET}@127.0.0.1:2113?tsl=false`, 'has an option that is none: tsl'],
  [`kurrentdb://user:${SECRET}@127.0.0.1:port?tls=false`, 'cannot be read'],
  [`kurrentdb://user:${SECRET}@127.0.0.1:2113?tls=perhaps`, 'cannot be read'],
  [`kurrentdb://user:${SECRET}@127.0.0.1:2113?throwOnAppendFailure=false`, 'throwOnAppendFailure is not to be set'],
])('an address that is none is refused: %s', async (url, why) => {
  expect((await refusal(url)).message).toContain(why);
});

test.each(['', 'Hermes', 'her.mes', 'hermes-state', 'hermes$'])("'%s' is no prefix", async (prefix) => {
  expect((await refusal(store().double.url, prefix)).message).toContain('is no prefix');
});

test('a server that is too old is refused with what it is and what is needed', async () => {
  const old = await startEventStoreDouble({ folder: path('old'), version: '21.10.9' });
  const { message } = await refusal(old.url);
  await old.kill();
  expect(message).toBe(`EventStoreDB at 127.0.0.1:${old.port} has version 21.10.9: Hermes needs 22.10 or later`);
});

test('a user without the right gets an error that says so', async () => {
  store().double.faults.deniesAccess = true;
  const error = await refusal(store().double.url.replace('//', `//user:${SECRET}@`));
  expect(error).not.toBeInstanceOf(StoreUnavailable);
  expect(error.message).toMatch(/^EventStoreDB at 127.0.0.1:\d+: the event store denies access: check user, password/);
});

test('a server that is not there is StoreUnavailable, a host that does not exist is an Error', async () => {
  const nobody = await refusal(`kurrentdb://user:${SECRET}@127.0.0.1:${await freePort()}?tls=false`);
  expect(nobody).toBeInstanceOf(StoreUnavailable);
  expect(nobody.message).toMatch(/no EventStoreDB at 127.0.0.1:\d+: .*ECONNREFUSED/);
  const unknown = await refusal(`kurrentdb://user:${SECRET}@no-such-host.invalid:2113?tls=false`);
  expect(unknown).not.toBeInstanceOf(StoreUnavailable);
  expect(unknown.message).toBe('EventStoreDB: there is no host of the name no-such-host.invalid:2113');
});

test('a stream that somebody began before the journal was made is refused as damaged', async () => {
  const client = KurrentDBClient.connectionString(store().double.url);
  await client.appendToStream('hermes.journal', jsonEvent({ type: 'Other', data: {} }));
  await client.dispose();
  expect((await refusal(store().double.url)).message).toContain('does not begin with the journal');
});
