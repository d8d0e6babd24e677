// `npm run check`: all that CI asks besides the tests. Each part is quiet unless it finds something.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, requireNode, root } from './prepare.mjs';
import { run } from './run.mjs';

requireNode();
await ensureInstalled();

const folders = ['apps', 'libs', 'test', 'bench'].filter((folder) => existsSync(join(root, folder)));
const cache = 'node_modules/.cache/hermes';
// the longest first, so that the short ones fill the gaps
const parts = [
  { name: 'lint', args: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'] },
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty'] },
  { name: 'words', args: ['scripts/words.mjs'] },
  {
    name: 'fences',
    args: ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--output-type=err-long', ...folders],
  },
  {
    name: 'format',
    args: [
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      `--cache-location=${cache}/prettier`,
      '.',
    ],
  },
];

const waiting = [...parts];
const broken = [];
const worker = async () => {
  for (let part = waiting.shift(); part; part = waiting.shift()) await runPart(part);
};
await Promise.all(Array.from({ length: Math.max(2, Math.min(parts.length, availableParallelism())) }, worker));

if (broken.length > 0) console.error(`check failed: ${broken.join(', ')}`);
process.exitCode = broken.length > 0 ? 1 : 0;

async function runPart({ name, args: [bin, ...args] }) {
  const begun = performance.now();
  let output = '';
  const collect = (child) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
  };
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] };
  const code = await run(process.execPath, [join(root, bin), ...args], options, collect);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  if (code === 0) return;
  broken.push(name);
  console.log(output.trimEnd());
}
