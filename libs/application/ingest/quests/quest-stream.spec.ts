/** A quest’s stream is read in steps, between which others have their turn; of what was carried out the newest requests are kept. */
import { encodeEntry, questStream } from '#contracts';
import type { HostName, Instant, QuestEntry, TypeName } from '#domain';
import { createMemoryJournal, MemoryStore } from '#testing';
import { QuestFold, readQuest } from './quest-stream.js';
import { ID, into, scene } from './testing-adoptions.js';
import { quest } from './testing-quests.js';

test('reading it, there is a step for each listing of hosts and for each acceptance of labors', async () => {
  const { ingest, operator, quest: stream } = await scene('a', 'b');
  for (const name of ['a', 'b'])
    expect(await ingest.commandLabor(`${name}~0`, into(1), operator)).toMatchObject({ ok: true });
  const fold = new QuestFold(ID, undefined);
  expect([...fold.take(await stream(1))]).toHaveLength(3);
});

const SIGNED = { by: 'ann', recordedAt: '2026-01-01T00:00:00.000Z' as Instant };

function removal(request: string): readonly QuestEntry[] {
  const id = crypto.randomUUID();
  const hosts = ['a' as HostName];
  return [
    { kind: 'QuestRemovalAccepted', removal: id, request, reason: null, hosts, named: 0, ...SIGNED },
    { kind: 'QuestHostsRemoved', removal: id, ...SIGNED },
  ];
}

test('all removals of a request are kept, however many, and those of 200 requests', async () => {
  const { hosts: _, ...asked } = quest([]);
  const batch = crypto.randomUUID();
  const many = crypto.randomUUID();
  const begin: readonly QuestEntry[] = [
    { kind: 'QuestDrafted', quest: ID, ...asked, type: 'disk-full' as TypeName, ...SIGNED },
    { kind: 'QuestHostsAccepted', batch, hosts: 0, ...SIGNED },
  ];
  const ofOne = Array.from({ length: 250 }, () => removal(many)).flat();
  const ofOthers = (count: number) => Array.from({ length: count }, () => removal(crypto.randomUUID())).flat();
  const kept = async (...entries: readonly QuestEntry[]) => {
    const journal = createMemoryJournal({ store: new MemoryStore() });
    const encoded = [...begin, ...entries].map((entry) => encodeEntry(entry, crypto.randomUUID(), undefined));
    await journal.append([{ stream: questStream(ID), expected: 'none', entries: encoded }]);
    const { removals } = await readQuest(journal, ID);
    return [removals.filter(({ request }) => request === many).length, removals.length];
  };
  expect(await kept(...ofOne)).toEqual([250, 250]);
  expect(await kept(...ofOne, ...ofOthers(199))).toEqual([250, 449]);
  expect(await kept(...ofOne, ...ofOthers(201))).toEqual([0, 200]);
  // a request that is not done yet stays
  expect(await kept(...ofOne.slice(0, 2), ...ofOthers(199), ...ofOne.slice(2, 4))).toEqual([2, 201]);
});
