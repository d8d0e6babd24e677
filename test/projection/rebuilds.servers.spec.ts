/** R5, R7: a rebuild beside the served generation over MongoDB: served by command, cancelled, rolled back. */
import { openMongoViews } from '#adapters/views-mongo';
import type { Projector } from '#application';
import type { HostName, QuestId } from '#domain';
import type { Views } from '#ports';
import { createMemoryJournal, laneServer, Play, until } from '#testing';
import {
  acceptQuest,
  append,
  appendHistory,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { comparedViews } from './testing-replays.js';

const LIMIT_MS = 120_000;
const opened: Views[] = [];

afterEach(async () => {
  await tidyUp();
  await Promise.all(opened.splice(0).map((views) => views.close()));
});

async function ends(projector: Projector, id: number, state: string): Promise<void> {
  const now = async (): Promise<string | undefined> =>
    (await projector.rebuilds.list()).find((job) => job.id === id)?.state;
  await until(`rebuild ${id} is ${state}`, async () => (await now()) === state, { limitMs: LIMIT_MS });
}

test(
  'R5, R7: served by command, cancelled and rolled back, the views are those of a clean fold, and nothing is left over',
  async () => {
    const journal = createMemoryJournal();
    await acceptQuest(journal, 1 as QuestId, ['h1' as HostName]);
    const play = new Play('x-required => x-done');
    for (let n = 0; n < 40; n += 1)
      play.event(n % 3 === 2 ? 'x-done' : 'x-required', { host: `h${n % 7}` as HostName });
    await appendHistory(journal, play.history);
    const late = play.history.steps.at(-1)!.entry;
    const views = await openMongoViews({
      url: laneServer('HERMES_TEST_MONGO'),
      prefix: `rebuilds-${crypto.randomUUID().slice(0, 8)}`,
      access: 'write',
      operationMs: LIMIT_MS,
    });
    opened.push(views);
    const projector = projectorOver(journal, views);
    await projector.prepare({ rebuild: false });
    await follow(projector);
    const before = await served(views);

    const first = await projector.rebuilds.begin();
    expect(first).toMatchObject({ ok: true, value: { id: 1 } });
    await ends(projector, 1, 'waiting');
    await projector.rebuilds.cancel('1');
    await ends(projector, 1, 'cancelled');
    expect((await views.control.generations()).map(({ number }) => number)).toEqual([before]);

    await projector.rebuilds.begin();
    await append(journal, late);
    await projector.rebuilds.activate('2');
    await ends(projector, 2, 'activated');
    expect(await served(views)).not.toBe(before);
    await append(journal, late);
    await projector.rebuilds.rollBack(String(before));
    await ends(projector, 3, 'activated');
    expect(await served(views)).toBe(before);
    await until('it is followed', async () => {
      await hearHead(projector, journal).catch(() => undefined);
      return projector.notReady() === null;
    });
    await settle(views);
    await stop(projector);
    const clean = await newViews();
    const other = projectorOver(journal, clean);
    await other.prepare({ rebuild: false });
    await follow(other);
    await settle(clean);
    expect(await comparedViews(views)).toEqual(await comparedViews(clean));
  },
  LIMIT_MS,
);
