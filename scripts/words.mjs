// `npm run check` uses this: words that a reader who does not know Hermes reads twice, and the term to use instead. Prints
// file:line for each one found in code, comments and docs, and ends with 1 then. An argument names another root folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Only what is never right here: a word with a good use elsewhere makes a check that people switch off. */
const BANNED = [
  [/(?<!-)\banew\b/i, 'again; of views: rebuilt'],
  [/\bso (?:many|much)\b/i, 'a number: "at most this many", "n items"'],
  [/\b(?:told|tells|telling)\b/i, 'logged, reported, answered, says, shows'],
  [/\bwhat (?:waits|is there|there is)\b/i, 'the noun: the queue, the stored entries, the existing topic'],
  [/\bthose (?:which|who)\b|\/[*/]\*? those that\b/i, 'the noun: "the hosts that"'],
  [/\bwhoever\b/i, 'who it is: the caller, the reader, the operator'],
  [/\bnobody else\b/i, 'who is meant: "no other module"'],
  [/\b(?:stands?|standing) still\b/i, 'stalled; of a host or quest: parked'],
  [/\bpassed by\b/i, 'ignored'],
  [/\b(?:gone|goes|go) on with\b/i, 'resumed; continues'],
  [/\b(?:is|are) to be\b/i, 'must be'],
  [/\bunder ?way\b/i, 'in flight; running'],
  [/\b(?:is|are|too|very|as) dear\b/i, 'expensive'],
  [/\blacking\b/i, 'missing; pending'],
  [/\b(?:hopeless|stirred|tenures?|standstill)\b/i, 'exhausted; mixed; assignment; stall'],
  [/\b(?:by and by|all in all)\b/i, 'nothing: leave it out'],
];
const FOLDERS = ['apps', 'libs', 'test', 'bench', 'scripts', 'docs', 'deploy', '.github'];
const FILES = [
  'README.md',
  'ARCHITECTURE.md',
  'BENCHMARKS.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docker-compose.yml',
];
/** The list itself, and the test that plants words of it. */
const ABOUT_WORDS = ['scripts/words.mjs', 'test/fences/words.spec.ts'];
const TEXT = /\.(?:ts|mjs|js|cjs|md|ya?ml|sh|env|conf)$/;

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
let found = 0;
for (const file of [...FILES, ...FOLDERS.flatMap(filesOf)].filter(isHeld)) {
  read(file).forEach((line, index) => {
    for (const [banned, instead] of BANNED) {
      const word = banned.exec(line)?.[0];
      if (word === undefined) continue;
      found += 1;
      console.log(`${file}:${index + 1}: "${word}": say ${instead}`);
    }
  });
}
process.exitCode = found > 0 ? 1 : 0;

function filesOf(folder) {
  return list(folder).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesOf(path);
    return [path];
  });
}

function isHeld(file) {
  return TEXT.test(file) && !ABOUT_WORDS.includes(file);
}

/** Empty where the folder is absent, as in a test's root. */
function list(folder) {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(join(root, file), 'utf8').split('\n');
  } catch {
    return [];
  }
}
