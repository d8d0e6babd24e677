/** Many quests at once: a few of them are written at a time, and another holder's is not behind all of one's. */
import { createMemoryJournal, ingestRig, intercept } from '#testing';
import { quest } from './testing-quests.js';

const MANY = 40;

test('of many quests at once a few are on their way to the journal, and another holder’s is among the first', async () => {
  const journal = createMemoryJournal();
  const rig = ingestRig(journal);
  await rig.define();
  let [inFlight, most] = [0, 0];
  const drafted: boolean[] = [];
  intercept(journal, 'append', async (original, writes) => {
    const drafts = writes.flatMap(({ entries }) => entries.filter(({ type }) => type === 'QuestDrafted'));
    for (const { json } of drafts) drafted.push(json.includes('theirs'));
    inFlight += drafts.length;
    most = Math.max(most, inFlight);
    // as a store does: its answer is not there at once
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= drafts.length;
    return original(writes);
  });
  const heavy = { ...rig.operator, holder: 'token heavy' };
  const runs = Array.from({ length: MANY }, (_, nth) => rig.ingest.embarkQuest(quest([`web-${nth}`]), heavy));
  runs.push(rig.ingest.embarkQuest({ ...quest(['db-1']), description: 'theirs' }, { ...heavy, holder: 'token light' }));
  for (const outcome of await Promise.all(runs)) expect(outcome.ok).toBe(true);
  expect(drafted).toHaveLength(MANY + 1);
  expect(most).toBeLessThanOrEqual(16);
  expect(drafted.indexOf(true)).toBeLessThan(16);
});
