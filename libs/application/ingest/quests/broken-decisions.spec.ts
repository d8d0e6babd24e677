/** Rule 10: a decision that ends in an error is in nobody's way where it is surely not stored. */
import { CATALOGUE_STREAM, questStream } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable } from '#ports';
import { createMemoryJournal, ingestRig, wrapJournal } from '#testing';
import { defined, quest } from './testing-quests.js';

test('rule 10: a retirement that ends in an error after its last look, and is surely not stored, keeps no quest out', async () => {
  const { store, ingest, operator } = await defined();
  const base = createMemoryJournal({ store });
  let isAway = false;
  const journal = wrapJournal(base, {
    // another change of the catalogue came first, and it cannot be read what that was
    append: async (writes) => {
      if (writes[0]?.stream !== CATALOGUE_STREAM) return base.append(writes);
      isAway = true;
      return [{ kind: 'conflict' }] as never;
    },
    read: (reads) => (isAway ? Promise.reject(new StoreUnavailable('journal', 'by plan')) : base.read(reads)),
  });
  await expect(ingestRig(journal).ingest.moveFate('1', 'retire', operator)).rejects.toThrow('by plan');
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ ok: true, value: { state: 'open' } });
});

test('rule 10: one whose append broke may still be stored, and keeps quests out until that is forgotten', async () => {
  const { store, ingest, operator } = await defined();
  const base = createMemoryJournal({ store });
  const journal = wrapJournal(base, {
    append: (writes) =>
      writes[0]?.stream === CATALOGUE_STREAM ? Promise.reject(new Error('a defect')) : base.append(writes),
  });
  await expect(ingestRig(journal).ingest.moveFate('1', 'retire', operator)).rejects.toThrow('a defect');
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ problem: { code: 'store-unavailable' } });
}, 20_000);

test('rule 10: an acceptance whose append broke may still be stored, and keeps its type in use', async () => {
  const { store, operator } = await defined();
  const base = createMemoryJournal({ store });
  const journal = wrapJournal(base, {
    append: (writes) =>
      writes[0]?.stream === questStream(1 as QuestId) ? Promise.reject(new Error('a defect')) : base.append(writes),
  });
  const { ingest } = ingestRig(journal);
  await expect(ingest.embarkQuest(quest(['a']), operator)).rejects.toThrow('a defect');
  expect(await ingest.moveFate('1', 'retire', operator)).toMatchObject({ problem: { code: 'in-use' } });
}, 20_000);
