/** Over a journal that brings few entries at once, since they are large, ingest finds the same as ever. */
import type { QuestId } from '#domain';
import { createMemoryJournal, ingestRig, report } from '#testing';
import { names, quest } from './quests/testing-quests.js';

const reports = (note: string) =>
  Array.from({ length: 210 }, (_, nth) => report(`host-${nth % 7}`, { key: `k${nth}`, note }));

test('rule 24: repeats are found, and compared with their first ones', async () => {
  const journal = createMemoryJournal({ maxReadCharacters: 400 });
  const rig = ingestRig(journal);
  await rig.define();
  expect(await rig.ingest.logEvents(reports('one'), rig.reporter)).toMatchObject({ value: { accepted: 210 } });
  // another process knows nothing of the hosts
  const other = ingestRig(journal);
  expect(await other.ingest.logEvents(reports('two'), other.reporter)).toMatchObject({
    value: { accepted: 0, duplicates: 210, differing: 210 },
  });
});

test('rule 22: a quest is read to its end', async () => {
  const journal = createMemoryJournal({ maxReadCharacters: 40 });
  const rig = ingestRig(journal);
  await rig.define();
  const embarked = await rig.ingest.embarkQuest(quest(names(30)), rig.operator);
  expect(embarked).toMatchObject({ ok: true });
  const id = 1 as QuestId;
  for (const description of names(60)) {
    expect(await rig.ingest.amendQuest(id, { description }, rig.operator)).toMatchObject({ ok: true });
  }
  const other = ingestRig(journal);
  expect(await other.ingest.amendQuest(id, { description: 'h59' }, other.operator)).toMatchObject({
    value: { quest: { description: 'h59' } },
  });
});
