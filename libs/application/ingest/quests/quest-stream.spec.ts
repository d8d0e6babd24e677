/** A quest’s stream is read in steps, between which others have their turn. */
import { QuestFold } from './quest-stream.js';
import { ID, into, scene } from './testing-adoptions.js';

test('reading it, there is a step for each listing of hosts and for each acceptance of labors', async () => {
  const { ingest, operator, quest: stream } = await scene('a', 'b');
  for (const name of ['a', 'b'])
    expect(await ingest.commandLabor(`${name}~0`, into(1), operator)).toMatchObject({ ok: true });
  const fold = new QuestFold(ID, undefined);
  expect([...fold.take(await stream(1))]).toHaveLength(3);
});
