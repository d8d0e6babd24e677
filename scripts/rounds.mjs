// Tests that are played in rounds, for longer, or some of them once more: `npm run test:crash -- [--rounds N] [--seed N]`
// and `npm run chaos` with the same, `--fault <part of its name>`, and `--together`. The first argument says which; each round has the
// seed after the one before.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './prepare.mjs';
import { run } from './run.mjs';

const PLAYED = {
  'test:crash': { script: 'test.mjs', spec: 'test/crash/rounds', rounds: '200', variables: 'HERMES_TEST_CRASH' },
  chaos: {
    ...{ script: 'test-servers.mjs', spec: 'test/stack/faults', rounds: '10', variables: 'HERMES_TEST_CHAOS' },
    hasFaults: true,
  },
};
const [name, ...args] = process.argv.slice(2);
const { script, spec, rounds: usual, variables, hasFaults = false } = PLAYED[name];
const { rounds, seed, fault, together = false } = read();

process.exitCode = await run(process.execPath, [join(root, 'scripts', script), spec], {
  cwd: root,
  env: {
    ...process.env,
    [`${variables}_ROUNDS`]: rounds,
    ...(seed === undefined ? {} : { [`${variables}_SEED`]: seed }),
    ...(fault === undefined ? {} : { [`${variables}_FAULT`]: fault }),
    ...(together ? { [`${variables}_TOGETHER`]: 'true' } : {}),
  },
});

function read() {
  try {
    const text = { type: 'string' };
    const options = {
      rounds: { ...text, default: usual },
      seed: text,
      ...(hasFaults ? { fault: text, together: { type: 'boolean' } } : {}),
    };
    const { values } = parseArgs({ args, options });
    const wrong = [values.rounds, values.seed ?? '0'].find((value) => !/^\d{1,9}$/.test(value));
    if (wrong === undefined && Number(values.rounds) > 0) return values;
  } catch {
    // reported below
  }
  const faults = hasFaults ? ' [--fault <part of its name>] [--together]' : '';
  console.error(`npm run ${name} -- [--rounds <how many, ${usual}>] [--seed <of the first one>]${faults}`);
  process.exit(1);
}
