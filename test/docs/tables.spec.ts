/** What the documentation lists, the code has, and the other way round. */
import { ERRORS, FAULTS } from '#contracts';
import { FIGURES, hostQuery, otherwiseOf, STATUSES, traceVariables, variables, type Figure } from '#platform';
import { block, document, table } from './markdown.js';

test('docs/operating.md lists every setting with its default', () => {
  const listed = table('docs/operating.md', 'settings').map(([name, fallback]) => [name, fallback]);
  const there = Object.values(variables).map((variable) => [
    variable.name,
    variable.name === 'HERMES_DATA_DIR' ? 'data' : otherwiseOf(variable),
  ]);
  expect(listed).toEqual(there);
});

test('docs/operating.md lists every variable of traces with its default', () => {
  const listed = table('docs/operating.md', 'traces').map(([name, fallback]) => [name, fallback]);
  expect(listed).toEqual(Object.entries(traceVariables).map(([name, { fallback }]) => [name, fallback]));
});

test('docs/operating.md lists every figure with its kind and labels', () => {
  const listed = table('docs/operating.md', 'figures').map(([name, kind, labels]) => [name, kind, labels]);
  const there = Object.entries<Figure>(FIGURES).map(([name, { kind, labels }]) => [
    name,
    kind,
    // the reader of tables takes the outermost back-ticks away
    labels
      .map((label) => `\`${label}\``)
      .join(', ')
      .replace(/^`([^`]*)`$/, '$1'),
  ]);
  expect(listed.slice(0, -1)).toEqual(there);
  expect(listed.at(-1)?.[0]).toBe('`hermes_process_*`, `hermes_nodejs_*`');
});

test('docs/api.md lists every error code under its status', () => {
  const rows = table('docs/api.md', 'errors');
  const listed = rows.flatMap(([statuses, codes]) =>
    [...(codes ?? '').replace(/\(.*?\)/g, '').matchAll(/[a-z]+(?:-[a-z]+)*/g)].map(([code]) => ({ code, statuses })),
  );
  const codes = listed.map(({ code }) => code).filter((code) => code in ERRORS);
  expect([...codes].sort()).toEqual(Object.keys(ERRORS).sort());
  for (const { code, statuses } of listed) {
    if (code in ERRORS) expect(`${code} ${statuses}`).toContain(String(STATUSES[code as keyof typeof ERRORS]));
  }
});

test('docs/api.md lists every code that a fault can have beside those', () => {
  const listed = table('docs/api.md', 'faults').map(([code]) => code);
  expect(listed).toEqual(Object.keys(FAULTS));
});

test('docs/semantics.md numbers every rule once, in order', () => {
  const numbers = [...document('docs/semantics.md').matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
});

test('docs/host-queries.md: each line of the language is read, and the fault is as printed', () => {
  const read = (text: string): string => {
    const faults: string[] = [];
    hostQuery.read([text], (fault) => faults.push(fault), { commas: true, most: 1, more: '' });
    return faults.join();
  };
  const rows = table('docs/host-queries.md', 'language').map(([written = '']) => written.split('`, `'));
  const examples = rows
    .flat()
    .map((example) => example.replaceAll('`', ''))
    .filter((example) => !example.includes('…'));
  expect(examples.length).toBeGreaterThan(10);
  for (const example of examples) expect([example, read(example)]).toEqual([example, '']);
  const [text = '', fault] = block('docs/host-queries.md', 'hostQuery').trim().split('\n');
  expect(read(text)).toBe(fault);
});
