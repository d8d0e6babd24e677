// `npm run backup -- <folder>`: copies the journal of HERMES_DATA_DIR, also while Hermes runs.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const main = join(root, 'dist/apps/standalone/backup.js');
const args = process.argv.slice(2);
process.argv = [process.argv[0], main, ...(args[0] === '--' ? args.slice(1) : args)];
await import(pathToFileURL(main).href);
