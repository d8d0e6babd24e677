// `npm run test:servers`: every *.servers.spec.ts, on servers that are started here unless HERMES_TEST_… names real ones.
// Arguments after `--` go to jest. The last line is `N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTotals, runJest } from './jest.mjs';
import { lacks, laneLanguages, laneServers, startServers } from './lane-servers.mjs';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';
import { exitLike } from './run.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();

const servers = await laneServers();
const skipped = withoutNeeds([...servers, ...(await laneLanguages())]);
for (const { spec, reason } of skipped) console.log(`Skipped: ${spec} (${reason})`);
if (skipped.length > 0 && process.env.CI === 'true') {
  console.error('With CI=true every spec must run: install what is missing, or name servers by their variables.');
  console.log(`0 passed, ${skipped.length} failed`);
  process.exit(1);
}

const { env, end } = await startServers(servers, { briefly: true });
try {
  const config = ['-c', join(root, 'jest.servers.config.js')];
  const ignored = skipped.map(({ spec }) => `--testPathIgnorePatterns=${escaped(spec)}$`);
  const { code, signal, totals } = await runJest([...config, ...ignored, ...process.argv.slice(2)], env);
  await end();
  exitLike(signal);
  process.exitCode = code;
  printTotals(totals);
} catch (error) {
  await end();
  throw error;
}

/** Specs that cannot run here, each with the reason, found by the servers and languages that their text names. */
function withoutNeeds(all) {
  return ['libs', 'apps', 'test', 'bench'].flatMap(specsUnder).flatMap((spec) => {
    const text = readFileSync(join(root, spec), 'utf8');
    const missing = all.find((needed) => lacks(text, needed));
    return missing === undefined ? [] : [{ spec, reason: missing.reason }];
  });
}

function specsUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((file) => file.endsWith('.servers.spec.ts'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
