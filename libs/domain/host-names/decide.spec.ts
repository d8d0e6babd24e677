import type { HostName, Instant } from '../names.js';
import { decideAliases, decideAliasRemoval, decideNameRules } from './decide.js';
import { foldNames } from './evolve.js';
import { ownName, ruledName } from './resolve.js';
import { MAX_ALIASES, MAX_ALIASES_OF_HOST, noNames, type HostNames } from './state.js';

const NOBODY: ReadonlySet<HostName> = new Set();
const now = '2026-01-01T00:00:00.000Z' as Instant;
const signed = { by: 'ann', now };
const of = (...names: readonly string[]) => names as readonly HostName[];

function alias(names: HostNames, host: string, ...aliases: readonly string[]) {
  const [decision] = decideAliases(
    { kind: 'AliasHosts', orders: [{ host: host as HostName, names: of(...aliases) }], ...signed },
    names,
    NOBODY,
  );
  if (decision === undefined) throw new Error('no decision');
  return decision;
}

function aliased(names: HostNames, host: string, ...aliases: readonly string[]): HostNames {
  const decision = alias(names, host, ...aliases);
  if (!decision.ok) throw new Error(JSON.stringify(decision.refusals));
  return foldNames(names, decision.value.entry === undefined ? [] : [decision.value.entry]);
}

function ruled(names: HostNames, cut: readonly string[], domain: string | null): HostNames {
  const decision = decideNameRules(
    { kind: 'SetNameRules', cut: of(...cut), domain: domain as HostName | null, ...signed },
    names,
  );
  if (!decision.ok) throw new Error(JSON.stringify(decision.refusals));
  return foldNames(names, decision.value);
}

const web = aliased(noNames, 'web-1.example.com', 'web-1', 'i-07');

test('rule 23: an alias means its host, an alias of an alias too, and what is an alias already writes nothing', () => {
  expect(ownName(web, 'web-1' as HostName)).toBe('web-1.example.com');
  const more = aliased(web, 'web-1', 'w1');
  expect(ownName(more, 'w1' as HostName)).toBe('web-1.example.com');
  expect(alias(more, 'i-07', 'web-1', 'w1')).toEqual({
    ok: true,
    value: { host: 'web-1.example.com', entry: undefined, aliases: ['web-1', 'i-07', 'w1'] },
  });
});

test('rule 23: an alias of another host, a host with aliases and the host itself are refused, all faults at once', () => {
  const names = aliased(web, 'db-1', 'd1');
  expect(alias(names, 'db-1', 'web-1', 'db-1', 'web-1.example.com', 'new')).toMatchObject({
    ok: false,
    refusals: [
      { code: 'alias-taken', path: 'names[0]' },
      { code: 'alias-of-itself', path: 'names[1]' },
      { code: 'host-in-use', path: 'names[2]' },
    ],
  });
});

test('orders are decided one after the other: the second sees what the first did', () => {
  const orders = [
    { host: 'a' as HostName, names: of('x') },
    { host: 'b' as HostName, names: of('x') },
    { host: 'x' as HostName, names: of('y') },
  ];
  const decisions = decideAliases({ kind: 'AliasHosts', orders, ...signed }, noNames, NOBODY);
  expect(decisions.map((each) => (each.ok ? each.value.host : each.refusals[0]?.code))).toEqual([
    'a',
    'alias-taken',
    'a',
  ]);
});

test('rule 23: a host in use is no alias', () => {
  const orders = [{ host: 'a' as HostName, names: of('x', 'y') }];
  const decisions = decideAliases({ kind: 'AliasHosts', orders, ...signed }, noNames, new Set(of('y')));
  expect(decisions).toMatchObject([{ ok: false, refusals: [{ code: 'host-in-use', path: 'names[1]' }] }]);
});

test('how many aliases there may be, of a host and in all', () => {
  const many = Array.from({ length: MAX_ALIASES_OF_HOST }, (_, nth) => `n${nth}`);
  const full = aliased(noNames, 'a', ...many);
  expect(alias(full, 'a', 'n1')).toMatchObject({ ok: true });
  expect(alias(full, 'a', 'one-more')).toMatchObject({ ok: false, refusals: [{ code: 'aliases-full' }] });
  const aliases = new Map(Array.from({ length: MAX_ALIASES }, (_, nth) => [`n${nth}` as HostName, 'a' as HostName]));
  expect(alias({ ...noNames, aliases }, 'b', 'one-more')).toMatchObject({
    ok: false,
    refusals: [{ code: 'aliases-full' }],
  });
});

test('a removed alias means a host of its own; only an alias of the host is removed', () => {
  const remove = (names: HostNames, host: string, name: string) =>
    decideAliasRemoval({ kind: 'RemoveAlias', host: host as HostName, name: name as HostName, ...signed }, names);
  const removed = remove(web, 'i-07', 'web-1');
  if (!removed.ok) throw new Error('refused');
  const names = foldNames(web, [removed.value.entry]);
  expect(removed.value).toMatchObject({ host: 'web-1.example.com', aliases: ['i-07'] });
  expect(ownName(names, 'web-1' as HostName)).toBe('web-1');
  expect(remove(names, 'i-07', 'web-1')).toMatchObject({ ok: false, refusals: [{ code: 'alias-unknown' }] });
  expect(remove(web, 'db-1', 'web-1')).toMatchObject({ ok: false, refusals: [{ code: 'alias-unknown' }] });
});

test('rule 23: rules cut the longest domain until none is left, and append one to short names; never to what would be no name', () => {
  const rules = { cut: of('lan', 'corp.lan'), domain: 'example.com' as HostName };
  const made = ['web-1', 'web-1.lan', 'web-1.corp.lan', 'web-1.lan.lan', 'web-1.other.org', 'lan', 'x.plan', 'a-.lan'];
  expect(made.map((name) => ruledName(rules, name as HostName))).toEqual([
    'web-1.example.com',
    'web-1.example.com',
    'web-1.example.com',
    'web-1.example.com',
    'web-1.other.org',
    'lan.example.com',
    'x.plan',
    'a-.lan',
  ]);
  const long = 'a'.repeat(250) as HostName;
  expect(ruledName(rules, long)).toBe(long);
});

test('rule 23: an alias goes before the rules, what rules make of a name may be one, and a host with aliases keeps its name', () => {
  const names = ruled(
    aliased(aliased(noNames, 'web-1', 'i-07'), 'db-9.corp.net', 'db.example.com', 'short'),
    [],
    'example.com',
  );
  const own = (name: string) => ownName(names, name as HostName);
  expect(['i-07', 'web-1', 'db', 'short', 'other'].map(own)).toEqual([
    'web-1',
    'web-1',
    'db-9.corp.net',
    'db-9.corp.net',
    'other.example.com',
  ]);
});

test('rules that cut what they append are refused; those that are there already write nothing', () => {
  const decide = (cut: readonly string[], domain: string | null, names = noNames) =>
    decideNameRules({ kind: 'SetNameRules', cut: of(...cut), domain: domain as HostName | null, ...signed }, names);
  expect(decide(['com'], 'example.com')).toMatchObject({
    ok: false,
    refusals: [{ code: 'name-rules-invalid', path: 'domain' }],
  });
  expect(decide(['example.com'], 'example.com')).toMatchObject({ ok: false });
  expect(decide(['ample.com'], 'example.com')).toMatchObject({ ok: true });
  const names = ruled(noNames, ['lan'], 'example.com');
  expect(decide(['lan'], 'example.com', names)).toEqual({ ok: true, value: [] });
  expect(decide(['lan'], null, names)).toMatchObject({ ok: true, value: [{ kind: 'NameRulesSet', domain: null }] });
});
