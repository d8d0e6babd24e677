// `npm test`: every *.spec.ts, whole processes (from the build) included. Arguments after `--` go to jest.
// The last line is `N passed, N failed`.
import { printTotals, runJest } from './jest.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs';
import { exitLike } from './run.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const { code, signal, totals } = await runJest(process.argv.slice(2));
exitLike(signal);
process.exitCode = code;
printTotals(totals);
