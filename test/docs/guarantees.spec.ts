/** docs/guarantees.md names the tests that hold its promises: each is there under that name, and no promise is without one. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { document, table } from './markdown.js';

const PAGE = 'docs/guarantees.md';
const ROOT = resolve(import.meta.dirname, '../..');
const rows = table(PAGE, 'guarantees');

/** Whether the source declares a test of that name that is run: neither commented out nor skipped. Its name stands as one literal. */
function declares(source: string, name: string): boolean {
  const code = source.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // test(…), test.each(…)(…) on one line or several, or a function of the spec's own that declares tests: on…(…)
  const call = new RegExp(`^[ \\t]*([\\w.]*)(?:\\([^\\n]*\\)|\\]?\\))?\\(\\s*(['"])${literal}\\2`, 'gm');
  return [...code.matchAll(call)].some(([, by]) => /^(?:(?:test|it)(?:\.each)?|on[A-Z]\w*)?$/.test(by ?? ''));
}

/** The promises under one of the page's headings. */
function promises(heading: string): readonly string[] {
  const section = document(PAGE).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^### (.+)$/gm)].map(([, name = '']) => name);
}

test.each(rows.map(([promise = '', cell = '']) => ({ promise, cell })))('$promise: $cell', ({ cell }) => {
  const [path = '', name = ''] = cell.split(' › ');
  expect(path).toMatch(/^(?:libs|apps|test)\/.*\.spec\.ts$/);
  expect(`${path} ${existsSync(resolve(ROOT, path)) ? 'is there' : 'is missing'}`).toBe(`${path} is there`);
  expect({ path, name, declared: declares(document(path), name) }).toEqual({ path, name, declared: true });
});

test('every promise is held by a test, and every row is of something on the page', () => {
  const named = new Set(rows.map(([promise]) => promise));
  expect(promises('Promised').length).toBeGreaterThan(5);
  expect(promises('Promised').filter((promise) => !named.has(promise))).toEqual([]);
  const all = new Set([...promises('Promised'), ...promises('Not promised')]);
  expect([...named].filter((promise) => !all.has(promise ?? ''))).toEqual([]);
});

test('a test that is skipped, commented out, renamed or only spoken of holds nothing', () => {
  expect(declares("test('a: b (c)', () => {", 'a: b (c)')).toBe(true);
  expect(declares("  test.each([1, 2])('a %i', () => {", 'a %i')).toBe(true);
  expect(declares("test.each([\n  1,\n])(\n  'a %i',\n", 'a %i')).toBe(true);
  for (const source of [
    "test.skip('a', () => {",
    "  // test('a', () => {",
    "xtest('a', () => {",
    "test('a b', () => {",
    "expect(name).toBe('b'); // 'a'",
    "describe('a', () => {",
    "expect('a').toBe(name);",
    "test.skip.each([1])('a', () => {",
  ])
    expect({ source, held: declares(source, 'a') }).toEqual({ source, held: false });
});
