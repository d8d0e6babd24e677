/** R13: an entry that is not allowed yet is refused before anything of its write is stored. */
import { encodeEntry, ENTRIES_VERSION, hostStream, type NewEntry } from '#contracts';
import type { EventTypeId, HostName, Instant } from '#domain';
import { createMemoryJournal } from '#testing';
import { allowedEntriesJournal } from './allowed-entries.js';

const entry: NewEntry = encodeEntry(
  { kind: 'EventTypeRetired', id: 1 as EventTypeId, by: null, recordedAt: '2026-01-31T10:00:00.000Z' as Instant },
  '00000000-0000-8000-8000-000000000001',
);

test('what is not allowed yet is not stored, nor what is to stand behind it in its stream; the rest is', async () => {
  const journal = createMemoryJournal();
  // this build's version is asked for first
  let asked = 0;
  const allows = (version: number) => Promise.resolve(asked++ > 0 && version <= ENTRIES_VERSION);
  const gated = allowedEntriesJournal(journal, { allows });
  const known = { ...entry, id: '00000000-0000-8000-8000-000000000002' };
  const unknown = { ...entry, version: 99 };
  const [a, b] = [hostStream('a' as HostName), hostStream('b' as HostName)];
  const write = (stream: string, each: NewEntry) => ({ stream, expected: 'any' as const, entries: [each] });
  const outcomes = await gated.append([write(b, known), write(a, unknown), write(a, known)]);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'failed', 'failed']);
  const [inA = [], inB = []] = await journal.read([
    { stream: a, direction: 'forwards', limit: 9 },
    { stream: b, direction: 'forwards', limit: 9 },
  ]);
  expect([inA.length, inB.length]).toEqual([0, 1]);
});
