/** The store as a process: killed and started again under load, and stopped for a while. Nothing acknowledged is lost, nothing is stored twice. */
import { jest } from '@jest/globals';
import { START, type NewEntry, type StoredEntry } from '#contracts';
import { StoreUnavailable, type Journal } from '#ports';
import { type EventStoreServer, newEntry, startEventStore, temporaryFolder, until } from '#testing';
import { openJournal } from './open.js';

jest.setTimeout(120_000);

const path = temporaryFolder();
const WRITERS = 24;
const ROUNDS = 12;
let server: EventStoreServer;
let journal: Journal;

beforeEach(async () => {
  server = await startEventStore({ folder: path('store') });
  const limits = { appendTimeoutMs: 10_000, readTimeoutMs: 10_000 };
  journal = await openJournal({ url: server.url, prefix: 'hermes', ...limits });
}, 60_000);

afterEach(async () => {
  await journal.close();
  await server.process.kill();
});

/** A sure append, as the law of the port has it: after `unknown` the stream's end is looked at, and what is missing is appended at the exact revision. */
async function sureAppend(stream: string, entry: NewEntry): Promise<void> {
  for (let expected = await endOf(stream); ; expected = await endOf(stream)) {
    if (expected.id === entry.id) return;
    const exact = expected.revision < 0 ? 'none' : expected.revision;
    const [outcome] = await journal.append([{ stream, expected: exact, entries: [entry] }]);
    if (outcome!.kind === 'appended') return;
    if (outcome!.kind === 'conflict' || outcome!.kind === 'too-large') throw new Error(JSON.stringify(outcome));
  }
}

async function endOf(stream: string): Promise<{ readonly revision: number; readonly id: string }> {
  for (;;) {
    try {
      const [[last] = []] = await journal.read([{ stream, direction: 'backwards', limit: 1 }]);
      return last ?? { revision: -1, id: '' };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

test('J1: killed and restarted three times under load', async () => {
  let acknowledged = 0;
  const written = new Map<string, string[]>();
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const stream = `host-${writer}`;
    const own: string[] = [];
    written.set(stream, own);
    for (let round = 0; round < ROUNDS; round += 1) {
      const entry = newEntry();
      await sureAppend(stream, entry);
      own.push(entry.id);
      acknowledged += 1;
    }
  });
  const total = WRITERS * ROUNDS;
  for (const share of [0.2, 0.5, 0.8]) {
    await until('that share is acknowledged', () => acknowledged >= total * share, { everyMs: 0, limitMs: 60_000 });
    await server.process.kill();
    await server.process.start();
  }
  await Promise.all(writers);
  const stored = new Map<string, string[]>();
  for (let after = START; ;) {
    const page: readonly StoredEntry[] = await journal.readAll(after, 1000);
    const last = page.at(-1);
    if (last === undefined) break;
    for (const { stream, id } of page) stored.set(stream, [...(stored.get(stream) ?? []), id]);
    after = last.position;
  }
  stored.delete('journal');
  expect(stored).toEqual(written);
});

test('J3: a process that is stopped is `unknown` within the limit, and goes on where it was', async () => {
  const impatient = await openJournal({ url: server.url, prefix: 'hermes', appendTimeoutMs: 500, readTimeoutMs: 500 });
  try {
    expect(await impatient.append([{ stream: 'host-a', expected: 'none', entries: [newEntry()] }])).toMatchObject([
      { kind: 'appended' },
    ]);
    server.process.pause();
    const entry = newEntry();
    expect(await impatient.append([{ stream: 'host-a', expected: 0, entries: [entry] }])).toMatchObject([
      { kind: 'unknown' },
    ]);
    await expect(impatient.head()).rejects.toThrow(StoreUnavailable);
    server.process.resume();
    await sureAppend('host-a', entry);
    const [stored] = await journal.read([{ stream: 'host-a', direction: 'forwards', limit: 10 }]);
    expect(stored!.map(({ id }) => id).slice(1)).toEqual([entry.id]);
  } finally {
    server.process.resume();
    await impatient.close();
  }
});
