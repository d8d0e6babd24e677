/** How appends share commits, wait for them and are refused when too much waits; and who waits for them. */
import { copyFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Database, LogSync } from '#adapters/sqlite';
import { START } from '#contracts';
import { StoreUnavailable, type Journal, type StreamWrite, type WriteOutcome } from '#ports';
import { intercept, newEntry, streamWrite as write, temporaryFolder } from '#testing';
import { openSqliteJournal } from './index.js';
import type { JournalLimits, SqliteJournal } from './journal.js';

import { openJournal } from './open.js';

const path = temporaryFolder();
let file: string;
let database: Database;
let journal: SqliteJournal;

function open(limits: Partial<JournalLimits> = {}, log?: LogSync): void {
  file = path('journal.sqlite');
  database = new DatabaseSync(file);
  journal = openJournal({ file }, database, limits, log);
}

afterEach(() => journal.close());

const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);

async function lengthOf(stream: string, of: Journal = journal): Promise<number> {
  const [page] = await of.read([{ stream, direction: 'forwards', limit: of.maxReadEntries }]);
  return page!.length;
}

function writeOf(stream: string, json: string, count = 1): StreamWrite {
  return { stream, expected: 'any', entries: Array.from({ length: count }, () => newEntry(json)) };
}

/** Transactions since {@link open}. */
let commits: () => number;

function opened(limits?: Partial<JournalLimits>, log?: LogSync): void {
  open(limits, log);
  let count = 0;
  intercept(database, 'exec', (exec, sql) => {
    if (sql === 'COMMIT') count += 1;
    exec(sql);
  });
  commits = () => count;
}

/** As {@link opened}, over a disk that has answered the sync of opening already. */
function openedOver(disk: ReturnType<typeof heldDisk>, limits?: Partial<JournalLimits>): void {
  opened(limits, disk);
  disk.release();
}

/** A disk that answers when the test says so. It is asked once at opening. */
function heldDisk() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let asked = 0;
  return {
    sync: () =>
      new Promise<void>((resolve, reject) => {
        asked += 1;
        waiting.push({ resolve, reject });
      }),
    close: () => Promise.resolve(),
    async asked(times: number): Promise<void> {
      while (asked < times) await nextTurn();
    },
    release(error?: Error): void {
      for (const { resolve, reject } of waiting.splice(0)) {
        if (error === undefined) resolve();
        else reject(error);
      }
    },
  };
}

describe('commits', () => {
  test('appends that come together share one transaction', async () => {
    opened();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => journal.append([write(`host-${n % 50}`, 1)])),
    );
    expect(answers.every(([outcome]) => outcome!.kind === 'appended')).toBe(true);
    expect(commits()).toBe(1);
  });

  test('a commit takes no more than its limit, and the rest goes into the next ones, in order', async () => {
    opened({ maxCommitEntries: 10 });
    const outcomes = await journal.append(Array.from({ length: 35 }, () => write('host-a', 1)));
    expect(outcomes.map((outcome) => (outcome.kind === 'appended' ? outcome.firstRevision : outcome.kind))).toEqual(
      Array.from({ length: 35 }, (_, revision) => revision),
    );
    expect(commits()).toBe(4);
  });

  test('a commit holds the loop for some ten milliseconds at most: it has 500 entries, or one larger write alone', async () => {
    opened();
    await journal.append(Array.from({ length: 4000 }, (_, n) => write(`host-${n}`, 1)));
    expect(commits()).toBe(8);
    const writes = [write('host-a', 1), write('host-b', journal.maxAppendEntries), write('host-c', 1)];
    expect(kinds(await journal.append(writes))).toEqual(['appended', 'appended', 'appended']);
    expect(commits()).toBe(11);
    expect(journal.maxAppendEntries).toBeLessThan(2000);
  });

  test('J1: what was acknowledged is in the file, not in memory: a copy of file and log taken at once has it', async () => {
    opened();
    await journal.append([write('host-a', 3)]);
    await journal.writeState('relay', '7', 0);
    const copy = path('copy.sqlite');
    await copyFile(file, copy);
    await copyFile(`${file}-wal`, `${copy}-wal`);
    const again = await openSqliteJournal({ file: copy });
    expect(await lengthOf('host-a', again)).toBe(3);
    expect(await again.readState('relay')).toEqual({ value: '7', version: 1 });
    await again.close();
  });

  test('J1: an append is acknowledged when the log is on the disk, and nothing of it is shown before', async () => {
    const disk = heldDisk();
    openedOver(disk);
    const { position } = await journal.head();
    const subscription = journal.subscribe({ after: position, batchSize: 10, signal: new AbortController().signal });
    const settled: string[] = [];
    const record = (what: string) => () => settled.push(what);
    const all = [
      subscription[Symbol.asyncIterator]().next().then(record('subscription')),
      journal.append([write('host-a', 1)]).then(record('append')),
      journal.writeState('relay', '7', 0).then(record('state')),
    ];
    await disk.asked(2);
    expect(commits()).toBe(1);
    all.push(
      journal.head().then(record('head')),
      journal.read([{ stream: 'host-a', direction: 'forwards', limit: 1 }]).then(record('read')),
      journal.readAll(position, 1).then(record('readAll')),
      journal.entryAt(position).then(record('entryAt')),
      journal.readState('relay').then(record('readState')),
      journal.append([write('host-b', 1)]).then(record('next append')),
    );
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(settled).toEqual([]);
    expect(commits()).toBe(1);
    disk.release();
    await disk.asked(3);
    await Promise.all(all.slice(0, -1));
    expect(settled).not.toContain('next append');
    disk.release();
    await Promise.all(all);
  });

  test('J1: what an earlier process committed and did not sync is neither shown nor built upon before it is on the disk', async () => {
    open();
    await journal.append([write('host-a', 1)]);
    const killed = path('killed.sqlite');
    await copyFile(file, killed);
    await copyFile(`${file}-wal`, `${killed}-wal`);
    await journal.close();

    const disk = heldDisk();
    journal = openJournal({ file: killed }, new DatabaseSync(killed), {}, disk);
    const settled: string[] = [];
    const record = (what: string) => () => settled.push(what);
    const all = [
      journal.head().then(record('head')),
      journal.read([{ stream: 'host-a', direction: 'forwards', limit: 1 }]).then(record('read')),
      journal.readState('relay').then(record('state')),
      journal.append([write('host-a', 1)]).then(record('append')),
    ];
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    expect(settled).toEqual([]);
    disk.release();
    await disk.asked(2);
    disk.release();
    await Promise.all(all);
    expect(await lengthOf('host-a')).toBe(2);
  });

  test('J1: a disk that refuses the sync of opening shows nothing and takes nothing', async () => {
    const disk = heldDisk();
    opened({}, disk);
    const head = expect(journal.head()).rejects.toThrow(/refused to keep what was written/);
    disk.release(new Error('EIO: i/o error, fdatasync'));
    await head;
    expect(kinds(await journal.append([write('host-a', 1)]))).toEqual(['failed']);
  });

  test('J3: a disk that does not answer in time leaves the outcome unknown, and the writes queued behind it are refused', async () => {
    const disk = heldDisk();
    openedOver(disk, { timeoutMs: 20 });
    const first = journal.append([write('host-a', 1)]);
    await disk.asked(2);
    const second = journal.append([write('host-b', 1)]);
    const read = expect(journal.head()).rejects.toThrow(StoreUnavailable);
    expect(await first).toEqual([{ kind: 'unknown', reason: 'the disk did not answer within 20 ms' }]);
    await read;
    expect(kinds(await second)).toEqual(['failed']);
    disk.release();
    expect(await lengthOf('host-a')).toBe(1);
    expect(await lengthOf('host-b')).toBe(0);
    const third = journal.append([write('host-b', 1)]);
    await disk.asked(3);
    disk.release();
    expect(kinds(await third)).toEqual(['appended']);
  });

  test('J1: a disk that refuses once is not relied on again: the outcome is unknown, and all that follows is refused', async () => {
    const disk = heldDisk();
    openedOver(disk);
    const first = journal.append([write('host-a', 1)]);
    await disk.asked(2);
    disk.release(new Error('EIO: i/o error, fdatasync'));
    const reason = /refused to keep what was written \(EIO: .*\): restart Hermes/;
    expect(await first).toEqual([{ kind: 'unknown', reason: expect.stringMatching(reason) as unknown }]);
    await expect(journal.head()).rejects.toThrow(reason);
    expect(await journal.append([write('host-a', 1)])).toEqual([
      { kind: 'failed', reason: expect.stringMatching(reason) as unknown },
    ]);
    await journal.close();
  });

  test('J2: positions grow by one from the identity on, also after a transaction that was undone', async () => {
    opened();
    const first = (await journal.head()).position;
    const restore = intercept(database, 'exec', (exec, sql) => {
      if (sql === 'COMMIT') throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
      exec(sql);
    });
    expect(kinds(await journal.append([write('host-a', 5)]))).toEqual(['failed']);
    restore();
    expect(await journal.append([write('host-a', 2)])).toEqual([
      { kind: 'appended', firstRevision: 0, position: first + 2n },
    ]);
    expect(await journal.entryAt((first + 2n) as typeof first)).toMatchObject({ stream: 'host-a', revision: 1 });
  });

  test('J4: a page of small entries is as long as was asked for', async () => {
    open();
    await journal.append([write('host-a', 1500)]);
    for (const limit of [1, 99, 100, 101, 1000]) expect(await journal.readAll(START, limit)).toHaveLength(limit);
  });

  test('J4: a page that ends early for its size is followed by the rest', async () => {
    opened({ maxPageCharacters: 1000 });
    await journal.append([writeOf('host-a', JSON.stringify('x'.repeat(98)), 250)]);
    const sizes: number[] = [];
    let after = START;
    for (;;) {
      const page = await journal.readAll(after, 1000);
      if (page.length === 0) break;
      expect(page[0]!.position).toBe(after === START ? 1n : after + 1n);
      after = page.at(-1)!.position;
      sizes.push(page.length);
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBe(251);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(11);
  });
});

describe('the queue before the disk', () => {
  test('what finds no room is refused at once, with all that follows it in its call', async () => {
    opened({ maxWaitingEntries: 10 });
    const outcomes = await journal.append([write('a', 6), write('b', 6), write('c', 1)]);
    expect(kinds(outcomes)).toEqual(['appended', 'failed', 'failed']);
    expect(outcomes[1]).toMatchObject({ reason: 'too many writes are waiting for the disk' });
    expect(await lengthOf('b')).toBe(0);
  });

  test('bytes are bounded, too; a write larger than the queue is taken when nothing waits', async () => {
    opened({ maxWaitingBytes: 1000 });
    const long = JSON.stringify('x'.repeat(900));
    expect(kinds(await journal.append([writeOf('a', long, 2), write('b', 1)]))).toEqual(['appended', 'failed']);
    expect(kinds(await journal.append([writeOf('a', long), writeOf('b', long)]))).toEqual(['appended', 'failed']);
  });

  test('writes that store nothing take room, too', async () => {
    opened({ maxWaitingEntries: 10 });
    const outcomes = await journal.append(Array.from({ length: 12 }, () => write('a', 0)));
    expect(kinds(outcomes).filter((kind) => kind === 'failed')).toHaveLength(2);
  });

  test('J3: what waited for the disk too long is answered failed and not stored, the whole call alike', async () => {
    const disk = heldDisk();
    openedOver(disk, { timeoutMs: 20, maxCommitEntries: 1 });
    const appending = journal.append([write('a', 1), write('b', 1), write('c', 1)]);
    const failed = { kind: 'failed', reason: 'it waited for the disk longer than 20 ms' };
    expect(await appending).toEqual([{ kind: 'unknown', reason: expect.any(String) as string }, failed, failed]);
    disk.release();
    expect((await journal.readAll(START, 10)).length).toBe(2);
    const next = journal.append([write('a', 1)]);
    await disk.asked(3);
    disk.release();
    expect(kinds(await next)).toEqual(['appended']);
  });

  test('J3: time in which this process held its loop is not the disk’s: all is stored', async () => {
    const hold = (): void => {
      const untilMs = performance.now() + 60;
      while (performance.now() < untilMs);
    };
    // the answer is there when the loop comes round
    const sync = (): Promise<void> => {
      hold();
      return nextTurn();
    };
    opened({ timeoutMs: 50, maxCommitEntries: 1 }, { sync, close: () => Promise.resolve() });
    const appending = journal.append([write('a', 1), write('b', 1), write('c', 1)]);
    hold();
    expect(kinds(await appending)).toEqual(['appended', 'appended', 'appended']);
  });

  test('closing stores the queued writes, over several commits', async () => {
    opened({ maxCommitEntries: 2 });
    const appending = journal.append(Array.from({ length: 9 }, () => write('host-a', 1)));
    await Promise.all([journal.close(), journal.close()]);
    expect(kinds(await appending)).toEqual(Array(9).fill('appended'));
    expect(commits()).toBe(5);
    const again = await openSqliteJournal({ file });
    expect(await lengthOf('host-a', again)).toBe(9);
    await again.close();
  });
});

describe('subscriptions', () => {
  test('J5: many at the end are woken by one append, and hold nothing once they have ended', async () => {
    opened();
    const after = (await journal.head()).position;
    const ending = new AbortController();
    const waiting = Array.from({ length: 10 }, () => {
      const stream = journal.subscribe({ after, batchSize: 10, signal: ending.signal });
      return stream[Symbol.asyncIterator]();
    });
    const firsts = waiting.map((one) => one.next());
    await journal.append([write('host-a', 3)]);
    for (const first of await Promise.all(firsts)) expect(first.value).toHaveLength(3);
    const seconds = waiting.map((one) => one.next());
    ending.abort();
    for (const second of await Promise.all(seconds)) expect(second.done).toBe(true);
  });

  test('reading of many streams lets appends go on between', async () => {
    opened({ maxReadWork: 10 });
    await journal.append([write('host-a', 5)]);
    const order: string[] = [];
    const reads = Array.from({ length: 100 }, () => ({ stream: 'host-a', direction: 'forwards', limit: 5 }) as const);
    const reading = journal.read(reads).then((answers) => (order.push('read'), answers));
    await journal.append([write('host-b', 1)]).then(() => order.push('append'));
    expect((await reading).every((entries) => entries.length === 5)).toBe(true);
    expect(order).toEqual(['append', 'read']);
  });
});
