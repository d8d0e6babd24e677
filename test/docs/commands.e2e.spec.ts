/** The commands of package.json do what their pages say, also with arguments. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

test('npm test takes the name of a spec, runs it alone and ends with its totals', async () => {
  const { stdout } = await run(process.execPath, [join(root, 'scripts/test.mjs'), 'libs/domain/host/ids'], {
    cwd: root,
    // what this run of jest says of itself is not that one's
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('JEST_'))),
  });
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
}, 90_000);
