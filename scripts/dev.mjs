// `npm run dev`: compiles on every change and restarts the standalone app. Arguments after `--` go to the app.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWithNpm } from './parent.mjs';
import { ensureBuilt, ensureInstalled, forgetBuild, requireNode, root } from './prepare.mjs';

requireNode();
endWithNpm();
await ensureInstalled();
await ensureBuilt();
// from here the compiler writes into dist by itself
forgetBuild();

const start = (args) => spawn(process.execPath, args, { stdio: 'inherit', cwd: root });
const children = [
  start([
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    'tsconfig.build.json',
    '--watch',
    '--preserveWatchOutput',
  ]),
  start(['--watch', '--watch-preserve-output', 'dist/apps/standalone/main.js', ...process.argv.slice(2)]),
];
const stop = (signal) => children.forEach((child) => child.kill(signal));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
// one is no use without the other
for (const child of children) child.on('exit', () => stop('SIGTERM'));
