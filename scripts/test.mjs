// `npm test`: every *.spec.ts, whole processes (from the build) included. `-- --quick`, for editing: nothing that starts
// processes, and properties tried for a moment only. Other arguments after `--` go to jest.
// The last line is `N passed, N failed`.
import { printTotals, runJest } from './jest.mjs';
import { ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs';
import { exitLike } from './run.mjs';

const args = process.argv.slice(2);
const isQuick = args.includes('--quick');

requireNode();
await ensureInstalled();
if (!isQuick) await ensureBuilt();

const { code, signal, totals } = await runJest(
  args.filter((arg) => arg !== '--quick'),
  isQuick ? { HERMES_TEST_QUICK: 'true' } : {},
);
exitLike(signal);
process.exitCode = code;
printTotals(totals);
