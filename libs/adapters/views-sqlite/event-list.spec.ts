/** Events are on the disk before a host's document vouches for them: with a disk that is late, and with one that refuses. */
import type { LogSync } from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';
import { eventDoc, hostDoc, newGeneration, temporaryFolder } from '#testing';
import { openViews } from './open.js';
import type { SqliteViews } from './views.js';

const path = temporaryFolder();

/** A disk that answers when the test says so; the waiting calls, in their order. */
class SlowDisk {
  readonly waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  asked = 0;
  /** Whether it answers at once, for what a test is not about. */
  quick = false;

  readonly logSync = (file: string): LogSync => ({
    sync: () => {
      if (!file.includes('-events-')) return Promise.resolve();
      this.asked += 1;
      if (this.quick) return Promise.resolve();
      return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
    },
    close: () => Promise.resolve(),
  });

  async isAsked(times: number): Promise<void> {
    while (this.asked < times) await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((next) => setImmediate(next));
}

async function opened(disk: SlowDisk): Promise<SqliteViews> {
  return openViews(path('views.sqlite'), { logSync: disk.logSync });
}

test('a host is stored only when the events of its batch are on the disk', async () => {
  const disk = new SlowDisk();
  const views = await opened(disk);
  const generation = await newGeneration(views);
  const applied = views.writer.apply(generation, { events: [eventDoc()], hosts: [hostDoc()] });
  await disk.isAsked(1);
  // time enough for whatever does not wait
  for (let turns = 0; turns < 20; turns += 1) await turn();
  expect((await views.writer.load(generation, { hosts: [hostDoc().host] })).hosts).toEqual([]);
  disk.waiting[0]!.resolve();
  expect(await applied).toEqual({ conflicts: [] });
  expect((await views.writer.load(generation, { hosts: [hostDoc().host] })).hosts).toHaveLength(1);
  await views.close();
});

test('batches that come while the disk is busy share its next answer; known events ask for none', async () => {
  const disk = new SlowDisk();
  const views = await opened(disk);
  const generation = await newGeneration(views);
  const first = views.writer.apply(generation, { events: [eventDoc({ n: 0 })] });
  await disk.isAsked(1);
  const others = [1, 2, 3].map((n) => views.writer.apply(generation, { events: [eventDoc({ n })] }));
  disk.waiting[0]!.resolve();
  await first;
  await disk.isAsked(2);
  disk.waiting[1]!.resolve();
  await Promise.all(others);
  await views.writer.apply(generation, { events: [eventDoc({ n: 2 })] });
  expect(disk.asked).toBe(2);
  await views.close();
});

test('what an earlier process left is brought to the disk before anything vouches for it', async () => {
  const before = await opened(Object.assign(new SlowDisk(), { quick: true }));
  const generation = await newGeneration(before);
  await before.writer.apply(generation, { events: [eventDoc()] });
  await before.close();
  const disk = Object.assign(new SlowDisk(), { quick: true });
  const after = await opened(disk);
  await after.writer.apply(generation, { events: [eventDoc()], hosts: [hostDoc()] });
  expect(disk.asked).toBe(1);
  await after.close();
});

test('a disk that refuses once is not believed again: hosts are not stored, reads go on', async () => {
  const disk = new SlowDisk();
  const views = await opened(disk);
  const generation = await newGeneration(views);
  const batch = { events: [eventDoc()], hosts: [hostDoc()] };
  const applied = views.writer.apply(generation, batch);
  await disk.isAsked(1);
  disk.waiting[0]!.reject(new Error('EIO: i/o error, fdatasync'));
  await expect(applied).rejects.toThrow(/refused to keep .*EIO.*restart Hermes/);
  await expect(views.writer.apply(generation, batch)).rejects.toThrow(StoreUnavailable);
  expect(disk.asked).toBe(1);
  expect((await views.writer.load(generation, { hosts: [hostDoc().host] })).hosts).toEqual([]);
  expect(await views.reader.event(eventDoc().id)).toEqual(eventDoc());
  await views.close();
});
