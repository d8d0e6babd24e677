// `npm run servers`: a Kafka and doubles of EventStoreDB and MongoDB on this machine, for a Hermes that is tried on the
// remote stores. What they hold is temporary. Ctrl-C ends all.
import { endWithNpm } from './parent.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs';
import { bringUp, untilStopped } from './bring-up.mjs';

requireNode();
endWithNpm();
await ensureInstalled();
await ensureBuilt();

const { settings, end } = await bringUp();
console.log('The servers are up. Settings for a Hermes that works with them:');
for (const [name, value] of Object.entries(settings)) console.log(`  export ${name}='${value}'`);
console.log(
  'For example, in another terminal: npm start, or npm run start:ingest. Ctrl-C ends the servers and removes their data.',
);
await untilStopped();
await end();
