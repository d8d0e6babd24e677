/** The last pages of a rebuild, where entries come meanwhile and the lease moves: followers of the generation miss nothing. */
import { DOCUMENTS_VERSION, positionOf } from '#contracts';
import type { HostName } from '#domain';
import { wrapJournal } from '#ports';
import { createMemoryJournal, joinAlone, Play, until } from '#testing';
import { append, appendHistory, follow, newViews, PARTITIONS, projectorOver, served, tidyUp } from './rig.js';

afterEach(tidyUp);

function playOf(host: string): Play {
  const play = new Play('x-required => x-done');
  play.event('x-required', { host: host as HostName });
  return play;
}

test('what entries change is published that came after a rebuild began: another process may have served it meanwhile', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, playOf('early').history);
  const late = playOf('late').history.steps.at(-1)!.entry;
  let isLate = false;
  const journal = wrapJournal(plain, {
    // in pages of one entry
    readAll: async (after, limit) => {
      if (!isLate) await append(plain, late);
      isLate = true;
      return plain.readAll(after, Math.min(limit, 1));
    },
  });
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  const changed = await views.reader.changedLabors(await served(views), { seenAt: positionOf(0n), after: null }, 10);
  expect(changed.map(({ id }) => id)).toEqual(['late~0']);
});

test('who has lost the lease by the last page does not serve', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, playOf('early').history);
  let nowMs = 0;
  const journal = wrapJournal(plain, {
    readAll: async (after, limit) => {
      const page = await plain.readAll(after, limit);
      const { position: head } = await plain.head();
      if (page.at(-1)?.position !== head) return page;
      // it takes so long that another one gets the lease
      const state = await plain.readState('lease-rebuild');
      await plain.writeState('lease-rebuild', JSON.stringify({ owner: 'another' }), state?.version ?? 0);
      nowMs += 4000;
      return page;
    },
  });
  const views = await newViews();
  const projector = projectorOver(journal, views, { monotonicMs: () => nowMs });
  await projector.prepare({ rebuild: false });
  const ending = new AbortController();
  const running = projector.run({ join: joinAlone(PARTITIONS), signal: ending.signal });
  await until('it has ended', async () => projector.notReady()?.includes('another process') ?? true);
  const current = await views.control.current(DOCUMENTS_VERSION);
  ending.abort();
  await running;
  expect(current).toBeNull();
});
