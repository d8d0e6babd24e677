// `npm run bench`: measures the build beside the raw floor of its stores. Arguments after `--` go to the benchmarks;
// `stack` brings up servers for the remote stores as the lane of servers does, unless HERMES_TEST_… names real ones.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';
import { run } from './run.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();
process.exitCode = await run(process.execPath, [join(root, 'dist/bench/main.js'), ...process.argv.slice(2)], {
  cwd: root,
});
