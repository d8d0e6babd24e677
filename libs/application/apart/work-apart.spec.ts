/** Work elsewhere ends as its thread says, and whatever that thread does, it ends. */
import { jest } from '@jest/globals';
import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { silentLog } from '../log.js';
import type { FromWork, ToWork } from './messages.js';
import { serveWork } from './serve-work.js';
import { WorkApart, type WorkThread } from './work-apart.js';

const never = new AbortController().signal;

/** A thread that `work` plays: it gets undefined first, and then each message. */
function thread(work: (send: (message: FromWork) => void, end: () => void, message?: ToWork) => void) {
  const { port1, port2 } = new MessageChannel();
  const counts = { terminated: 0 };
  const end = (): void => {
    port1.close();
  };
  const send = (message: FromWork): void => {
    port1.postMessage(message);
  };
  port1.on('message', (message: ToWork) => {
    work(send, end, message);
  });
  const opened: WorkThread = {
    port: port2,
    ended: once(port2, 'close'),
    terminate: () => {
      counts.terminated += 1;
      end();
    },
  };
  const open = (): WorkThread => {
    work(send, end);
    return opened;
  };
  return { open, counts };
}

const noted = (): void => undefined;

test('what it notes and logs comes in its order, before its end', async () => {
  const { open } = thread((send, end, message) => {
    if (message !== undefined) return;
    send({ kind: 'noted', note: 1 });
    send({ kind: 'log', level: 'info', message: 'x', fields: {} });
    send({ kind: 'done', result: 3 });
    end();
  });
  const seen: unknown[] = [];
  const log = { ...silentLog, info: (message: string) => seen.push(message) };
  const work = new WorkApart({ open, log, noted: (note) => seen.push(note) });
  expect(await work.run(never)).toBe(3);
  expect(seen).toEqual([1, 'x']);
});

test('a thread that ends without a word fails it; one that fails says why; a note that is not taken ends it', async () => {
  const ending = thread((_, end) => {
    end();
  });
  const work = (open: () => WorkThread, taken = noted) =>
    new WorkApart({ open, log: silentLog, noted: taken }).run(never);
  await expect(work(ending.open)).rejects.toThrow('has ended');
  const failing = thread((send, end) => {
    send({ kind: 'failed', failure: { kind: 'defect', message: 'a defect', stack: null } });
    end();
  });
  await expect(work(failing.open)).rejects.toThrow('a defect');
  const noting = thread((send, end, message) => {
    if (message === undefined) send({ kind: 'noted', note: 1 });
    else if (message.kind === 'stop') end();
  });
  const refuse = (): void => {
    throw new Error('not taken');
  };
  await expect(work(noting.open, refuse)).rejects.toThrow('not taken');
});

test('a thread that does not end is ended, also after its result; damage that it finds is handed on', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  const { open, counts } = thread((send, _, message) => {
    if (message !== undefined) return;
    send({ kind: 'damaged', store: 'journal', finding: 'x' });
    send({ kind: 'done', result: 3 });
  });
  const found: string[] = [];
  const opened = (): WorkThread => ({ ...open(), damaged: (store, finding) => found.push(`${store} ${finding}`) });
  const running = new WorkApart({ open: opened, log: silentLog, noted }).run(never);
  while (found.length === 0) await new Promise(setImmediate);
  for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  expect(counts.terminated).toBe(0);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(await running).toBe(3);
  expect([found, counts.terminated]).toEqual([['journal x'], 1]);
  jest.useRealTimers();
});

test('it is asked to stop; it gets its orders, and whether the lease is held', async () => {
  const got: ToWork[] = [];
  const { open, counts } = thread((send, end, message) => {
    if (message === undefined) {
      send({ kind: 'hold', number: 1 });
      return;
    }
    got.push(message);
    if (message.kind !== 'stop') return;
    send({ kind: 'done', result: undefined });
    end();
  });
  const stop = new AbortController();
  const lease = { hold: () => Promise.reject(new Error('away')) };
  const work = new WorkApart({ open, lease, log: silentLog, noted });
  work.order('first');
  const running = work.run(stop.signal);
  work.order('second');
  while (got.length < 3) await new Promise(setImmediate);
  stop.abort();
  expect(await running).toBeUndefined();
  expect(got).toEqual([
    { kind: 'order', order: 'first' },
    { kind: 'order', order: 'second' },
    { kind: 'held', number: 1, isHeld: undefined },
    { kind: 'stop' },
  ]);
  expect(counts.terminated).toBe(0);
});

test('both sides: orders that come before they are taken are not lost; a lease that nobody answers for is none', async () => {
  const { port1, port2 } = new MessageChannel();
  const orders: unknown[] = [];
  void serveWork<string>(port1, async ({ lease, noted: note, ordered }) => {
    expect(await lease.hold()).toBe(true);
    note('held');
    await new Promise((resolve) => setTimeout(resolve, 20));
    ordered((order) => orders.push(order));
    await expect(lease.hold()).rejects.toThrow('does not answer');
    return orders.length;
  });
  const opened = { port: port2, ended: once(port2, 'close'), terminate: () => undefined };
  const holds = [true, new Error('away')];
  const hold = async (): Promise<boolean> => {
    const next = holds.shift();
    if (next instanceof Error) throw next;
    return next === true;
  };
  const notes: string[] = [];
  const work = new WorkApart<string, number>({
    ...{ open: () => opened, log: silentLog, lease: { hold } },
    noted: (note) => notes.push(note),
  });
  work.order('one');
  expect(await work.run(never)).toBe(1);
  expect([notes, orders]).toEqual([['held'], ['one']]);
});
