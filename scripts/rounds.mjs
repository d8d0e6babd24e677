// Tests that are played in rounds, for longer, or some of them once more: `npm run test:crash -- [--rounds N] [--seed N]`
// and `npm run chaos` with the same. The first argument says which; each round has the seed after the one before.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './prepare.mjs';
import { run } from './run.mjs';

const PLAYED = {
  'test:crash': { script: 'test.mjs', spec: 'test/crash/rounds', rounds: '200', variables: 'HERMES_TEST_CRASH' },
  chaos: { script: 'test-servers.mjs', spec: 'test/stack/faults', rounds: '10', variables: 'HERMES_TEST_CHAOS' },
};
const [name, ...args] = process.argv.slice(2);
const { script, spec, rounds: usual, variables } = PLAYED[name];
const { rounds, seed } = read();

process.exitCode = await run(process.execPath, [join(root, 'scripts', script), spec], {
  cwd: root,
  env: {
    ...process.env,
    [`${variables}_ROUNDS`]: rounds,
    ...(seed === undefined ? {} : { [`${variables}_SEED`]: seed }),
  },
});

function read() {
  try {
    const options = { rounds: { type: 'string', default: usual }, seed: { type: 'string' } };
    const { values } = parseArgs({ args, options });
    const wrong = Object.entries(values).find(([, value]) => !/^\d{1,9}$/.test(value));
    if (wrong === undefined && Number(values.rounds) > 0) return values;
  } catch {
    // told below
  }
  console.error(`npm run ${name} -- [--rounds <how many, ${usual}>] [--seed <of the first one>]`);
  process.exit(1);
}
