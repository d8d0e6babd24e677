/** Where the programs of servers are kept once they were fetched: a folder that git ignores, shared by all lanes of a checkout. */
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** `HERMES_TEST_TOOLS` names the folder; `.servers` in the working folder where it does not. Made where absent. */
export function toolFolder(name: string): string {
  const folder = join(process.env['HERMES_TEST_TOOLS'] ?? join(process.cwd(), '.servers'), name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Where the program of this name is on the PATH; undefined where it is not. */
export function findProgram(name: string): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => endings.map((end) => join(folder, name + end))).find((path) => existsSync(path));
}
