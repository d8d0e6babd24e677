// Finds mistyped settings before anything is installed or built. The server's own check (libs/platform/settings) looks at
// values, too; here there is no compiler yet, so the names come from the table of docs/operating.md, and a test holds this
// check to the server's.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

// variables of other programs, as libs/platform/settings/foreign.ts has them
const FOREIGN = [
  /^HERMES_TEST_/,
  /^HERMES_(?:URL|TOKEN_FILE|CONTEXT)$/,
  /^HERMES_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/,
];
const SERVICE_PORT = /^HERMES_(?:[A-Z0-9_]+_)?PORT$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** Ends the process with one line for each variable that is no setting; values may be secrets and are not shown. */
export function requireKnownSettings(environment = process.env) {
  const faults = unknownSettings(environment);
  if (faults.length === 0) return;
  console.error(faults.join('\n'));
  process.exit(1);
}

/** A sentence for each variable that is no setting. */
export function unknownSettings(environment) {
  const known = settingNames();
  if (known.length === 0) return [];
  return Object.keys(environment)
    .filter((name) => name.startsWith('HERMES_') && !known.includes(name) && !isForeign(name, environment[name]))
    .sort()
    .map((name) => `${name} is no setting: did you mean ${nearest(name, known)}? docs/operating.md lists all settings`);
}

function isForeign(name, value = '') {
  return FOREIGN.some((pattern) => pattern.test(name)) || (SERVICE_PORT.test(name) && SERVICE_ADDRESS.test(value));
}

/** Empty where the page is absent: then the server's check is the only one. */
function settingNames() {
  const page = join(root, 'docs/operating.md');
  if (!existsSync(page)) return [];
  const table = readFileSync(page, 'utf8').split('<!-- test: settings -->\n')[1]?.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `(HERMES_[A-Z0-9_]+)`/gm)].map(([, name]) => name);
}

/** One that begins so, or else the one that takes the fewest changes. */
function nearest(name, known) {
  const longer = known.find((each) => each.startsWith(name));
  if (longer !== undefined) return longer;
  const distances = known.map((each) => [each, distance(name, each)]);
  return distances.reduce((best, each) => (each[1] < best[1] ? each : best))[0];
}

/** Levenshtein's: insertions, deletions and substitutions from one text to the other, one row of the table at a time. */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const substituted = row[column - 1] + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[column] + 1, next[column - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
