/** R11: an ingest whose clock is apart from those of others says so, for as long as it is. */
import { CATALOGUE_STREAM, encodeEntry, START, type Position } from '#contracts';
import type { EventTypeId } from '#domain';
import { createMemoryJournal } from '#testing';
import { instantAt } from '../clock.js';
import { ClockWatch } from './clock-watch.js';

const NOON_MS = Date.parse('2026-01-31T12:00:00.000Z');

function rig() {
  const journal = createMemoryJournal();
  let nowMs = NOON_MS;
  let imported: Position = START;
  const watch = new ClockWatch({
    ...{
      journal,
      clock: { nowMs: () => nowMs },
      monotonicMs: () => nowMs,
      isImported: (position) => position <= imported,
    },
  });
  return {
    watch,
    /** Whatever stands there by then came with an import, which has ended. */
    imported: async () => void (imported = (await journal.head()).position),
    /** An entry of a process that has that clock. */
    append,
    /** And a look a second after the last one. */
    async appended(clockMs: number): Promise<string | null> {
      await append(clockMs);
      nowMs += 1000;
      await watch.look();
      return watch.notReady();
    },
    pass: (ms: number) => void (nowMs += ms),
    now: () => nowMs,
  };
  async function append(clockMs: number): Promise<void> {
    const entry = { kind: 'EventTypeRetired', id: 1 as EventTypeId, by: null, recordedAt: instantAt(clockMs) } as const;
    const entries = [encodeEntry(entry, crypto.randomUUID())];
    await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries }]);
  }
}

test('what others record within five seconds of this clock, or before it waited for the journal, is in order', async () => {
  const { appended, now } = rig();
  // the first look knows of nothing that came meanwhile
  expect(await appended(NOON_MS - 86_400_000)).toBeNull();
  for (const aheadMs of [0, 5900, -3000, -60_000]) expect(await appended(now() + aheadMs)).toBeNull();
});

test.each([
  ['an hour ahead', 3_600_000, 'is 3599 s ahead of'],
  ['seven seconds ahead', 7000, 'is 6 s ahead of'],
  ['an hour behind', -3_600_000, 'is 3600 s behind'],
])('one that is %s makes this process unready, until the clocks agree again', async (_how, apartMs, said) => {
  const { watch, appended, pass, now } = rig();
  await appended(now());
  expect(await appended(now() + apartMs)).toContain(`${said} this machine's clock`);
  // what is in order beside it says nothing of the stray one
  expect(await appended(now())).not.toBeNull();
  pass(61_000);
  expect(watch.notReady()).toBeNull();
});

test('what is imported was recorded by clocks of then, also where it has ended by the next look; and silence says nothing', async () => {
  const { watch, appended, append, imported, pass, now } = rig();
  await appended(now());
  await append(NOON_MS - 86_400_000);
  await imported();
  pass(1000);
  await watch.look();
  expect(watch.notReady()).toBeNull();
  pass(3_600_000);
  await watch.look();
  expect(watch.notReady()).toBeNull();
  // what comes behind it counts again
  expect(await appended(NOON_MS - 86_400_000)).not.toBeNull();
});
