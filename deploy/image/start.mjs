// The image's entry point: the first argument names the app, the rest are its flags. The app runs in this very process,
// so that signals and exit codes are its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const apps = ['standalone', 'ingest', 'projector', 'query'];

const [app = 'standalone', ...args] = process.argv.slice(2);
const main = join(import.meta.dirname, 'dist/apps', app, 'main.js');
if (!apps.includes(app) || !existsSync(main)) {
  console.error(`There is no app ${JSON.stringify(app)}: name one of ${apps.join(', ')}, then its flags.`);
  process.exit(1);
}
process.argv = [process.argv[0], main, ...args];
await import(pathToFileURL(main).href);
