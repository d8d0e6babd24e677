/** R13: entries of a version are written once every live process reads it, and stay so; who is silent holds nobody up for long. */
import { CATALOGUE_STREAM, encodeEntry } from '#contracts';
import type { EventTypeId, Instant } from '#domain';
import type { Journal } from '#ports';
import { createMemoryJournal } from '#testing';
import { silentLog } from '../log.js';
import { EntriesVersion, SILENT_MS } from './entries-version.js';

const entry = encodeEntry(
  { kind: 'EventTypeRetired', id: 1 as EventTypeId, by: null, recordedAt: '2026-01-31T10:00:00.000Z' as Instant },
  '00000000-0000-8000-8000-000000000001',
);

async function written(): Promise<Journal> {
  const journal = createMemoryJournal();
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries: [entry] }]);
  return journal;
}

function rig(journal: Journal) {
  let nowMs = 1_000_000;
  const warned: string[] = [];
  const log = { ...silentLog, warn: (text: string) => void warned.push(text) };
  /** Of a build that reads up to this version. */
  const process = (owner: string, reads: number) =>
    new EntriesVersion({ journal, owner, reads, log, clock: { nowMs: () => nowMs }, monotonicMs: () => nowMs });
  /** Time passes, in which these are heard. */
  const pass = async (ms: number, ...alive: readonly EntriesVersion[]): Promise<void> => {
    for (let left = ms; left > 0; left -= 3000) {
      nowMs += Math.min(left, 3000);
      for (const each of alive) await each.join();
    }
  };
  /** Time in which the journal is away: nobody is heard. */
  const away = (ms: number): void => void (nowMs += ms);
  return { process, pass, away, warned };
}

test('a new journal begins at the version of the build that makes it', async () => {
  const { process } = rig(createMemoryJournal());
  const first = process('first', 7);
  await first.join();
  expect(first.status()).toMatchObject({ allowed: 7, reads: 7, readByAll: 7, processes: 1 });
  expect(await first.allows(7)).toBe(true);
  expect(await first.allows(8)).toBe(false);
});

test('one that was written before begins at the first version, which is raised once no other process was heard for a while', async () => {
  const { process, pass } = rig(await written());
  const only = process('only', 2);
  await only.join();
  expect(await only.allows(1)).toBe(true);
  await pass(SILENT_MS - 1, only);
  expect(await only.allows(2)).toBe(false);
  await pass(1, only);
  expect(await only.allows(2)).toBe(true);
});

test('it waits for the last process that reads less, also for one that comes meanwhile, and no longer', async () => {
  const { process, pass } = rig(await written());
  const [old, next] = [process('old', 1), process('next', 2)];
  await next.join();
  await pass(SILENT_MS - 1, next);
  await old.join();
  await pass(10 * SILENT_MS, old, next);
  expect(await next.allows(2)).toBe(false);
  expect(next.status()).toMatchObject({ allowed: 1, reads: 2, readByAll: 1, processes: 2 });
  await old.close();
  await pass(3000, next);
  expect(await next.allows(2)).toBe(true);
});

test('one that was killed holds it up until it was silent for a while, by no clock but that of the one who looks', async () => {
  const { process, pass } = rig(await written());
  const [killed, next] = [process('killed', 1), process('next', 2)];
  await killed.join();
  await next.join();
  await pass(SILENT_MS - 1, next);
  expect(await next.allows(2)).toBe(false);
  await pass(1, next);
  expect(next.status()).toMatchObject({ allowed: 2, processes: 1 });
});

test('while the journal is away nobody is silent: who cannot beat is not gone', async () => {
  const { process, pass, away } = rig(await written());
  const [old, next] = [process('old', 1), process('next', 2)];
  await old.join();
  await next.join();
  for (let outage = 0; outage < 2; outage += 1) {
    away(4 * SILENT_MS);
    // the first that is back is heard before the other
    await pass(3000, next, old);
    expect(next.status()).toMatchObject({ allowed: 1, processes: 2 });
  }
  // its last beat is seen by the first of these looks
  await pass(3000 + SILENT_MS, next);
  expect(next.status()).toMatchObject({ allowed: 2, processes: 1 });
});

test('it is never lowered: an earlier build that comes back logs a warning, and the version stays', async () => {
  const { process, pass, warned } = rig(await written());
  const [old, next] = [process('old', 1), process('next', 2)];
  await next.join();
  await pass(SILENT_MS, next);
  await old.join();
  await pass(3000, old, next);
  expect(next.status()).toMatchObject({ allowed: 2, reads: 2, readByAll: 1, processes: 2 });
  expect(warned).toEqual([expect.stringContaining('this build does not read')]);
});

test('a process that writes sees within a second that another one has raised it', async () => {
  const { process, pass } = rig(await written());
  const [writer, other] = [process('writer', 2), process('other', 2)];
  await writer.join();
  await other.join();
  expect(await writer.allows(2)).toBe(false);
  await pass(SILENT_MS, other);
  expect(await writer.allows(2)).toBe(true);
});

const ANN = { principal: 'ann' };
const NO_FORCE = { force: false };
const FORCE = { force: true };

test('held it stays where it is, however many read more, until the hold is released; who holds it is on record', async () => {
  const journal = await written();
  const { process, pass } = rig(journal);
  const [one, next] = [process('one', 2), process('next', 2)];
  await one.join();
  const { hold } = await one.hold(ANN);
  expect(hold).toEqual({ by: 'ann', at: '1970-01-01T00:16:40.000Z' });
  await pass(3000, one);
  // the first one is on record, also of a process that starts
  expect((await one.hold({ principal: 'bob' })).hold).toEqual(hold);
  await next.join();
  expect(next.status().hold).toEqual(hold);
  await pass(4 * SILENT_MS, one, next);
  expect(await next.allows(2)).toBe(false);
  expect(await next.raise(ANN, FORCE)).toMatchObject({
    problem: { code: 'conflict', detail: expect.stringContaining('by ann') as unknown },
  });
  expect((await next.release(ANN)).hold).toBeNull();
  expect((await next.release(ANN)).hold).toBeNull();
  await pass(3000, one, next);
  expect(await one.look()).toMatchObject({ allowed: 2, hold: null, raised: null });
});

test('raised by command it is allowed at once; again it is answered as it stands, and never lowered', async () => {
  const { process } = rig(await written());
  const [one, next] = [process('one', 3), process('next', 3)];
  await one.join();
  await next.join();
  expect(await next.allows(3)).toBe(false);
  const outcome = await next.raise(ANN, NO_FORCE);
  const raised = { by: 'ann', at: '1970-01-01T00:16:40.000Z', to: 3, forced: false };
  expect(outcome).toMatchObject({ ok: true, value: { allowed: 3, raised } });
  expect(await next.allows(3)).toBe(true);
  expect(await one.raise({ principal: null }, FORCE)).toMatchObject({ ok: true, value: { allowed: 3, raised } });
  const old = process('old', 2);
  await old.join();
  expect(await old.raise(ANN, FORCE)).toMatchObject({ ok: true, value: { allowed: 3, raised } });
});

test('where a process lives that does not read as much the raise is refused, unless it is forced', async () => {
  const { process, pass, warned } = rig(await written());
  const [old, next] = [process('old', 1), process('next', 2)];
  await old.join();
  await next.join();
  expect(await next.raise(ANN, NO_FORCE)).toMatchObject({
    problem: {
      code: 'conflict',
      detail: expect.stringContaining('a process that lives reads entries up to version 1 only') as unknown,
    },
  });
  expect(await next.look()).toMatchObject({ allowed: 1, raised: null });
  expect(await next.raise(ANN, FORCE)).toMatchObject({ value: { allowed: 2, raised: { to: 2, forced: true } } });
  await pass(3000, old);
  expect(warned).toHaveLength(1);
});

test('what a later build has put into the state stays there', async () => {
  const journal = await written();
  const { process, pass } = rig(journal);
  const state = { allowed: 1, processes: [], later: 'x' };
  expect(await journal.writeState('entries-version', JSON.stringify(state), 0)).toBe('written');
  const one = process('one', 2);
  await one.join();
  await one.hold(ANN);
  await pass(2 * SILENT_MS, one);
  await one.close();
  expect(JSON.parse((await journal.readState('entries-version'))?.value ?? '')).toMatchObject({
    later: 'x',
    allowed: 1,
  });
});
