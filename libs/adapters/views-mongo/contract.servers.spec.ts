/** The views' contract over MongoDB. */
import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { laneServer, viewsContract } from '#testing';
import { openMongoViews } from './index.js';
import { clientOf, openViews } from './open.js';
import { countRoundTrips } from './testing-round-trips.js';

const url = laneServer('HERMES_TEST_MONGO');
/** The double takes some hundred documents a second. */
const SHARE = 0.25;
const OPERATION_MS = 60_000;

viewsContract('mongo', async () => {
  const options = {
    url,
    prefix: `hermes-test-${randomBytes(6).toString('hex')}`,
    access: 'write',
    operationMs: OPERATION_MS,
  } as const;
  const client = clientOf(options, true);
  const roundTrips = countRoundTrips(client);
  const views = await openViews(options, client);
  return {
    views,
    reopen: () => openMongoViews(options),
    roundTrips,
    share: SHARE,
    dispose: async () => {
      await views.close();
      const admin = await MongoClient.connect(url);
      await admin.db(options.prefix).dropDatabase();
      await admin.close();
    },
  };
});
