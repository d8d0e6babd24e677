/** Laws of names, over random orders and rules. A failure prints its seed. */
import fc from 'fast-check';
import { ModelNames } from '#testing';
import type { HostName, Instant } from '../names.js';
import { decideAliases, decideAliasRemoval, decideNameRules } from './decide.js';
import type { NamesEntry } from './entries.js';
import { evolveNames, foldNames } from './evolve.js';
import { isEachItsOwn, ownName, ruledName } from './resolve.js';
import { noNames, type HostNames } from './state.js';

const NOBODY: ReadonlySet<HostName> = new Set();
const signed = { by: null, now: '2026-01-01T00:00:00.000Z' as Instant };
const labels = ['a', 'b', 'lan', 'org', '0'];
/** Names that end with each other's ends, and with what rules cut and append. */
const name = fc
  .array(fc.constantFrom(...labels), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.') as HostName);
const domain = fc
  .array(fc.constantFrom('lan', 'org', 'a'), { minLength: 1, maxLength: 2 })
  .map((parts) => parts.join('.') as HostName);
const rules = fc.record({ cut: fc.array(domain, { maxLength: 3 }), domain: fc.option(domain) });

const move = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('alias' as const),
      host: name,
      names: fc.array(name, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), host: name, name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rules' as const), rules }) },
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function entriesOf(move: Move, names: HostNames): readonly NamesEntry[] {
  switch (move.kind) {
    case 'alias':
      return decideAliases({ kind: 'AliasHosts', orders: [move], ...signed }, names, NOBODY).flatMap((decision) =>
        decision.ok && decision.value.entry !== undefined ? [decision.value.entry] : [],
      );
    case 'remove': {
      const decision = decideAliasRemoval({ kind: 'RemoveAlias', host: move.host, name: move.name, ...signed }, names);
      return decision.ok ? [decision.value.entry] : [];
    }
    case 'rules': {
      const decision = decideNameRules({ kind: 'SetNameRules', ...move.rules, ...signed }, names);
      return decision.ok ? decision.value : [];
    }
  }
}

const decided = fc
  .array(move, { maxLength: 12 })
  .map((moves) => moves.reduce((names, each) => foldNames(names, entriesOf(each, names)), noNames));

/** Entries that nobody decided: of any order, about any names. */
const anyEntry: fc.Arbitrary<NamesEntry> = fc.oneof(
  fc
    .record({ host: name, names: fc.array(name, { maxLength: 3 }) })
    .map((each) => ({ kind: 'HostAliased' as const, ...each, by: null, recordedAt: signed.now })),
  fc
    .record({ host: name, names: fc.array(name, { maxLength: 3 }) })
    .map((each) => ({ kind: 'HostAliasesRemoved' as const, ...each, by: null, recordedAt: signed.now })),
  rules.map((each) => ({ kind: 'NameRulesSet' as const, ...each, by: null, recordedAt: signed.now })),
);

test('rule 23: the own name of an own name is itself', () => {
  fc.assert(
    fc.property(decided, name, (names, each) => {
      const own = ownName(names, each);
      expect(ownName(names, own)).toBe(own);
    }),
    { numRuns: 2000 },
  );
});

test('rule 23: an alias means a host that is no alias, whatever entries there are, and in both directions', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 12 }), (entries) => {
      const { aliases, byHost, revision } = foldNames(noNames, entries);
      expect(revision).toBe(entries.length);
      for (const [alias, host] of aliases) {
        expect(aliases.has(host)).toBe(false);
        expect(byHost.get(host)).toContain(alias);
      }
      expect([...byHost.values()].flat()).toHaveLength(aliases.size);
      for (const [, each] of byHost) expect(each).not.toEqual([]);
    }),
  );
});

test('rule 23: a name means what the simple model says, whatever entries there are', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 12 }), fc.array(name, { maxLength: 5 }), (entries, asked) => {
      const model = new ModelNames();
      for (const entry of entries) model.apply(entry);
      const names = foldNames(noNames, entries);
      for (const each of asked) expect(ownName(names, each)).toBe(model.own(each));
    }),
    { numRuns: 2000 },
  );
});

test('names folded at once are as folded one by one; an order that is sent again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 12 }), (entries) => {
      expect(foldNames(noNames, entries)).toEqual(entries.reduce(evolveNames, noNames));
    }),
  );
  fc.assert(
    fc.property(decided, move, (names, each) => {
      const once = foldNames(names, entriesOf(each, names));
      expect(entriesOf(each, once)).toEqual([]);
    }),
  );
});

test('rules make a name of a name, once and for all', () => {
  fc.assert(
    fc.property(rules, name, (asked, each) => {
      const decision = decideNameRules({ kind: 'SetNameRules', ...asked, ...signed }, noNames);
      if (!decision.ok) return;
      const ruled = ruledName(asked, each);
      expect(ruled).toMatch(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
      expect(ruledName(asked, ruled)).toBe(ruled);
    }),
    { numRuns: 2000 },
  );
});

test('without aliases and rules each name is its own', () => {
  expect(isEachItsOwn(noNames)).toBe(true);
  fc.assert(
    fc.property(decided, name, (names, each) => {
      if (isEachItsOwn(names)) expect(ownName(names, each)).toBe(each);
    }),
  );
});
