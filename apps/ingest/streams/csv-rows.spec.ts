/** CSV as it comes over the wire: cut anywhere, with rows of any kind. */
import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { CsvRows, type CsvRow } from './csv-rows.js';

async function rowsOf(...chunks: readonly (string | Buffer)[]): Promise<readonly CsvRow[]> {
  const rows = new CsvRows();
  const found: CsvRow[] = [];
  for (const chunk of chunks) found.push(...rows.take(Buffer.from(chunk)));
  found.push(...(await rows.end()));
  return found;
}

const cellsOf = (rows: readonly CsvRow[]) => rows.map((row) => ('cells' in row ? row.cells : row.fault));

test('wherever the bytes are cut, the rows are the same', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', '名', ' ') });
  const tables = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(tables, fc.array(fc.nat(), { maxLength: 10 }), async (table, cuts) => {
      const bytes = Buffer.from(stringify([['host', 'note'], ...table], { quoted: true }));
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
      expect(cellsOf(await rowsOf(...chunks))).toEqual([['host', 'note'], ...table]);
    }),
  );
});

test('rows are numbered by the line in which they end; blank lines and a byte order mark are skipped', async () => {
  const rows = await rowsOf('\ufeffhost,note\r\n\r\na,"two\nlines"\r\nb,x');
  expect(rows).toMatchObject([
    { number: 1, cells: ['host', 'note'] },
    { number: 4, cells: ['a', 'two\nlines'] },
    { number: 5, cells: ['b', 'x'] },
  ]);
});

test('a row of another length is a fault, and the next one is read', async () => {
  const rows = await rowsOf('host,note\na\nb,x,y\nc,z\n');
  expect(cellsOf(rows).filter((row) => typeof row !== 'string')).toEqual([
    ['host', 'note'],
    ['c', 'z'],
  ]);
  expect(rows.filter((row) => 'fault' in row)).toMatchObject([
    { number: 2, isLast: false },
    { number: 3, isLast: false },
  ]);
});

test.each([
  ['a quote behind the end of a quoted cell', 'host,note\na,x\nb,"q" z\nc,y\n'],
  ['a quote within a plain cell', 'host,note\na,x\nb,5" disk\nc,y\n'],
  ['a quote that is never closed', 'host,note\na,x\nb,"never\nclosed'],
  ['a row without an end', `host,note\na,x\nb,"${'x'.repeat(2_000_000)}`],
])('after %s nothing is read', async (_name, text) => {
  const rows = await rowsOf(text);
  const first = rows.findIndex((row) => 'fault' in row && row.isLast);
  expect(cellsOf(rows.slice(0, first))).toEqual([
    ['host', 'note'],
    ['a', 'x'],
  ]);
});

test('a row may end otherwise than the header', async () => {
  expect(cellsOf(await rowsOf('host,role\na,web\r\nb,db\n'))).toEqual([
    ['host', 'role'],
    ['a', 'web'],
    ['b', 'db'],
  ]);
  expect(cellsOf(await rowsOf('host,role\r\na,web\nb,db\r\n'))).toEqual([
    ['host', 'role'],
    ['a', 'web'],
    ['b', 'db'],
  ]);
});

test('rows of another length cost about what others do', async () => {
  const ms = async (row: string): Promise<number> => {
    const begun = performance.now();
    await rowsOf('host,role\n', row.repeat(20_000));
    return performance.now() - begun;
  };
  const good = await ms('a,web\n');
  expect(await ms('a,web,x\n')).toBeLessThan(10 * good + 200);
}, 60_000);
