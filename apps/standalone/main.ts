/** `npm start`: ingest, projector and query in one process over the embedded stores. */
import { createLog, openStores, readSettings, runProcess, type Running } from '#platform';
import { helpText, parseFlags } from './flags.js';
import { startStandalone } from './standalone.js';

async function start(): Promise<Running | null> {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${helpText()}\n`);
    return null;
  }
  const settings = readSettings();
  const log = createLog(settings.logLevel);
  const stores = await openStores(settings, { viewsAnew: flags.foldAnew });
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  return startStandalone({ flags, settings, log, stores, print });
}

await runProcess(start);
