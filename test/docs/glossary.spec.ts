/** The glossary of ARCHITECTURE.md: one sentence or two a word, in order, each with a file that exists. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { table } from './markdown.js';

const ROOT = resolve(import.meta.dirname, '../..');
const rows = table('ARCHITECTURE.md', 'glossary');

test.each(rows.map(([word = '', meaning = '', file = '']) => ({ word, meaning, file })))(
  '$word: $file',
  ({ word, meaning, file }) => {
    expect(word).not.toBe('');
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(`${file} ${existsSync(resolve(ROOT, file)) ? 'exists' : 'is missing'}`).toBe(`${file} exists`);
  },
);

test('words are in alphabetical order, each once', () => {
  const words = rows.map(([word = '']) => word);
  expect(words.length).toBeGreaterThan(20);
  expect(words).toEqual([...new Set(words)].sort());
});
