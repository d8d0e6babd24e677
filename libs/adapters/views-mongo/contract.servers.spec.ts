/** The views' contract over MongoDB. */
import { laneServer, viewsContract } from '#testing';
import { openMongoViews } from './index.js';
import { encode } from './load-encoding.js';
import { clientOf, openViews } from './open.js';
import { dropDatabase, newPrefix, PATIENT_MS } from './testing-database.js';
import { countRoundTrips } from './testing-round-trips.js';

const url = laneServer('HERMES_TEST_MONGO');
/** The double takes some hundred documents a second. */
const SHARE = 0.25;

viewsContract('mongo', async () => {
  const options = { url, prefix: newPrefix(), access: 'write', operationMs: PATIENT_MS } as const;
  const client = clientOf(options, true);
  const roundTrips = countRoundTrips(client);
  const views = await openViews(options, client);
  return {
    views,
    reopen: () => openMongoViews(options),
    roundTrips,
    encode,
    share: SHARE,
    dispose: async () => {
      await views.close();
      await dropDatabase(url, options.prefix);
    },
  };
});
