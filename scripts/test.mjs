// `npm test`: every *.spec.ts, whole processes (from the build) included. Arguments after `--` go to jest.
// The last line is `N passed, N failed`.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';
import { run } from './run.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const node = [
  // jest loads ES modules through an API of Node that it calls experimental: asked for here, so no news to anyone
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
];
const jest = [join(root, 'node_modules/jest/bin/jest.js')];
// last: jest takes what follows a list for more of it
const reporters = ['--reporters=default', `--reporters=${join(root, 'scripts/totals-reporter.mjs')}`];

let totals = { passed: 0, failed: 0, skipped: 0 };
const code = await run(
  process.execPath,
  [...node, ...jest, ...process.argv.slice(2), ...reporters],
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  (child) => child.on('message', (message) => (totals = message.totals ?? totals)),
);
// a run that broke outside any test has failed too
if (code !== 0 && totals.failed === 0) totals.failed = 1;
process.exitCode = code;
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
