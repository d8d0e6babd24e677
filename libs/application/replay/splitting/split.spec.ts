/** R2: the journal cut by streams into files: whole, within limits, of disk and memory, and found again by the next process. */
import { access, readdir, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { streamKind, type NewEntry, type Position, type StoredEntry } from '#contracts';
import type { Instant } from '#domain';
import { createMemoryJournal, MemoryStore, temporaryFolder } from '#testing';
import { mostInATurn } from '../../../testing/turns.js';
import { nodeDisk, SplitDiskFull, type SplitDisk } from './disk.js';
import { openSplit, split, type SplitParts, type SplitStatus } from './split.js';
import type { SplitFile } from './splitter.js';
import type { StoredSplit } from './stored-split.js';

const path = temporaryFolder();
const never = new AbortController().signal;
const STREAMS = ['host-a', 'host-b.example', 'host-c-1', 'host-d', 'quest-1', 'quest-20', 'catalogue', 'names'];
const IGNORED = ['operation-00000000-0000-4000-8000-000000000001', 'later-7'];

const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => text.replaceAll('\0', '0'));
const entries = fc.record(
  {
    id: fc.uuid(),
    type: texts,
    version: fc.integer({ min: 1, max: 9 }),
    recordedAt: fc.constant('2024-05-06T07:08:09.123Z' as Instant),
    json: fc.jsonValue({ maxDepth: 1 }).map((data) => JSON.stringify({ data }, null, 1)),
    trace: texts,
    principal: texts,
  },
  { requiredKeys: ['id', 'type', 'version', 'recordedAt', 'json'] },
) as fc.Arbitrary<NewEntry>;
const journals = fc.array(fc.tuple(fc.constantFrom(...STREAMS, ...IGNORED), entries), { maxLength: 60 });

function entryOf(n: number, data: object = {}): NewEntry {
  const recordedAt = '2024-05-06T07:08:09.123Z' as Instant;
  return { id: `id-${n}`, type: 'EventLogged', version: 1, recordedAt, json: JSON.stringify({ n, ...data }) };
}

/** A journal of `count` entries over `hosts` hosts. */
function journalOf(count: number, hosts: number, data: object = {}) {
  const store = new MemoryStore();
  const journal = createMemoryJournal({ store });
  for (let n = 0; n < count; n += 1) store.push(`host-${n % hosts}`, entryOf(n, data));
  return { store, journal };
}

async function partsOf(
  { store, journal }: ReturnType<typeof journalOf>,
  more: Partial<SplitParts> = {},
): Promise<SplitParts> {
  return { journal, folder: path('split'), to: store.entries.at(-1)!.position, ...more };
}

async function read(of: StoredSplit, file: SplitFile): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = [];
  for await (const page of of.pages(file)) all.push(...page);
  expect(all).toHaveLength(file.entries);
  return all;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

test('R2: each stream is wholly in one file, in the order of the journal, up to the last place, whatever the sizes', async () => {
  await fc.assert(
    fc.asyncProperty(
      journals,
      fc.nat(),
      fc.integer({ min: 1, max: 4000 }),
      fc.integer({ min: 1, max: 4000 }),
      async (written, end, bucketBytes, segmentBytes) => {
        const store = new MemoryStore();
        const journal = createMemoryJournal({ store });
        for (const [stream, entry] of written) store.push(stream, entry);
        const to = store.entries[end % store.entries.length]!.position;
        const cut = await split({ journal, folder: path('any'), to, bucketBytes, segmentBytes }, never);

        const expected = store.entries.filter(({ position }) => position <= to);
        const ofKind = (kind: string) => expected.filter(({ stream }) => streamKind(stream).kind === kind);
        const { content } = cut;
        expect(content.entries).toBe(expected.length);
        expect(await read(cut, content.quests)).toEqual(ofKind('quest'));
        expect(await read(cut, content.catalogue)).toEqual(ofKind('catalogue'));
        expect(await read(cut, content.names)).toEqual(ofKind('names'));
        const buckets = await Promise.all(content.buckets.map((bucket) => read(cut, bucket)));
        const found = buckets.flat().sort((a, b) => (a.position < b.position ? -1 : 1));
        expect(found).toEqual(ofKind('host'));
        const homes = new Map<string, number>();
        for (const [index, bucket] of buckets.entries()) {
          const places = bucket.map(({ position }) => position);
          expect(places).toEqual([...places].sort((a, b) => (a < b ? -1 : 1)));
          const streams = new Set(bucket.map(({ stream }) => stream));
          if (content.buckets[index]!.bytes > bucketBytes) expect(streams.size).toBe(1);
          for (const stream of streams) expect(homes.get(stream) ?? index).toBe(index);
          for (const stream of streams) homes.set(stream, index);
        }
      },
    ),
  );
});

test('a split that was finished is found again, for the same journal and place only; a file may be given back before', async () => {
  const bench = journalOf(3000, 50);
  const parts = await partsOf(bench, { bucketBytes: 40_000 });
  expect(await openSplit(parts)).toBeUndefined();
  const made = await split(parts, never);
  expect(made.content.buckets.length).toBeGreaterThan(5);
  const again = (await openSplit(parts))!;
  expect(again.content).toEqual(made.content);
  const [first, second] = made.content.buckets as [SplitFile, SplitFile];
  expect(await read(again, second)).toEqual(await read(made, second));
  await again.giveBack(first);
  expect(await exists(path('split', first.name))).toBe(false);
  expect((await openSplit(parts))?.content).toEqual(made.content);

  expect(await openSplit({ ...parts, to: bench.store.entries.at(-2)!.position })).toBeUndefined();
  expect(await openSplit({ ...parts, journal: createMemoryJournal() })).toBeUndefined();
  await again.remove();
  expect(await exists(path('split'))).toBe(false);
  expect(await openSplit(parts)).toBeUndefined();
});

test('a half split is never taken for a whole: killed at any write, the next one begins with an empty folder', async () => {
  const parts = await partsOf(journalOf(300, 20), { bucketBytes: 4000, segmentBytes: 10_000 });
  let calls = 0;
  const counting: SplitDisk = { ...nodeDisk, ...eachCalled(() => (calls += 1)) };
  const whole = (await split({ ...parts, disk: counting }, never)).content;
  expect(calls).toBeGreaterThan(20);
  for (let last = 0; last < calls; last += 1) {
    let done = 0;
    const killed = new Promise<never>(() => undefined);
    let dies = (): void => undefined;
    const dead = new Promise<void>((resolve) => (dies = resolve));
    // from then on nothing happens any more
    const dying = eachCalled(() => {
      done += 1;
      if (done <= last) return undefined;
      dies();
      return killed;
    });
    void split({ ...parts, disk: { ...nodeDisk, ...dying } }, never);
    await dead;
    if (last < calls) expect(await openSplit(parts)).toBeUndefined();
    await writeFile(path('split', 'hosts-0-of-1'), 'left by the dead').catch(() => undefined);
  }
  const after = await split(parts, never);
  expect(after.content).toEqual(whole);
  const names = [...whole.buckets.map(({ name }) => name), 'manifest.json'];
  expect((await readdir(path('split'))).sort()).toEqual(names.sort());
});

test('a disk without enough room is reported before anything is written, with what is needed', async () => {
  const parts = await partsOf(journalOf(30_000, 100));
  const appended: string[] = [];
  const small: SplitDisk = {
    ...nodeDisk,
    append: async (file) => void appended.push(file),
    freeBytes: () => Promise.resolve(258 * 2 ** 20),
  };
  const failing = split({ ...parts, disk: small }, never);
  await expect(failing).rejects.toThrow(SplitDiskFull);
  await expect(failing).rejects.toThrow(
    /^replaying the journal needs about \d+ MB more in .*split, and 271 MB are free there$/,
  );
  expect(appended).toEqual([]);
  expect(await exists(path('split'))).toBe(false);
});

test('a disk that is full meanwhile is reported, and nothing is left there', async () => {
  const parts = await partsOf(journalOf(3000, 50), { bucketBytes: 20_000, segmentBytes: 50_000 });
  for (const nth of [1, 7, 20]) {
    let calls = 0;
    const full: SplitDisk = {
      ...nodeDisk,
      append: async (file, bytes) => {
        calls += 1;
        if (calls >= nth) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        await nodeDisk.append(file, bytes);
      },
    };
    await expect(split({ ...parts, disk: full }, never)).rejects.toThrow(
      /^the disk of .*split is full: make room there$/,
    );
    expect(calls).toBeGreaterThanOrEqual(nth);
    expect(await exists(path('split'))).toBe(false);
  }
});

test('it ends when it is aborted, and leaves nothing', async () => {
  const parts = await partsOf(journalOf(5000, 50));
  const abort = new AbortController();
  const moved = ({ entries: done }: SplitStatus): void => {
    if (done >= 2000) abort.abort();
  };
  await expect(split({ ...parts, moved }, abort.signal)).rejects.toThrow('aborted');
  expect(await exists(path('split'))).toBe(false);
});

test('it says how far it is and how large it will be, from its first page on', async () => {
  const seen: SplitStatus[] = [];
  const moved = (status: SplitStatus): void => void seen.push(status);
  const parts = await partsOf(journalOf(30_000, 100), { moved });
  const { content } = await split(parts, never);
  const bytes = content.buckets.reduce((sum, each) => sum + each.bytes, 0);
  expect(seen.at(-1)).toEqual({ entries: 30_001, position: parts.to, bytes, expectedBytes: bytes });
  expect(seen[0]!.entries).toBe(1000);
  for (const { expectedBytes } of seen) expect(Math.abs(expectedBytes / bytes - 1)).toBeLessThan(0.1);
});

test('a file that is not as it was written is no answer', async () => {
  const parts = await partsOf(journalOf(300, 1));
  const cut = await split(parts, never);
  const [bucket] = cut.content.buckets as [SplitFile];
  const file = path('split', bucket.name);
  await truncate(file, bucket.bytes - 1);
  await expect(read(cut, bucket)).rejects.toThrow('is damaged: the journal must be split again');
  await writeFile(file, Buffer.alloc(bucket.bytes, 0xff));
  await expect(read(cut, bucket)).rejects.toThrow('is damaged: the journal must be split again');
  await writeFile(file, Buffer.alloc(bucket.bytes));
  await expect(read(cut, bucket)).rejects.toThrow('is damaged');
});

test('a journal that ends before the place is another one', async () => {
  const bench = journalOf(10, 2);
  const parts = await partsOf(bench, { to: (bench.store.entries.at(-1)!.position + 1n) as Position });
  await expect(split(parts, never)).rejects.toThrow('the journal holds nothing at position');
});

test('memory and open files are bounded: few writes are in flight, of a segment at most; others have their turns', async () => {
  const bench = journalOf(20_000, 300, { note: 'x'.repeat(300) });
  let [open, mostOpen, held, mostHeld] = [0, 0, 0, 0];
  const watched: SplitDisk = {
    ...nodeDisk,
    append: async (file, bytes) => {
      open += 1;
      held += bytes.length;
      [mostOpen, mostHeld] = [Math.max(mostOpen, open), Math.max(mostHeld, held)];
      await nodeDisk.append(file, bytes);
      open -= 1;
      held -= bytes.length;
    },
  };
  const segmentBytes = 200_000;
  let done = 0;
  const moved = ({ entries: count }: SplitStatus): void => void (done = count);
  const parts = await partsOf(bench, { bucketBytes: 300_000, segmentBytes, disk: watched, moved });
  const most = await mostInATurn(
    () => done,
    () => split(parts, never),
  );
  expect(most).toBeLessThanOrEqual(1000);
  expect(mostOpen).toBeLessThanOrEqual(4);
  expect(mostHeld).toBeLessThanOrEqual(segmentBytes);
});

/** Calls `before` ahead of each change of the disk, and waits for what it answers. */
function eachCalled(before: () => unknown): Pick<SplitDisk, 'append' | 'sync' | 'put'> {
  return {
    append: async (...call) => {
      await before();
      await nodeDisk.append(...call);
    },
    sync: async (...call) => {
      await before();
      await nodeDisk.sync(...call);
    },
    put: async (...call) => {
      await before();
      await nodeDisk.put(...call);
    },
  };
}
