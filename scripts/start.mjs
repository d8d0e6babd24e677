// `npm start`: everything in one process, from a fresh clone too; `npm run start:<app>`: one app alone.
// The first argument is the app's name; those after `--` go to the app.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithNpm } from './parent.mjs';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';
import { requireKnownSettings } from './settings.mjs';

const [app, ...args] = process.argv.slice(2);

requireNode();
endWithNpm();
// the router has flags only
if (app !== 'router' && !args.includes('--help')) requireKnownSettings();
await ensureInstalled();
await ensureBuilt();

// the app runs in this very process, so that signals, Ctrl-C and exit codes are its own
const main = join(root, 'dist/apps', app, 'main.js');
process.argv = [process.argv[0], main, ...(args[0] === '--' ? args.slice(1) : args)];
await import(pathToFileURL(main).href);
