/** Waiting for a quest of which another decision is not carried out yet (rule 22). */
import { questStream } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { createMemoryJournal, faultyJournal, ingestRig, wrapJournal } from '#testing';
import { defined, quest } from './testing-quests.js';

const ID = 1 as QuestId;

test('while it waits, a request reads what came since; the hosts are read to decide, and once where the quest stays busy', async () => {
  const { store, ingest: first, operator } = await defined();
  await first.embarkQuest(quest(['a', 'b']), operator);
  const base = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stream === 'host-a' ? 'failed' : undefined),
  });
  let whole = 0;
  const { ingest } = ingestRig(
    wrapJournal(base, {
      read: (all) => {
        whole += all.filter(({ stream, from }) => stream === questStream(ID) && from === 0).length;
        return base.read(all);
      },
    }),
  );
  const out = { hosts: ['a' as HostName], by: null, reason: null };
  expect(await ingest.removeQuestHosts(ID, out, operator)).toMatchObject({ value: { isRemoved: false } });
  whole = 0;
  expect(await ingest.addQuestHosts(ID, ['a' as HostName], operator)).toMatchObject({ problem: { code: 'conflict' } });
  expect(whole).toBe(1);
}, 20_000);
