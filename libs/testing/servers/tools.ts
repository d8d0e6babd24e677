/** Where the programs of servers are kept once they were fetched: a folder that git ignores, shared by all lanes of a checkout. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** `HERMES_TEST_TOOLS` names the folder; `.servers` in the working folder where it does not. Made where absent. */
export function toolFolder(name: string): string {
  const folder = join(process.env['HERMES_TEST_TOOLS'] ?? join(process.cwd(), '.servers'), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
