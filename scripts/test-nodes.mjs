// `npm run test:nodes`: Hermes on each supported line of Node. The scenarios are played on the oldest version and on the
// newest, a short one on those between; each Node is installed once, from npm, into .servers. The build is the same for all:
// the SQLite driver ships one binary per system (Node-API), for every Node. The last line is `N passed, N failed`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { printTotals, runJest } from './jest.mjs';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';
import { exitLike, run } from './run.mjs';

const ALL = ['test/scenarios', 'test/faults/start.e2e.spec.ts'];
const SHORT = ['test/scenarios/seed.e2e.spec.ts'];
const NODES = [
  { version: '20.19.0', specs: ALL },
  { version: '22.23.5', specs: SHORT },
  { version: '24.22.3', specs: SHORT },
  { version: '26.12.1', specs: ALL },
];

requireNode();
await ensureInstalled();
await ensureBuilt();

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const { version, specs } of NODES) {
  const node = await installed(version);
  // what counts is what it says itself
  console.error(`Node ${execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()}`);
  const { code, signal, totals } = await runJest([...specs, ...process.argv.slice(2)], {}, node);
  exitLike(signal);
  for (const kind of Object.keys(sum)) sum[kind] += totals[kind];
  if (code !== 0) process.exitCode = code;
}
printTotals(sum);

/** The program of this version; ends the process where npm cannot bring it. */
async function installed(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.servers', `node-${version}`);
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  console.error(`Installing Node ${version} ...`);
  const args = [
    'install',
    `${name}@${version}`,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--loglevel=error',
  ];
  const code = await run('npm', [...args, '--prefix', folder], { shell: process.platform === 'win32' });
  if (code === 0 && existsSync(node)) return node;
  console.error(`npm brought no Node ${version} (${name}): without it this lane says nothing.`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
