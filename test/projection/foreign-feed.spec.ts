/** F5 while a projector follows: what the journal cannot hold halts the partition, is said with the way out, and moves nothing. */
import { START, type Position } from '#contracts';
import type { FeedMessage, Journal } from '#ports';
import { createMemoryJournal } from '#testing';
import { follow, hearHead, never, newViews, PARTITIONS, projectorOver, served, tidyUp } from './rig.js';

afterEach(tidyUp);

/** Behind a journal's end, where it holds nothing. */
async function beyond(journal: Journal): Promise<{ readonly previous: Position; readonly position: Position }> {
  const { position } = await journal.head();
  return { previous: (position + 5n) as Position, position: (position + 7n) as Position };
}

test.each([
  [
    'of another journal',
    async () => ({ journal: crypto.randomUUID(), previous: START }),
    /^the feed carries entries of journal \S+, not of \S+: stop all of Hermes, check what it is connected to/,
  ],
  [
    'of a time that the journal was set back behind',
    async (journal: Journal) => ({ journal: journal.identity, previous: (await beyond(journal)).previous }),
    /^the feed speaks of position \d+, which the journal does not hold: stop all of Hermes/,
  ],
])('F5: a message %s', async (_, of, said) => {
  const journal = createMemoryJournal();
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await hearHead(projector, journal, PARTITIONS);
  const before = await views.writer.progress(await served(views));
  const { position } = await beyond(journal);
  const tick = { kind: 'tick', partition: 1, number: 9, position, entryId: crypto.randomUUID() } as const;
  const message: FeedMessage = { ...tick, ...(await of(journal)) };
  await expect(projector.handle({ partition: 1, messages: [message] }, never)).rejects.toThrow(said);
  expect(projector.notReady()).toMatch(said);
  expect((await projector.operating.status()).halted).toMatch(said);
  expect(await views.writer.progress(await served(views))).toEqual(before);
  // and that was all
  await hearHead(projector, journal, PARTITIONS);
  expect(projector.notReady()).toBeNull();
});
