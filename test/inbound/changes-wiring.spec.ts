/** A projector with the topic of changes through Nest and the whole platform: changes come, figures and readiness show, closing drains. */
import { mkdir } from 'node:fs/promises';
import { followJournal, prepareProjector, projectorParts, publishChanges } from '#apps/projector';
import { createInProcessFeed } from '#adapters/feed-inprocess';
import { createRelay, silentLog } from '#application';
import { createApp, createLog, readSettings, type Stores } from '#platform';
import { createMemoryJournal, MemoryChangesTopic, Play, temporaryFolder, until } from '#testing';
import { append, appendHistory, newViews, tidyUp } from '../projection/rig.js';

const path = temporaryFolder();
afterEach(tidyUp);

test('labors that open and close are published while the projector follows, and no more once it has closed', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  play.event('x-required', { host: 'web-1' as never });
  await appendHistory(journal, play.history);
  const topic = new MemoryChangesTopic();
  const feed = createInProcessFeed({ partitions: 4, bufferMessages: 100 });
  const relay = createRelay({ journal, feed, log: silentLog, owner: 'relay' });
  const stores: Stores = {
    ...{ journal, views: await newViews(), changes: topic },
    feed,
    close: () => topic.close(),
  };
  const dataDir = path('data');
  await mkdir(dataDir);
  const settings = readSettings({ HERMES_PORT: '0', HERMES_DATA_DIR: dataDir });
  const app = await createApp({
    ...projectorParts(stores),
    settings,
    log: createLog('silent', process.stderr),
    stores,
    consumes: true,
  });
  await prepareProjector(app, { rebuild: false });
  const origin = await app.listen();
  followJournal(app);
  publishChanges(app, stores);
  relay.start();
  const text = async (path: string): Promise<string> => (await fetch(`${origin}${path}`)).text();
  await until('it publishes', async () => (await journal.readState('changes')) !== undefined);
  // of what was rebuilt nothing is
  expect(topic.messages).toEqual([]);
  topic.isAway = true;
  const done = play.history.steps.find(({ entry }) => entry.kind === 'EventLogged')?.entry;
  await append(journal, done!);
  await until('it warns', async () => (await text('/health/ready')).includes('changes are not published'), {
    limitMs: 20_000,
  });
  topic.isAway = false;
  await until('it came', async () => topic.messages.length > 0);
  expect(topic.messages[0]).toMatchObject({ kind: 'labor', key: 'web-1~1' });
  await until('it is counted', async () => /^hermes_changes_published_total [1-9]/m.test(await text('/metrics')));
  await relay.close();
  await app.close();
  expect(await journal.readState('lease-changes')).toMatchObject({ value: '{"owner":null}' });
}, 60_000);
