// `npm run test:crash -- [--rounds N] [--seed N]`: the rounds of test/crash for longer, or some of them once more.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './prepare.mjs';
import { run } from './run.mjs';

const options = { rounds: { type: 'string', default: '200' }, seed: { type: 'string' } };
const { rounds, seed } = read();

process.exitCode = await run(process.execPath, [join(root, 'scripts/test.mjs'), 'test/crash/rounds'], {
  cwd: root,
  env: {
    ...process.env,
    HERMES_TEST_CRASH_ROUNDS: rounds,
    ...(seed === undefined ? {} : { HERMES_TEST_CRASH_SEED: seed }),
  },
});

function read() {
  try {
    const { values } = parseArgs({ options });
    const wrong = Object.entries(values).find(([, value]) => !/^\d{1,9}$/.test(value));
    if (wrong === undefined && Number(values.rounds) > 0) return values;
  } catch {
    // told below
  }
  console.error('npm run test:crash -- [--rounds <how many, 200>] [--seed <of the first one>]');
  process.exit(1);
}
