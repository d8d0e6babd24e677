/** CSV: what a strict reader gets back is what was written, and no spreadsheet takes a cell for a formula. */
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { csvHeader, csvRows, type Cell, type Columns } from './csv.js';

const columns: Columns<readonly Cell[]> = {
  id: ([id = null]) => id,
  note: ([, note = null]) => note,
  last: ([, , last = null]) => last,
};

function read(text: string): readonly (readonly string[])[] {
  return parse(text, { record_delimiter: '\r\n', relax_column_count: false });
}

test('RFC 4180: a header row, commas, CRLF after every row, quotes where they are needed and doubled within', () => {
  const rows = [
    ['a', 'plain', 1],
    ['b', 'with, comma', 2n],
    ['c', 'with "quotes"', true],
    ['d', 'two\nlines', false],
    ['d', 'two\r', 0],
    ['e', null, null],
  ];
  expect(csvHeader(columns) + csvRows(columns, rows)).toBe(
    'id,note,last\r\na,plain,1\r\nb,"with, comma",2\r\nc,"with ""quotes""",true\r\nd,"two\nlines",false\r\nd,"two\r",0\r\ne,,\r\n',
  );
  expect(csvRows(columns, [])).toBe('');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("http://x","y")', '\uff1d1', '\uff0d1'])(
  'a cell that begins as %j is no formula',
  (text) => {
    expect(read(csvRows(columns, [['a', text, text]]))).toEqual([['a', `'${text}`, `'${text}`]]);
  },
);

test('a number below zero is a number, and an apostrophe within a cell is let be', () => {
  expect(csvRows(columns, [[-1, "it's = 1", -2n]])).toBe("-1,it's = 1,-2\r\n");
});

test('whatever a cell holds, a strict reader gets it back', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const row = fc.tuple(text, fc.option(text), fc.oneof(fc.boolean(), fc.integer(), fc.bigInt()));
  const shown = (cell: Cell): string => {
    if (cell === null) return '';
    return typeof cell === 'string' && /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : String(cell);
  };
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
      const back = read(csvHeader(columns) + csvRows(columns, rows));
      expect(back).toEqual([['id', 'note', 'last'], ...rows.map((cells) => cells.map(shown))]);
    }),
  );
});
