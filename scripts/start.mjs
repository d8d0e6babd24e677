// `npm start`: everything in one process, from a fresh clone too. Arguments after `--` go to the app.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

// the app runs in this very process, so that signals, Ctrl-C and exit codes are its own
const main = join(root, 'dist/apps/standalone/main.js');
const args = process.argv.slice(2);
process.argv = [process.argv[0], main, ...(args[0] === '--' ? args.slice(1) : args)];
await import(pathToFileURL(main).href);
