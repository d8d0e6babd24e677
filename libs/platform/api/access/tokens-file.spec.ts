/** The tokens file while a process runs: a change takes effect, a fault keeps the former tokens and is reported. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '../../settings/start-error.js';
import { TokensFile } from './tokens-file.js';

const listed = (...names: readonly string[]): string =>
  JSON.stringify(
    names.map((name) => ({ name, sha256: createHash('sha256').update(`${name}'s`).digest('hex'), roles: ['read'] })),
  );

let folder: string;
let path: string;
const logged: string[] = [];
const keep = (message: string, fields?: object): void => {
  logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
};
const log = { info: keep, warn: keep, error: keep };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hermes-tokens-'));
  path = join(folder, 'tokens.json');
  logged.length = 0;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('at start a file is read as it is; for one that cannot be read the message names the setting and the path', () => {
  writeFileSync(path, listed('agent'));
  expect(new TokensFile(path, log).tokens.count).toBe(1);
  expect(() => new TokensFile(folder, log)).toThrow(StartError);
  expect(() => new TokensFile(join(folder, 'none'), log)).toThrow(
    /^HERMES_TOKENS_FILE: .*none cannot be read \(ENOENT\)/,
  );
  writeFileSync(path, '[]');
  expect(() => new TokensFile(path, log)).toThrow(/^HERMES_TOKENS_FILE: .*at least one token$/);
  writeFileSync(path, ' '.repeat(1024 * 1024 + 1));
  expect(() => new TokensFile(path, log)).toThrow(/has 1048577 bytes, more than the 1048576 that are read/);
});

test('a token that is added is let in, one that is taken away is not', async () => {
  writeFileSync(path, listed('old'));
  const { tokens, look } = bound(new TokensFile(path, log));
  writeFileSync(path, listed('new'));
  await look();
  expect(tokens.identify("new's")).toEqual({ name: 'new', role: 'read' });
  expect(tokens.identify("old's")).toBeUndefined();
  expect(logged).toEqual([expect.stringContaining('the tokens file was read again')]);
  await look();
  expect(logged).toHaveLength(1);
});

test.each([
  [
    'no JSON',
    (): void => {
      writeFileSync(path, '[{');
    },
    /is not JSON/,
  ],
  [
    'no token',
    (): void => {
      writeFileSync(path, '[]');
    },
    /at least one token/,
  ],
  [
    'gone',
    (): void => {
      rmSync(path);
    },
    /cannot be read \(ENOENT\)/,
  ],
  [
    'too large',
    (): void => {
      writeFileSync(path, ' '.repeat(1024 * 1024 + 1));
    },
    /has 1048577 bytes/,
  ],
])('a file that is %s keeps the former tokens, which is said once and until it is good', async (_what, harm, why) => {
  writeFileSync(path, listed('agent'));
  const file = new TokensFile(path, log);
  expect(file.trouble()).toBeNull();
  harm();
  await file.look();
  await file.look();
  expect(file.tokens.identify("agent's")).toBeDefined();
  expect(file.trouble()).toMatch(why);
  expect(file.trouble()).toMatch(/^HERMES_TOKENS_FILE: .*the former tokens are kept$/);
  expect(logged).toEqual([expect.stringMatching(why)]);
  writeFileSync(path, listed('agent'));
  await file.look();
  expect(file.trouble()).toBeNull();
});

test('a link above it that is replaced, as Kubernetes replaces a mounted secret, is a change', async () => {
  const place = (name: string, text: string): void => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'tokens.json'), text);
    symlinkSync(name, join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'data'));
  };
  place('first', listed('old'));
  symlinkSync('data/tokens.json', path);
  const { tokens, look } = bound(new TokensFile(path, log));
  place('second', listed('new'));
  await look();
  expect(tokens.identify("new's")).toBeDefined();
});

function bound(file: TokensFile) {
  return { tokens: file.tokens, look: () => file.look() };
}
