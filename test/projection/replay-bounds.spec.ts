/** R2: what a replay holds in memory is bounded by what its entries make, too. */
import type { HostName, Instant, LaborId, QuestId } from '#domain';
import { createMemoryJournal, Play } from '#testing';
import { acceptQuest, append, appendHistory, tidyUp } from './rig.js';
import { replayed, type Replay } from './testing-replays.js';

afterEach(tidyUp);

const signed = { by: 'ann', recordedAt: '2026-01-02T00:00:00.000Z' as Instant };

test('R2: a host whose entries are few and make very much is not held in memory', async () => {
  const types = ['x-required', 'x-done'];
  const play = new Play('x-required => x-done');
  for (let n = 1; n < 40; n += 1) play.define(`${types[n % 2]} => ${types[(n + 1) % 2]} intermediate follows ${n}`);
  for (let n = 0; n < 100; n += 1) play.event('x-required');
  // each closes a hundred labors, and opens as many
  for (let n = 1; n < 40; n += 1) play.event(types[n % 2]!);
  play.event('x-required', { host: 'other' as HostName });
  const journal = createMemoryJournal();
  await appendHistory(journal, play.history);
  const [whole] = (await replayed(journal)).hosts;
  expect(whole!.labors.length).toBeGreaterThan(3000);
  const { hosts, large } = await replayed(journal, { limits: { hostEffects: 2000 } });
  expect(hosts.map(({ document }) => document.host)).toEqual(['other']);
  expect(large).toMatchObject([{ host: 'h', state: { revision: -1 }, behind: { state: 'behind' } }]);
});

test('R2: of a host that a quest adopts from again and again, one part is held', async () => {
  const journal = createMemoryJournal();
  const quest = 3 as QuestId;
  await acceptQuest(journal, quest, ['h' as HostName]);
  for (const labor of ['h~0', 'h~1', 'h~2', 'g~0', 'h~3']) {
    const [adoption, labors] = [crypto.randomUUID(), [labor as LaborId]];
    await append(journal, { kind: 'QuestLaborsAccepted', adoption, request: adoption, labors, ...signed }, quest);
  }
  // each entry is judged by itself
  const { quests } = await replayed(journal, { limits: { waitingCharacters: 0 } });
  const [{ parts }] = quests.filter(({ record }) => record.quest === quest) as [Replay['quests'][number]];
  expect(parts.map(({ host }) => host)).toEqual(['h', 'g']);
});
