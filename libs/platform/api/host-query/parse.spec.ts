/** The language of `hostQuery`: what it means, and where a text is wrong. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_HOST_QUERY_LENGTH, type HostQuery, type Pattern } from '#contracts';
import type { HostName, TypeName } from '#domain';
import { parseHostQuery } from './parse.js';

const web: HostQuery = { is: 'attribute', among: ['role:web'] };
const rack: HostQuery = { is: 'attribute', among: ['rack:7'] };
const retired: HostQuery = { is: 'retired' };
const not = (of: HostQuery): HostQuery => ({ is: 'not', of });

describe('what a query means', () => {
  test.each<[text: string, query: HostQuery]>([
    ['role = web', web],
    ['role=web', web],
    ['"role" = "web"', web],
    ['role != web', not(web)],
    ['role in (web, db)', { is: 'attribute', among: ['role:web', 'role:db'] }],
    ['role not in (web)', not(web)],
    ['role ~ "w*b"', { is: 'attributeLike', pattern: ['role:w', 'b'] }],
    ['role !~ w*', not({ is: 'attributeLike', pattern: ['role:w', ''] })],
    ['"a*b" ~ x', { is: 'attributeLike', pattern: ['a*b:x'] }],
    ['role = "a\\"b\\\\c"', { is: 'attribute', among: ['role:a"b\\c'] }],
    ['name = WEB-1', { is: 'name', among: ['web-1' as HostName] }],
    ['name in (web-1, db-1.example)', { is: 'name', among: ['web-1', 'db-1.example'] as HostName[] }],
    ['name ~ Web-*', { is: 'nameLike', pattern: ['web-', ''] }],
    ['"name" = x', { is: 'attribute', among: ['name:x'] }],
    ['open', { is: 'open', type: null }],
    ['open(reboot-required)', { is: 'open', type: 'reboot-required' as TypeName }],
    ['OPEN ( "reboot-required" )', { is: 'open', type: 'reboot-required' as TypeName }],
    ['open = yes', { is: 'attribute', among: ['open:yes'] }],
    ['retired', retired],
    ['not retired', not(retired)],
    ['not not retired', retired],
    ['notes = 1', { is: 'attribute', among: ['notes:1'] }],
    ['role = web AND rack = 7', { is: 'all', of: [web, rack] }],
    ['role = web or rack = 7 and retired', { is: 'any', of: [web, { is: 'all', of: [rack, retired] }] }],
    ['(role = web or rack = 7) and retired', { is: 'all', of: [{ is: 'any', of: [web, rack] }, retired] }],
    ['not (role = web or\n\track = 7)', not({ is: 'any', of: [web, rack] })],
  ])('%s', (text, query) => {
    expect(parseHostQuery(text)).toEqual({ ok: true, query });
  });
});

describe('where a text is wrong', () => {
  test.each<[text: string, at: number, reason: string]>([
    ['', 1, 'the text ends where it takes not, or (, or the name of an attribute, or name, or open, or retired'],
    ['role', 5, 'the text ends where it takes !, or =, or ~, or not, or in'],
    ['role = ', 8, 'the text ends where it takes a value'],
    [
      'role = web and',
      15,
      'the text ends where it takes not, or (, or the name of an attribute, or name, or open, or retired',
    ],
    ['role = web rack = 7', 12, '"rack = 7" stands where it takes and, or or, or nothing more'],
    ['role = "web', 8, '"\\"web" stands where it takes a value'],
    ['(role = web', 12, 'the text ends where it takes and, or or, or )'],
    ['role in ()', 10, '")" stands where it takes a value'],
    ['role = web and name = "a b"', 23, '"a b" is not the name of a host'],
    ['role = web or open("?")', 20, '"?" is not the name of an event type'],
    ['constructor = 1', 1, 'no attribute is called "constructor"'],
    ['role ~ "a*b*c*d*e"', 8, '"a*b*c*d*e" has more than 3 stars'],
  ])('%s', (text, at, reason) => {
    expect(parseHostQuery(text)).toEqual({ ok: false, at, reason });
  });

  test('one that is too long, or too deep: neither reaches the parser', () => {
    const long = parseHostQuery(`a = "${'x'.repeat(MAX_HOST_QUERY_LENGTH)}"`);
    expect(long).toMatchObject({ ok: false, at: MAX_HOST_QUERY_LENGTH + 1 });
    const deep = (depth: number) => parseHostQuery(`${'('.repeat(depth)}a = "("${')'.repeat(depth)}`);
    expect(deep(32)).toMatchObject({ ok: true });
    expect(deep(33)).toEqual({ ok: false, at: 33, reason: 'a parenthesis opens within 32 others' });
  });
});

test('a tree that is written out is read as the same tree', () => {
  const texts = fc.string({
    minLength: 1,
    maxLength: 5,
    unit: fc.constantFrom('a', 'B', '1', ' ', '"', '\\', ':', '*', '(', '=', 'é', '\u{1f600}'),
  });
  const value = texts.map((text) => text.replaceAll('*', '-'));
  const pattern: fc.Arbitrary<Pattern> = fc.array(value, { minLength: 1, maxLength: 4 });
  const { query } = fc.letrec<{ query: HostQuery; one: HostQuery }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 4 },
      tie('one'),
      fc.record({ is: fc.constantFrom('all', 'any'), of: fc.array(tie('query'), { minLength: 2, maxLength: 3 }) }),
      tie('one').map(not),
    ),
    one: fc.oneof(
      fc
        .array(value, { minLength: 1, maxLength: 3 })
        .map((all) => ({ is: 'attribute', among: all.map((each) => `r:${each}`) })),
      pattern.map(([first, ...others]) => ({ is: 'attributeLike', pattern: [`r:${first!}`, ...others] })),
      fc.constantFrom({ is: 'open', type: null }, { is: 'open', type: 'a-b' }, { is: 'retired' }),
      fc.constant({ is: 'name', among: ['a', 'b'] }),
    ) as fc.Arbitrary<HostQuery>,
  }));
  fc.assert(
    fc.property(query, (tree) => {
      expect(parseHostQuery(written(tree))).toEqual({ ok: true, query: tree });
    }),
  );
});

test('any text is read or refused within itself', () => {
  const words = fc.constantFrom(
    'a',
    ' ',
    '(',
    ')',
    'not ',
    ' and ',
    ' in ',
    '=',
    '!',
    '~',
    '"',
    '\\',
    'open',
    ',',
    '*',
    'ß',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parseHostQuery(text);
      if (parsed.ok) return;
      expect(parsed.at).toBeGreaterThanOrEqual(1);
      expect(parsed.at).toBeLessThanOrEqual(text.length + 1);
    }),
    { numRuns: 500 },
  );
});

function written(query: HostQuery): string {
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  const valueOf = (term: string): string => quoted(term.slice('r:'.length));
  switch (query.is) {
    case 'all':
    case 'any':
      return `(${query.of.map(written).join(query.is === 'all' ? ' and ' : ' or ')})`;
    case 'not':
      return `not ${written(query.of)}`;
    case 'attribute':
      return query.among.length === 1
        ? `r = ${valueOf(query.among[0]!)}`
        : `r in (${query.among.map(valueOf).join(', ')})`;
    case 'attributeLike':
      return `r ~ ${valueOf(query.pattern.join('*'))}`;
    case 'name':
      return `name in (${query.among.map(quoted).join(', ')})`;
    case 'nameLike':
      return `name ~ ${quoted(query.pattern.join('*'))}`;
    case 'open':
      return query.type === null ? 'open' : `open(${quoted(query.type)})`;
    case 'retired':
      return 'retired';
  }
}
