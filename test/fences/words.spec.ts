// Plants banned words and phrases into a made-up house, and expects each, and only it, to be found with the term to use.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Files } from './plant.js';

const script = fileURLToPath(new URL('../../scripts/words.mjs', import.meta.url));

function check(files: Files): { readonly code: number | null; readonly lines: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-words-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
    return { code: status, lines: stdout.split('\n').filter((line) => line !== '') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('plain words are not found, also where they are close to banned ones', () => {
  const clean = {
    'libs/domain/a.ts':
      '/** Tell a person. Of the hosts, those that reported wait still; it is to stderr that it goes. */\n',
    'docs/a.md': 'A retry will not pass by itself. They stand. What waiting costs is measured.\n',
    'README.md': 'Dear reader.\n',
    'libs/domain/package.json': '{ "description": "folded anew" }\n',
  };
  expect(check(clean)).toEqual({ code: 0, lines: [] });
});

test.each([
  ['the views are folded anew', '"anew": say again; of views: rebuilt'],
  ['At most so many of them.', '"so many": say a number'],
  ['What Waits is refused.', '"What Waits": say the noun'],
  ['const told = errors;', '"told": say logged, reported'],
  ['whoever asks', '"whoever": say who it is'],
  ['projection stands still', '"stands still": say stalled'],
  ['the batch under way', '"under way": say in flight'],
  ['those which wait', '"those which": say the noun'],
])('"%s" is found, by its line', (text, message) => {
  const { code, lines } = check({ 'libs/ports/feed.ts': `first\n// ${text}\n`, 'scripts/a.mjs': 'nothing\n' });
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringContaining(`libs/ports/feed.ts:2: ${message}`)]);
});

test('documents, scripts and configuration are held to it as well', () => {
  const { lines } = check({
    'README.md': 'anew\n',
    'docs/deep/a.md': 'anew\n',
    'deploy/a.yaml': '# anew\n',
    'test/a.sh': 'anew',
  });
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'README.md',
    'test/a.sh',
    'docs/deep/a.md',
    'deploy/a.yaml',
  ]);
});
