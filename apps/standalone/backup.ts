/** `npm run backup`: copies the journal into a folder of its own, beside a running Hermes or a stopped one. */
import { backUpJournal, keepFilesPrivate, readSettings, StartError } from '#platform';

const USAGE = 'npm run backup -- <folder, new or empty>: copies the journal of HERMES_DATA_DIR into it';

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const [folder, ...others] = args;
  if (folder === undefined || folder === '' || folder.startsWith('-') || others.length > 0) {
    throw new StartError(`one folder is needed: ${USAGE}`);
  }
  keepFilesPrivate();
  const begun = performance.now();
  const { file, sizeBytes, identity, position, recordedAt } = await backUpJournal(readSettings(), folder);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `${file}: journal ${identity} up to position ${position} of ${recordedAt}, ${sizeBytes} bytes, checked, in ${seconds} s\n`,
  );
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
