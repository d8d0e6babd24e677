/** However many hosts a request names, others have their turn while they are read and checked. */
import { done, positionOf } from '#contracts';
import { MAX_QUEST_HOSTS, type QuestId } from '#domain';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { turnsOf } from '../../../libs/testing/turns.js';
import { IngestModule } from '../ingest.module.js';

const ingest = overFake(IngestModule, INGEST);

const names = (hosts: number): readonly string[] =>
  Array.from({ length: hosts }, (_, nth) => `web-${nth}.fra1.example.com`);
const QUEST = { type: 'disk-full', description: 'all' };

test('a million hosts as plain text, good or bad, and JSON of 7 MiB, hold up nobody', async () => {
  ingest.answer(done({ id: 7 as QuestId, hosts: 1, state: 'open', position: positionOf(1n) }));
  const text = names(MAX_QUEST_HOSTS);
  const shortNames = Array.from({ length: MAX_QUEST_HOSTS - 100 }, (_, nth) => nth.toString(36));
  const query = '/quests?type=disk-full&description=all';
  const cases: readonly (readonly [what: string, path: string, type: string, body: string, status: number])[] = [
    ['text', query, 'text/plain', text.join('\n'), 201],
    ['bad text', query, 'text/plain', text.join('-\n'), 422],
    ['too many lines', query, 'text/plain', '\n'.repeat(3 * MAX_QUEST_HOSTS), 413],
    ['JSON', '/quests', 'application/json', JSON.stringify({ ...QUEST, hosts: names(250_000) }), 201],
    ['JSON of short names', '/quests', 'application/json', JSON.stringify({ ...QUEST, hosts: shortNames }), 201],
    ['hosts to add', '/quests/7/hosts', 'application/json', JSON.stringify({ hosts: names(250_000) }), 201],
  ];
  for (const [what, path, type, body, status] of cases) {
    const turns = await turnsOf(async () => {
      expect((await ingest.send(path, { 'content-type': type }, body)).status).toBe(status);
    });
    expect([what, turns]).toEqual([what, 'in turns']);
  }
  expect(ingest.calls[0]?.[1]).toMatchObject({ hosts: text });
}, 120_000);
