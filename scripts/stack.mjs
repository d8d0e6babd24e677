// `npm run stack`: the servers of the remote stores, an ingest, two projectors, a query, and a router in front of them on
// port 4400, all on this machine. `-- --demo` plays the demo. Ctrl-C ends all, apps first.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bringUp, untilStopped } from './bring-up.mjs';
import { endWithNpm } from './parent.mjs';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';
import { StackApps } from './stack-apps.mjs';

const unknown = process.argv.slice(2).filter((argument) => argument !== '--' && argument !== '--demo');
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; the only flag is --demo`);
  process.exit(1);
}
requireNode();
endWithNpm();
await ensureInstalled();
await ensureBuilt();

const { settings, end } = await bringUp();
const apps = new StackApps(settings);
try {
  const origin = await apps.start();
  console.log(`The stack answers on ${origin}: an ingest, two projectors and a query behind a router. Ctrl-C ends it.`);
  if (process.argv.includes('--demo')) {
    const { playDemo } = await import(pathToFileURL(join(root, 'dist/apps/standalone/demo.js')).href);
    await playDemo(origin, console.log);
  }
  await untilStopped(apps.ended);
} finally {
  await apps.stop();
  await end();
}
if (apps.failed) process.exitCode = 1;
