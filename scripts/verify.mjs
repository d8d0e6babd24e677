// `npm run verify -- [--url <address>]`: has a running Hermes compare its views with what its journal comes to, and waits for the
// end of it. Exit code 0: equal; 1: something differs; 2: not known, since it failed, was cancelled, or left hosts out.
import { parseArgs } from 'node:util';

const EVERY_MS = 500;
const BAR_WIDTH = 30;
const SHOWN = 20;
const [EQUAL, DIFFERENT, UNKNOWN] = [0, 1, 2];

const { url, token } = read();
const isTerminal = process.stderr.isTTY === true;

try {
  process.exitCode = await verify();
} catch (error) {
  clear();
  console.error(`The views are not verified: ${error.message}`);
  process.exitCode = UNKNOWN;
}

function read() {
  try {
    const { values } = parseArgs({ options: { url: { type: 'string' } } });
    const { HERMES_URL, HERMES_TOKEN } = process.env;
    return { url: (values.url ?? HERMES_URL ?? 'http://127.0.0.1:4400').replace(/\/+$/, ''), token: HERMES_TOKEN };
  } catch (error) {
    console.error(
      `${error.message}\nnpm run verify -- [--url <address of Hermes>], with HERMES_TOKEN where it has tokens`,
    );
    process.exit(UNKNOWN);
  }
}

async function verify() {
  const { id } = await ask('POST', '');
  let isInterrupted = false;
  process.once('SIGINT', () => (isInterrupted = true));
  for (;;) {
    const found = await ask(isInterrupted ? 'DELETE' : 'GET', `/${id}`);
    if (found.state !== 'running') return report(found);
    bar(found);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

async function ask(method, path) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  let response;
  try {
    response = await fetch(`${url}/api/v1/admin/verify${path}`, { method, headers });
  } catch (error) {
    throw new Error(
      `${url} does not answer (${error.cause?.code ?? error.message}): name Hermes, or a projector, with --url`,
    );
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(`${url} answers ${response.status}: ${detailOf(text)}`);
}

function detailOf(text) {
  try {
    return JSON.parse(text).detail ?? text;
  } catch {
    return text.slice(0, 200);
  }
}

function bar({ phase, percent, entries, entriesPerS, secondsLeft, hosts, differences }) {
  if (!isTerminal) return;
  const full = Math.floor((percent * BAR_WIDTH) / 100);
  const left = secondsLeft === null ? '' : `, ${secondsLeft} s left`;
  const done = `${phase}, ${entries} entries, ${entriesPerS}/s${left}, ${hosts} hosts, ${differences} differences`;
  process.stderr.write(`\r\x1b[K[${'#'.repeat(full)}${' '.repeat(BAR_WIDTH - full)}] ${percent} % ${done}`);
}

function clear() {
  if (isTerminal) process.stderr.write('\r\x1b[K');
}

function report({ state, reason, equal, differences, hosts, position, notCompared, leftOut, examples }) {
  clear();
  if (state !== 'done') {
    console.error(`The verification ${state === 'failed' ? `has failed: ${reason}` : 'was cancelled'}.`);
    return UNKNOWN;
  }
  const { large, behind, moving } = notCompared;
  const left = large + behind + moving;
  console.log(`${hosts} hosts compared at position ${position}: ${differences} differences.`);
  for (const { host, labor, quest, field, live, folded } of examples.slice(0, SHOWN)) {
    const where = [host, labor && `labor ${labor}`, quest && `quest ${quest}`, field ?? 'all of it'].filter(Boolean);
    console.log(`  ${where.join(', ')}: the views say ${live ?? 'nothing'}, the journal ${folded ?? 'nothing'}`);
  }
  if (differences > SHOWN) console.log(`  … and ${differences - SHOWN} more`);
  if (left > 0)
    console.log(
      `${left} hosts were not compared: ${large} too large, ${behind} behind, ${moving} stored again at each look.`,
    );
  for (const { host, why } of leftOut.slice(0, SHOWN)) console.log(`  ${host}: ${why}`);
  if (left > SHOWN) console.log(`  … and ${left - SHOWN} more`);
  return equal === true ? EQUAL : equal === false ? DIFFERENT : UNKNOWN;
}
