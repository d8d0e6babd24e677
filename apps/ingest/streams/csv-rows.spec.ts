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
  ['a quote behind the end of a quoted cell', 'b,"q" z\nc,y\n', 5, /^a quote that opens in it is none of CSV/],
  ['a quote within a plain cell', 'b,5" disk\nc,y\n', 5, /^a quote that opens in it is none of CSV/],
  ['a quote that is never closed', 'b,"never\nclosed', 5, /^a quote that opens in it is none of CSV/],
  ['one that the next one seems to close', '"b","a\nb\r\nc\nd,"e"\nf,g\n', 5, /^a quote that opens/],
  ['one in a later line of its row', '"b\nc","never\nclosed\n', 6, /^a quote that opens/],
  ['a row without an end', `b,${'x'.repeat(2_000_000)}`, 5, /^the row that begins in it has more than 1 MiB/],
  ['a row of many cells', `b${',xyz'.repeat(1_000_000)}\nc,y\n`, 5, /^the row that begins in it has more than 1 MiB/],
  ['a cell without an end', `"b\n",c,"${'x\n'.repeat(1_000_000)}`, 6, /^the cell whose quote opens in it has no end/],
])('after %s nothing is read, and it is said where that begins', async (_name, text, number, fault) => {
  const rows = await rowsOf(`host,note\n\n\r\na,x\n`, text);
  expect(rows.slice(0, 2)).toMatchObject([{ cells: ['host', 'note'] }, { cells: ['a', 'x'] }]);
  expect(rows.slice(2)).toEqual([{ number, isLast: true, fault: expect.stringMatching(fault) as string }]);
});

test('lines are counted by their ends, of whatever kind, within cells too', async () => {
  const rows = await rowsOf('host,note\r\na,"1\r\n2\r\n3"\r\n\r\n\nb,x\r\nc,"y\rz"');
  expect(rows).toMatchObject([{ number: 1 }, { number: 4 }, { number: 7 }, { number: 9 }]);
});

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

test.each([
  ['UTF-8 with a mark', Buffer.from('\ufeffhost,note\na,é名😀\n')],
  ['UTF-16, little endian', utf16('\ufeffhost,note\na,é名😀\n')],
  ['UTF-16, big endian', utf16('\ufeffhost,note\na,é名😀\n').swap16()],
])('%s is read, wherever it is cut', async (_name, bytes) => {
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    expect(cellsOf(await rowsOf(bytes.subarray(0, cut), bytes.subarray(cut)))).toEqual([
      ['host', 'note'],
      ['a', 'é名😀'],
    ]);
  }
});

test('bytes decide what is text: a replacement character is, half a character is not', async () => {
  const bad = Buffer.concat([Buffer.from('host\n\ufffd\n'), Buffer.from([0xff]), Buffer.from('\nb\n')]);
  expect(await rowsOf(bad)).toMatchObject([
    {},
    { cells: ['\ufffd'] },
    { notText: 'it is not UTF-8' },
    { cells: ['b'] },
  ]);
  for (const [half, rest] of [
    ['\udc00', ''],
    ['\ud83d', 'x'],
    ['\ud83d', ''],
  ]) {
    const bytes = utf16(`\ufeffhost\n\ufffd\nb\n${half}${rest}`);
    expect(await rowsOf(bytes)).toMatchObject([
      { cells: ['host'] },
      { cells: ['\ufffd'] },
      { cells: ['b'] },
      { notText: 'it is not UTF-16' },
    ]);
  }
  expect(await rowsOf(Buffer.concat([utf16('\ufeffhost\na'), Buffer.from('b')]))).toMatchObject([
    { cells: ['host'] },
    { notText: 'it is not UTF-16' },
  ]);
  expect((await rowsOf(utf16('\ufeffhost\n\ufffd\n'))).every((row) => !('notText' in row))).toBe(true);
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
