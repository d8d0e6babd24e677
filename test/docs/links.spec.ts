/** Links, commands and paths of every document lead somewhere, and the README's figures are those of BENCHMARKS.md. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { document, table } from './markdown.js';

const ROOT = resolve(import.meta.dirname, '../..');
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n');

/** As GitHub makes them of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...document(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) => text);
  return new Set(
    headings.map((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The links that lead nowhere. Those to the outside are not followed. */
function brokenLinks(page: string, text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(resolve(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
}

const { scripts } = JSON.parse(document('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const OF_NPM = ['ci', 'install', 'prune', 'run'];

function unknownCommands(text: string): readonly string[] {
  const named = [...text.matchAll(/\bnpm (?:run )?([a-z][a-z:-]*)/g)].map(([, name = '']) => name);
  return named.filter((name) => !(name in scripts) && !OF_NPM.includes(name));
}

/** Folders that an operator makes. */
const MADE_BY_OPERATORS = ['deploy/secrets'];

/** Paths of the source in back-ticks, from the project's folder: without a star, which stands for many. */
function missingPaths(text: string): readonly string[] {
  const paths = [...text.matchAll(/`((?:apps|libs|test|bench|docs|scripts|deploy)\/[\w./-]+)`/g)];
  return paths
    .map(([, path = '']) => path)
    .filter((path) => !MADE_BY_OPERATORS.includes(path) && !existsSync(resolve(ROOT, path)));
}

test.each(pages)('%s', (page) => {
  const text = document(page);
  expect({
    links: brokenLinks(page, text),
    commands: unknownCommands(text),
    paths: missingPaths(text),
  }).toEqual({ links: [], commands: [], paths: [] });
});

test('a broken link, a command and a path that are not there are found', () => {
  expect(pages.length).toBeGreaterThan(15);
  expect(brokenLinks('README.md', '[a](docs/none.md) [b](#none) [c](docs/api.md#none) [d](docs/api.md)')).toEqual([
    ...['docs/none.md', '#none', 'docs/api.md#none'],
  ]);
  expect(unknownCommands('npm run none, npm test, npm run check')).toEqual(['none']);
  expect(missingPaths('`libs/none.ts`, `libs/domain`')).toEqual(['libs/none.ts']);
});

test("the README's figures stand in BENCHMARKS.md", () => {
  const [, measured = ''] = document('README.md').split('\n## Measured\n');
  const section = measured.split('\n## ')[0] ?? '';
  const figures = [...section.matchAll(/\b\d+\.\d+\b/g)].map(([figure]) => figure);
  expect(figures.length).toBeGreaterThan(5);
  const known = document('BENCHMARKS.md');
  expect(figures.filter((figure) => !new RegExp(`\\b${figure.replace('.', '\\.')}\\b`).test(known))).toEqual([]);
  for (const [, , command = ''] of table('README.md', 'measured')) {
    const [, suite = ''] = /^npm run bench -- (\S+)$/.exec(command) ?? [];
    expect(known).toContain(`| \`${suite}\` |`);
  }
});
