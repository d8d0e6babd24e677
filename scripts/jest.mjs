// Runs jest for `npm test` and `npm run test:servers`, and prints the true totals as the last line: `N passed, N failed`.
import { join } from 'node:path';
import { root } from './prepare.mjs';
import { runToEnd } from './run.mjs';

const node = [
  // jest loads ES modules through an API of Node that it calls experimental: asked for here, so no news to anyone
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
];
const jest = [join(root, 'node_modules/jest/bin/jest.js')];
// last: jest takes what follows a list for more of it
const reporters = ['--reporters=default', `--reporters=${join(root, 'scripts/totals-reporter.mjs')}`];

/** Resolves with the exit code when jest has ended, by itself or by a signal; `env` is added to the environment, `program` is the Node that runs it, and the processes of the specs. */
export async function runJest(args, env = {}, program = process.execPath) {
  let totals = { passed: 0, failed: 0, skipped: 0 };
  const { code, signal } = await runToEnd(
    program,
    [...node, ...jest, ...args, ...reporters],
    { cwd: root, env: { ...process.env, ...env }, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
    (child) => child.on('message', (message) => (totals = message.totals ?? totals)),
  );
  // a run that broke outside any test has failed too
  if (code !== 0 && totals.failed === 0) totals.failed = 1;
  return { code, signal, totals };
}

export function printTotals({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
