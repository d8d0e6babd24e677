/**
 * kill -9 at random moments under mixed load: nothing acknowledged is lost, nothing with a key is there twice, quests end,
 * and the views are what a clean fold of the journal gives. `npm run test:crash -- --rounds 200` does the same for longer;
 * `--rounds 1 --seed <seed>` plays one round again.
 */
import { temporaryFolder } from '../harness/hermes.js';
import { tidyUp } from '../projection/rig.js';
import { Rounds } from './rounds.js';

const ROUNDS = Number(process.env['HERMES_TEST_CRASH_ROUNDS'] ?? 20);
const FIRST_SEED = Number(process.env['HERMES_TEST_CRASH_SEED'] ?? Date.now() % 1_000_000);
/** Rounds over one data folder: it grows, and is compared at the end. */
const GROUP = 10;

const groups = Array.from({ length: Math.ceil(ROUNDS / GROUP) }, (_, group) =>
  Array.from({ length: Math.min(GROUP, ROUNDS - group * GROUP) }, (_, index) => FIRST_SEED + group * GROUP + index),
);

afterEach(tidyUp);

test.each(groups.map((seeds) => [seeds[0]!, seeds.at(-1)!, seeds] as const))(
  'rounds of seeds %i to %i',
  async (_first, _last, seeds) => {
    const folder = await temporaryFolder();
    const rounds = new Rounds(folder.path);
    const lines: string[] = [];
    const begun = Date.now();
    try {
      await rounds.prepare();
      for (const seed of seeds) {
        const before = Date.now();
        await rounds.round(seed);
        lines.push(`round of seed ${seed}: ${((Date.now() - before) / 1000).toFixed(1)} s`);
      }
      const settled = Date.now();
      const faults = await rounds.reckon(seeds[0]!);
      lines.push(`${rounds.report}; reckoned in ${((Date.now() - settled) / 1000).toFixed(1)} s`);
      expect({ seeds, faults: faults.slice(0, 20), more: Math.max(0, faults.length - 20) }).toEqual({
        seeds,
        faults: [],
        more: 0,
      });
    } finally {
      process.stdout.write(`${lines.join('\n')}\n${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
      await rounds.end();
      await folder.remove();
    }
  },
  400_000,
);
