/** What the double remembers, forgets, loses and holds up, as the real server was seen to do; the recorded exchanges are apart. */
import { appendFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import {
  AccessDeniedError,
  binaryEvent,
  KurrentDBClient,
  UnavailableError,
  type AppendStreamState,
} from '@kurrent/kurrentdb-client';
import { temporaryFolder } from '../temporary-folder.js';
import { startEventStoreDouble, type EventStoreDouble } from './index.js';

jest.setTimeout(60_000);

const path = temporaryFolder();
let double: EventStoreDouble;
let client: KurrentDBClient;

beforeEach(async () => {
  double = await startEventStoreDouble({ folder: path('store') });
  client = KurrentDBClient.connectionString(double.url);
});

afterEach(async () => {
  await client.dispose();
  await double.kill();
});

const data = new TextEncoder().encode('{}');
const eventsOf = (...ids: string[]) => ids.map((id) => binaryEvent({ id, type: 't', data }));

async function append(streamState: AppendStreamState, ...ids: string[]): Promise<number> {
  const { nextExpectedRevision } = await client.appendToStream('a', eventsOf(...ids), { streamState });
  return Number(nextExpectedRevision);
}

async function idsOf(stream: string, of = client): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { event } of of.readStream(stream)) ids.push(event!.id);
  return ids;
}

async function restart(): Promise<void> {
  await double.restart();
  await client.dispose();
  client = KurrentDBClient.connectionString(double.url);
}

test('a repeat with `any` is stored once while the id is remembered, and twice across a restart', async () => {
  const id = crypto.randomUUID();
  expect(await append('any', id)).toBe(0);
  expect(await append('any', id)).toBe(0);
  expect(await idsOf('a')).toEqual([id]);
  await restart();
  expect(await append('any', id)).toBe(1);
  expect(await idsOf('a')).toEqual([id, id]);
});

test('a repeat at the exact revision or with `no_stream` is stored once, also across a restart', async () => {
  const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
  await append('no_stream', one);
  await append(0n, two);
  await restart();
  expect(await append('no_stream', one)).toBe(0);
  expect(await append(0n, two)).toBe(1);
  expect(await idsOf('a')).toEqual([one, two]);
});

test('what was acknowledged is there after a kill; positions grow on; a last line that was cut short is dropped', async () => {
  const ids = Array.from({ length: 20 }, () => crypto.randomUUID());
  for (const id of ids) await append('any', id);
  const before = await client.appendToStream('b', eventsOf(crypto.randomUUID()));
  await double.kill();
  appendFileSync(path('store', 'events.log'), '{"stream":"a","revision":20,"createdMs":1,"posi');
  await restart();
  expect(await idsOf('a')).toEqual(ids);
  const after = await client.appendToStream('b', eventsOf(crypto.randomUUID()));
  expect(after.nextExpectedRevision).toBe(1n);
  expect(after.position!.commit > before.position!.commit).toBe(true);
});

test('ids that were deleted, appended again with `no_stream`, are acknowledged and not stored', async () => {
  const id = crypto.randomUUID();
  await append('no_stream', id);
  await client.deleteStream('a');
  expect(await append('no_stream', id)).toBe(0);
  await expect(idsOf('a')).rejects.toThrow();
});

test('an answer that is lost: the append is stored, its caller hears nothing, those after it are answered', async () => {
  const [lost, next] = [crypto.randomUUID(), crypto.randomUUID()];
  // the first appends of a client may overtake each other
  await append('any', crypto.randomUUID());
  double.faults.unanswered = 1;
  let answered = false;
  void append('any', lost).then(
    () => (answered = true),
    () => undefined,
  );
  expect(await append('any', next)).toBe(2);
  expect(answered).toBe(false);
  expect((await idsOf('a')).slice(1)).toEqual([lost, next]);
});

test('a stall holds appends and reads up, and ends with all of them done', async () => {
  await append('any', crypto.randomUUID());
  double.faults.stall();
  const settled: string[] = [];
  const appending = append('any', crypto.randomUUID()).then(() => settled.push('append'));
  const other = KurrentDBClient.connectionString(double.url);
  const reading = idsOf('a', other).then(({ length }) => settled.push(`read ${length}`));
  // time enough for many answers, were there any
  for (let turn = 0; turn < 100; turn += 1) await nextTurn();
  expect(settled).toEqual([]);
  double.faults.resume();
  await Promise.all([appending, reading]);
  expect(settled).toHaveLength(2);
});

test('a kill breaks calls in flight; a denied caller gets the error', async () => {
  await append('any', crypto.randomUUID());
  double.faults.deniesAccess = true;
  await expect(append('any', crypto.randomUUID())).rejects.toThrow(AccessDeniedError);
  await expect(idsOf('a')).rejects.toThrow(AccessDeniedError);
  double.faults.deniesAccess = false;
  double.faults.stall();
  const broken = expect(append('any', crypto.randomUUID())).rejects.toThrow(UnavailableError);
  await double.kill();
  await broken;
});
