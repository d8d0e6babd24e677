/** The catalogue over time: as of any place, read no more than needed, and known up to what cannot be read. */
import { jest } from '@jest/globals';
import { CATALOGUE_STREAM, encodeEntry, type NewEntry, type Position } from '#contracts';
import type { CatalogueEntry, EventTypeId, Instant } from '#domain';
import { countingJournal, createMemoryJournal } from '#testing';
import type { Journal } from '#ports';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import { CatalogueTimeline } from './timeline.js';

function defined(id: number): CatalogueEntry {
  return {
    ...{ kind: 'EventTypeDefined', id: id as EventTypeId, category: 'type', state: `s${id}`, description: null },
    ...{ restricted: false, by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant },
  };
}

async function append(journal: Journal, entry: NewEntry): Promise<Position> {
  const [outcome] = await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries: [entry] }]);
  if (outcome?.kind !== 'appended') throw new Error('not appended');
  return outcome.position;
}

function define(journal: Journal, id: number): Promise<Position> {
  return append(journal, encodeEntry(defined(id), crypto.randomUUID()));
}

function unreadable(journal: Journal): Promise<Position> {
  return append(journal, { ...encodeEntry(defined(99), crypto.randomUUID()), version: 999 });
}

test('rule 8, P1: as of a place it is all entries before that place, in whatever order places are asked for', async () => {
  const journal = createMemoryJournal();
  const timeline = new CatalogueTimeline(journal);
  const positions: Position[] = [];
  for (let id = 1; id <= 30; id += 1) positions.push(await define(journal, id));
  const asked = [29, 3, 17, 0, 28, 17, 4, 29, 1, 22, 9, 11, 13, 15, 2];
  for (const index of asked) {
    const position = positions[index];
    if (position === undefined) throw new Error('no such place');
    expect((await timeline.asOf(position)).revision).toBe(index);
    expect((await timeline.asOf((position + 1n) as Position)).revision).toBe(index + 1);
  }
  expect(timeline.latest).toMatchObject({ catalogue: { revision: 30 }, position: positions.at(-1) });
});

test('P1: with a known revision that is loaded nothing is read; without one the stream is read to its end', async () => {
  const journal = countingJournal(createMemoryJournal());
  const timeline = new CatalogueTimeline(journal);
  const position = await define(journal, 1);
  await timeline.asOf(position, 1);
  const { read } = journal.calls;
  await timeline.asOf(position, 1);
  await timeline.asOf((position + 1n) as Position, 0);
  expect(journal.calls.read).toBe(read);
  await define(journal, 2);
  expect((await timeline.asOf((await journal.head()).position)).revision).toBe(1);
  expect(timeline.latest.catalogue.revision).toBe(2);
});

test('a read sees what was there when it was asked for, also while an earlier one is in flight', async () => {
  const journal = createMemoryJournal();
  const timeline = new CatalogueTimeline(journal);
  const early = timeline.refresh();
  await define(journal, 1);
  const [, late] = await Promise.all([early, timeline.refresh()]);
  expect(late.catalogue.revision).toBe(1);
});

test('P4: what stands before an entry that cannot be read is known, places before it can be asked for, and none behind', async () => {
  const journal = createMemoryJournal();
  const timeline = new CatalogueTimeline(journal);
  const first = await define(journal, 1);
  const bad = await unreadable(journal);
  const behind = await define(journal, 2);
  await expect(timeline.refresh()).rejects.toThrow(StreamUnreadable);
  expect(timeline.latest.catalogue.revision).toBe(1);
  expect((await timeline.asOf(first)).revision).toBe(0);
  expect((await timeline.asOf(bad)).revision).toBe(1);
  await expect(timeline.asOf(behind)).rejects.toThrow('cannot be read');
  expect(await timeline.refreshReadable()).toBeInstanceOf(StreamUnreadable);
});

test('an entry is found by its UUID in one look-up: each command asks for its own, which is not there as a rule', async () => {
  const journal = createMemoryJournal();
  const timeline = new CatalogueTimeline(journal);
  for (let id = 1; id <= 30; id += 1) await define(journal, id);
  const { position } = await timeline.refresh();
  const id = timeline.lastEntryId;
  if (id === undefined) throw new Error('nothing was read');
  const walks = jest.spyOn(Array.prototype, 'findLast');
  expect([timeline.positionOf(id), timeline.positionOf(crypto.randomUUID())]).toEqual([position, undefined]);
  expect([timeline.principalOf(id), timeline.principalOf(crypto.randomUUID())]).toEqual([null, null]);
  const looks = walks.mock.calls.length;
  walks.mockRestore();
  expect(looks).toBe(0);
});
