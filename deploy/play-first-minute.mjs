// `node deploy/play-first-minute.mjs [address]`: plays the README's first minute against a running stack, unchanged, and
// fails where it does not print what the README says. The token of deploy/secrets goes to curl by its own settings' file.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const README_ADDRESS = 'http://127.0.0.1:4400';
const LIMIT_MS = 120_000;

const address = process.argv[2] ?? README_ADDRESS;
const readme = readFileSync(resolve(import.meta.dirname, '../README.md'), 'utf8');
const token = readFileSync(resolve(import.meta.dirname, 'secrets/admin-token'), 'utf8').trim();

const folder = mkdtempSync(join(tmpdir(), 'hermes-first-minute-'));
try {
  writeFileSync(join(folder, '.curlrc'), `header = "Authorization: Bearer ${token}"\n`, { mode: 0o600 });
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-c', block('first-minute').replaceAll(README_ADDRESS, address)],
    {
      cwd: folder,
      env: { ...process.env, CURL_HOME: folder },
      encoding: 'utf8',
      timeout: LIMIT_MS,
    },
  );
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  const said = stdout.includes(`\n${block('first-minute-output')}`);
  if (!said) console.error('This is not what the README says.');
  process.exitCode = status === 0 && said ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** The fenced block behind a marker, as test/docs finds it. */
function block(name) {
  const found = new RegExp(`<!-- test: ${name} -->\n\`\`\`[a-z]*\n([^]*?)^\`\`\`$`, 'm').exec(readme);
  if (found === null) throw new Error(`README.md has no block ${name}`);
  return found[1];
}
