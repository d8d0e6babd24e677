/** Where replays keep their files, by the settings, and where there is none. */
import { join, resolve } from 'node:path';
import { APPS } from '../settings/apps.js';
import { readSettings } from '../settings/settings.js';
import { replayPlace } from './replay-place.js';

const REMOTE = {
  ...{ HERMES_JOURNAL: 'eventstore', HERMES_EVENTSTORE_URL: 'kurrentdb://localhost:2113?tls=false' },
  ...{ HERMES_FEED: 'kafka', HERMES_KAFKA_BROKERS: 'localhost:9092' },
  ...{ HERMES_VIEWS: 'mongo', HERMES_MONGO_URL: 'mongodb://localhost' },
};

test('beside embedded stores a replay has a folder of its own, on the disk of the views', () => {
  expect(replayPlace(readSettings({ HERMES_DATA_DIR: '/data' }), 'j')).toEqual({
    ...{ replayFolder: resolve('/data/replay'), replayRoom: { mostBytes: undefined, isOfViews: true } },
  });
  const { replayRoom } = replayPlace(readSettings({ HERMES_DATA_DIR: '/data', HERMES_REPLAY_MIB: '64' }), 'j')!;
  expect(replayRoom.mostBytes).toBe(64 * 1024 * 1024);
});

test('over remote stores there is one only where a disk is named for it, and never the folder itself', () => {
  expect(replayPlace(readSettings(REMOTE, APPS.projector), 'j')).toBeUndefined();
  const given = readSettings({ ...REMOTE, HERMES_REPLAY_DIR: '/big' }, APPS.projector);
  expect(replayPlace(given, 'j')).toEqual({ replayFolder: join(resolve('/big'), 'hermes-replay-j'), replayRoom: {} });
});
