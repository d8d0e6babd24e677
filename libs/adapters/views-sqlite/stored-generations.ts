/** The existing generations: the control file's record of each, with the number of partitions in its own file. */
import type { Generation } from '#contracts';
import { positionFrom } from './documents.js';
import type { OpenFiles } from './files.js';

/** number, documents_version, fold_version, state, created_at, continued, continued_from */
type GenerationRow = readonly [
  ...[number, number, number, Generation['state'], Generation['createdAt']],
  ...[number | null, string | null],
];
type Files = Pick<OpenFiles, 'control' | 'countingOf'>;

const COLUMNS = 'number, documents_version, fold_version, state, created_at, continued, continued_from';

/** Ascending. */
export function storedGenerations(files: Files): readonly Generation[] {
  const { control } = files;
  const rows = control.reading(() =>
    control.statement(`SELECT ${COLUMNS} FROM generations ORDER BY number`).all(),
  ) as readonly GenerationRow[];
  return rows.map((row) => toGeneration(files, row));
}

export function storedGeneration(files: Files, number: number): Generation | undefined {
  const { control } = files;
  const row = control.reading(() =>
    control.statement(`SELECT ${COLUMNS} FROM generations WHERE number = ?`).get(number),
  ) as GenerationRow | undefined;
  return row && toGeneration(files, row);
}

function toGeneration(files: Files, row: GenerationRow): Generation {
  const [number, documentsVersion, foldVersion, state, createdAt, continued, from] = row;
  return {
    ...{ number, documentsVersion, foldVersion, state, createdAt },
    ...files.countingOf(number),
    ...(continued !== null && from !== null && { continued: { generation: continued, from: positionFrom(from) } }),
  };
}
