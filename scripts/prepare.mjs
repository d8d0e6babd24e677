// What the other scripts need first: the right Node, dependencies as locked, an up-to-date build.
// Only Node's own modules here: on a fresh clone there are no others.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const stampFile = join(root, 'dist', 'built.json');
const leastNode = [20, 19];

/** Ends the process with one line when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1])) return;
  console.error(`Hermes needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Installs from the lock file unless node_modules already is what it says. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.error('Installing the dependencies named in package-lock.json (about a minute) ...');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm sets its own path for its scripts; without it (plain `node scripts/start.mjs`) the shell finds it
  const npm = process.env.npm_execpath;
  const code = npm
    ? await run(process.execPath, [npm, ...args], { cwd: root })
    : await run('npm', args, { cwd: root, shell: process.platform === 'win32' });
  if (code !== 0) fail(`npm ci failed (exit code ${code}); the reason is above.`);
}

/** Builds when a source differs from what the last finished build was made of. */
export async function ensureBuilt() {
  const sources = fingerprint();
  if (readStamp()?.fingerprint === sources.fingerprint) return;
  console.error('Building ...');
  await build(sources);
}

/** Builds in any case. */
export async function build(sources = fingerprint()) {
  const last = readStamp();
  // without a finished build, or when a source has gone, nothing that lies in dist can be trusted
  const gone = last === undefined || last.files.some((file) => !sources.files.includes(file));
  rmSync(gone ? join(root, 'dist') : stampFile, { recursive: true, force: true });
  const code = await run(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'build'], {
    cwd: root,
  });
  if (code !== 0) fail('The build failed; the reason is above.');
  mkdirSync(join(root, 'dist'), { recursive: true });
  // the stamp describes the sources as they were before the build, and appears only whole
  writeFileSync(`${stampFile}.new`, JSON.stringify(sources));
  renameSync(`${stampFile}.new`, stampFile);
}

/** Makes the next start build: for scripts that write into dist in another way. */
export function forgetBuild() {
  rmSync(stampFile, { force: true });
}

// npm keeps in node_modules/.package-lock.json what it put there, written last: an install cut short has none
function isInstalled() {
  const present = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  if (!present || !wanted) return false;
  // packages for other systems are optional and may be absent
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || (path in present ? present[path].version === version : optional),
  );
}

function fingerprint() {
  const files = ['apps', 'libs', 'bench'].flatMap((folder) => sourcesUnder(join(root, folder))).sort();
  const hash = createHash('sha256');
  for (const file of [
    ...files,
    'package.json',
    'package-lock.json',
    'nest-cli.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ]) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return { fingerprint: hash.digest('hex'), files };
}

function sourcesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function readStamp() {
  return readJson(stampFile);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
