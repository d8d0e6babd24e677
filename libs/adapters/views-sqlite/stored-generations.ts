/** The existing generations: the control file's record of each, with the number of partitions in its own file. */
import type { Generation } from '#contracts';
import type { ViewsFiles } from './files.js';

/** number, documents_version, fold_version, state, created_at */
type GenerationRow = readonly [number, number, number, Generation['state'], Generation['createdAt']];

/** Ascending. */
export function storedGenerations(files: ViewsFiles): readonly Generation[] {
  const { control } = files;
  const rows = control.reading(() =>
    control
      .statement('SELECT number, documents_version, fold_version, state, created_at FROM generations ORDER BY number')
      .all(),
  ) as readonly GenerationRow[];
  return rows.map(([number, documentsVersion, foldVersion, state, createdAt]) => ({
    ...{ number, documentsVersion, foldVersion, state, createdAt },
    ...files.countingOf(number),
  }));
}
