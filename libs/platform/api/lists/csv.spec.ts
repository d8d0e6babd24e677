/** CSV: what a strict reader gets back is what was written, and no spreadsheet takes a cell for a formula. */
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { csvHeader, csvRows, type Cell, type Columns } from './csv.js';
import { formulaFree, formulaFreeJson } from './formula-free.js';

const columns: Columns<readonly Cell[]> = {
  id: ([id = null]) => id,
  note: ([, note = null]) => note,
  last: ([, , last = null]) => last,
};

const table = { columns, instants: [] };

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
  expect(csvHeader(table, 'plain') + csvRows(table, rows, 'plain')).toBe(
    'id,note,last\r\na,plain,1\r\nb,"with, comma",2\r\nc,"with ""quotes""",true\r\nd,"two\nlines",false\r\nd,"two\r",0\r\ne,,\r\n',
  );
  expect(csvRows(table, [], 'plain')).toBe('');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("http://x","y")', '\uff1d1', '\uff0d1'])(
  'a cell that begins as %j is no formula',
  (text) => {
    expect(read(csvRows(table, [['a', text, text]], 'plain'))).toEqual([['a', `'${text}`, `'${text}`]]);
  },
);

test('a number below zero is a number, and an apostrophe within a cell is let be', () => {
  expect(csvRows(table, [[-1, "it's = 1", -2n]], 'plain')).toBe("-1,it's = 1,-2\r\n");
});

test('whatever a cell holds, a strict reader gets it back', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const row = fc.tuple(text, fc.option(text), fc.oneof(fc.boolean(), fc.integer(), fc.bigInt()));
  const shown = (cell: Cell): string =>
    cell === null ? '' : typeof cell === 'string' ? formulaFree(cell) : String(cell);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
      const back = read(csvHeader(table, 'plain') + csvRows(table, rows, 'plain'));
      expect(back).toEqual([['id', 'note', 'last'], ...rows.map((cells) => cells.map(shown))]);
    }),
  );
});

/** Where a spreadsheet may part a text: at any of these, whatever stands in quotes. */
const PARTS = /[,;\t\r\n]/;
const FORMULA = /^[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

test.each([
  ['a;=1+1', "a;'=1+1"],
  ['a\t-1', "a\t'-1"],
  ['a\n@x', "a\n'@x"],
  ['a, "=1"', 'a,\' "=1"'],
  ['"=1"', '\'"=1"'],
  [';; =1;b=2;-', ";;' =1;b=2;'-"],
  ['\t=1', "'\t'=1"],
  ['a-b;c=d, e@f', 'a-b;c=d, e@f'],
  ["it's = 1", "it's = 1"],
])('no piece of %j is a formula', (text, free) => {
  expect(formulaFree(text)).toBe(free);
});

test('a cell of JSON is the same value, and no formula, wherever it is parted', () => {
  expect(formulaFreeJson({ a: 1, '@t': 'x, =1;-2' })).toBe('{"a":1,"\\u0040t":"x, \\u003d1;\\u002d2"}');
  const odd = fc
    .array(fc.constantFrom(...'=+-@;,|\t\n\r"\' \\ax'.split('')), { maxLength: 8 })
    .map((parts) => parts.join(''));
  const value = fc.dictionary(odd, fc.oneof(odd, fc.integer(), fc.boolean()));
  fc.assert(
    fc.property(value, (attributes) => {
      const cell = formulaFreeJson(attributes);
      expect([JSON.parse(cell), formulaFree(cell)]).toEqual([JSON.parse(JSON.stringify(attributes)), cell]);
    }),
  );
});

test('wherever a spreadsheet parts the rows, no piece begins a formula, but for our own numbers', () => {
  const odd = fc.constantFrom(...'=+-@;,\t\n\r"\' ax'.split(''), '\uff1d', '\u2028');
  const text = fc.array(odd, { maxLength: 12 }).map((parts) => parts.join(''));
  const row = fc.tuple(text, text, fc.constantFrom<Cell>(-7, null, true));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
      const whole = csvHeader(table, 'plain') + csvRows(table, rows, 'plain');
      for (const piece of whole.split(PARTS)) if (piece !== '-7') expect(piece).not.toMatch(FORMULA);
    }),
  );
});

test('a long text of blanks takes no longer than any other', () => {
  const text = `;${' '.repeat(1_000_000)}=1`;
  expect(formulaFree(text).length).toBe(text.length + 1);
});

test('for Excel: a byte order mark, and instants as dates that sort; other texts are as they are', () => {
  const times = { columns, instants: ['note'] };
  const at = '2026-03-01T12:00:00.000Z';
  expect(csvHeader(times, 'excel')).toBe('\ufeffid,note,last\r\n');
  expect(csvRows(times, [[at, at, 1]], 'excel')).toBe(`${at},2026-03-01 12:00:00.000,1\r\n`);
  expect(csvRows(times, [['a', null, 1]], 'excel')).toBe('a,,1\r\n');
  expect(csvRows(times, [[at, at, 1]], 'plain')).toBe(`${at},${at},1\r\n`);
});
