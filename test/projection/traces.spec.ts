/** What stands in the way of projection is logged with the request that wrote it. */
import { CatalogueTimeline, StreamUnreadable, createProjector, type Log } from '#application';
import { CATALOGUE_STREAM, hostStream, questStream, type NewEntry } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import { createMemoryJournal } from '#testing';
import { clock, follow, newViews, PARTITIONS, stop, tidyUp } from './rig.js';

afterEach(tidyUp);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

/** An entry of a version that no Hermes knows yet. */
function unreadable(type: string): NewEntry {
  return {
    id: crypto.randomUUID(),
    type,
    version: 999,
    recordedAt: '2026-01-01T01:00:00.000Z' as Instant,
    json: '{}',
    trace: `00-${TRACE_ID}-b7ad6b7169203331-01`,
  };
}

test.each([
  ['a host', hostStream('web-1' as HostName), 'web-1', 'EventLogged'],
  ['a quest', questStream(7 as QuestId), 'quest-7', 'QuestDrafted'],
])('the line about %s that is parked names trace, revision and position', async (_, stream, name, type) => {
  const journal = createMemoryJournal();
  await journal.append([{ stream, expected: 'none', entries: [unreadable(type)] }]);
  const lines: object[] = [];
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_message, fields = {}) => lines.push(fields),
  };
  const projector = createProjector({
    owner: 'the only one',
    ...{ journal, clock, log, views: await newViews() },
    timeline: new CatalogueTimeline(journal),
    partitions: PARTITIONS,
  });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await stop(projector);
  const { position } = await journal.head();
  expect(lines).toEqual([
    expect.objectContaining({ name, revision: 0, position: String(position), traceId: TRACE_ID }),
  ]);
});

test('the error about an entry of the catalogue that cannot be read carries its trace', async () => {
  const journal = createMemoryJournal();
  const entries = [unreadable('EventTypeDefined')];
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'none', entries }]);
  const error: unknown = await new CatalogueTimeline(journal).refresh().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StreamUnreadable);
  expect(error).toMatchObject({ traceId: TRACE_ID, position: (await journal.head()).position });
});
