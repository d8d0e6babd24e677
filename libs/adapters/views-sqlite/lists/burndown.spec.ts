/** Sums over a quest of many labors: few of them have a past, and of the others no document is read. */
import { positionOf } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import { closedLabor, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { openViews } from '../open.js';
import { Connections } from '../testing-connections.js';

const path = temporaryFolder();
const QUEST = 5 as QuestId;

test('of labors without a past no document is read', async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  const views = await openViews(file, { connect: connections.connect });
  const generation = await newGeneration(views);
  const labors = Array.from({ length: 1200 }, (_, n) => {
    const labor = laborDoc({ n, quest: QUEST, type: (n % 3 === 0 ? 'x-a' : 'x-b') as TypeName });
    return n % 2 === 0 ? closedLabor(labor, n + 500) : labor;
  });
  await views.writer.apply(generation, { labors });
  const upTo = closedLabor(laborDoc({ n: 0 }), 1100).closed!.position;
  const sums = async () =>
    Promise.all(
      [upTo, positionOf(2n ** 63n)].flatMap((last) => [
        views.reader.burndown(generation, { quest: QUEST, upTo: last, bucket: null }),
        views.reader.completions(generation, { quest: QUEST, upTo: last }),
      ]),
    );
  const before = await sums();
  connections.generation(generation).exec("UPDATE labors SET doc = ''");
  expect(await sums()).toEqual(before);
  const [burndown] = before;
  expect(burndown).toMatchObject({ forgetful: 0, span: expect.anything() as object });
  await views.close();
});
