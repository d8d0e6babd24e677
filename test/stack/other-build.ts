/** A later build of Hermes, made of the present one: its output is copied, and some of its text replaced. For tests of upgrades. */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** The text of one file of `dist` that `find` matches once, and what stands there instead. */
export interface Replacement {
  readonly file: string;
  readonly find: RegExp;
  readonly by: string | ((found: string) => string);
}

/** The constant of a file of the build, raised by one. */
export function raised(file: string, constant: string): Replacement {
  return {
    file,
    find: new RegExp(`export const ${constant} = \\d+;`),
    by: (found) => found.replace(/\d+;/, (number) => `${Number.parseInt(number, 10) + 1};`),
  };
}

/** Resolves with the root of the build, in `folder`, which is made. */
export async function otherBuild(folder: string, replacements: readonly Replacement[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, find, by } of replacements) {
    const path = join(folder, 'dist', file);
    const text = await readFile(path, 'utf8');
    const [found, ...others] = text.match(new RegExp(find.source, `${find.flags}g`)) ?? [];
    if (found === undefined || others.length > 0) throw new Error(`${file} has not one text ${String(find)}`);
    await writeFile(
      path,
      text.replace(found, () => (typeof by === 'string' ? by : by(found))),
    );
  }
  return folder;
}
