/** Finds what the documentation marks for testing: the fenced block or the table after `<!-- test: name -->`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** The text of a document, by its path from the project's folder. */
export function document(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8');
}

/** The content of the fenced block that follows the marker; throws where there is none. */
export function block(path: string, name: string): string {
  const after = document(path).split(`<!-- test: ${name} -->\n`)[1];
  const found = /^```[a-z]*\n([\s\S]*?)^```$/m.exec(after ?? '');
  if (after?.startsWith('```') !== true || found?.[1] === undefined) throw new Error(`${path} has no block "${name}"`);
  return found[1];
}

/** The body rows of the table that follows the marker: its cells, without back-ticks around them. */
export function table(path: string, name: string): readonly (readonly string[])[] {
  const after = document(path).split(`<!-- test: ${name} -->\n`)[1];
  const lines = (after ?? '').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  const rows = lines.slice(2, end);
  if (rows.length === 0) throw new Error(`${path} has no table "${name}"`);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
  );
}
