/** Rules 15, 17, 19 and 22: what embarking, amending, adding hosts, taking them out and adopting ask for, and every fault at once. */
import { Play } from '#testing';
import type { EventTypeId } from '../catalogue/ids.js';
import { emptyCatalogue } from '../catalogue/state.js';
import type { LaborId } from '../host/ids.js';
import type { HostName, Instant, TypeName } from '../names.js';
import type { AmendQuest, EmbarkQuest } from './commands.js';
import {
  decideAddHosts,
  decideAdopt,
  decideAmend,
  decideClaim,
  decideEmbark,
  decideRemoveHosts,
  draftQuest,
  MAX_QUEST_HOSTS,
} from './decide.js';
import { evolveQuest } from './evolve.js';
import type { QuestId } from './ids.js';
import type { QuestState } from './state.js';

const now = '2026-01-01T00:00:00.000Z' as Instant;
const later = '2026-01-01T00:00:00.001Z' as Instant;
const quest = 7 as QuestId;
const hosts = (...names: readonly string[]) => new Set(names as readonly HostName[]);

const { catalogue } = new Play('[1] a-required => host-ready', '[2] host-ready => host-done intermediate');

function embark(more: Partial<EmbarkQuest> = {}): EmbarkQuest {
  const rest = { claim: null, creator: 'ann', description: 'fix it', target: null, references: [], by: 'tool', now };
  return { kind: 'EmbarkQuest', type: 'a-required', hosts: hosts('a', 'b'), ...rest, ...more };
}

const state: QuestState = {
  ...{ quest, type: 'a-required' as TypeName, creator: 'ann', principal: null, description: 'fix it' },
  ...{ target: later },
  ...{
    references: [{ key: 'X-1' }],
    embarkedAt: now,
    hosts: 2,
    embarking: [],
    batches: [],
    adopting: [],
    removing: [],
    removes: false,
    abandoned: null,
    ending: false,
  },
};

function amend(changes: Partial<AmendQuest>, at: Instant = now) {
  return decideAmend({ kind: 'AmendQuest', quest, ...changes, by: 'ben', now: at }, state);
}

describe('embarking', () => {
  test('rule 19: a host named twice counts once, in the order first named', () => {
    const decision = decideEmbark(embark({ hosts: hosts('b', 'a', 'b', 'c', 'a') }), catalogue);
    expect(decision).toEqual({ ok: true, value: { type: 'a-required', hosts: ['b', 'a', 'c'] } });
  });

  test('rule 17: the type may be named by its pair', () => {
    const decision = decideEmbark(embark({ type: { category: 'a', state: 'required' } }), catalogue);
    expect(decision).toMatchObject({ ok: true, value: { type: 'a-required' } });
  });

  test.each([
    ['one that only follows', 'host-ready', 'event-type-not-starting'],
    ['one that nothing creates', 'host-done', 'event-type-not-starting'],
    ['an unknown one', 'no-such', 'event-type-unknown'],
    ['another pair', { category: 'a-', state: 'required' }, 'event-type-unknown'],
  ])('rule 17: the type must start labors; %s is refused', (_what, type, code) => {
    const message = expect.stringMatching(/; .+\.$/) as string;
    expect(decideEmbark(embark({ type }), catalogue)).toEqual({
      ok: false,
      refusals: [{ code, path: 'type', message }],
    });
  });

  test('rule 17: a retired type is refused as such', () => {
    const h = new Play('[1] a-required => host-done');
    h.change({ kind: 'EventTypeRetired', id: 1 as EventTypeId });
    expect(decideEmbark(embark(), h.catalogue)).toMatchObject({
      refusals: [{ code: 'event-type-retired', path: 'type' }],
    });
  });

  test('rule 17: the target lies ahead, by a millisecond at least', () => {
    expect(decideEmbark(embark({ target: later }), catalogue).ok).toBe(true);
    expect(decideEmbark(embark({ target: now }), catalogue)).toMatchObject({
      refusals: [{ code: 'target-not-in-future', path: 'target' }],
    });
  });

  test('every fault at once', () => {
    const decision = decideEmbark(embark({ type: 'no-such', hosts: hosts(), target: now }), emptyCatalogue);
    expect(decision.ok ? [] : decision.refusals.map(({ code }) => code)).toEqual([
      'event-type-unknown',
      'quest-without-hosts',
      'target-not-in-future',
    ]);
  });

  test('rule 19: a quest has at most a million hosts, repeats not counted', () => {
    const many = Array.from({ length: MAX_QUEST_HOSTS }, (_, index) => `h${index}` as HostName);
    expect(decideEmbark(embark({ hosts: new Set([...many, ...hosts('h1')]) }), catalogue).ok).toBe(true);
    expect(decideEmbark(embark({ hosts: new Set([...many, ...hosts('one')]) }), catalogue)).toMatchObject({
      refusals: [{ code: 'quest-too-large', path: 'hosts' }],
    });
    const adding = { kind: 'AddHosts', quest, hosts: hosts('one'), by: null, now } as const;
    const full = { ...state, hosts: MAX_QUEST_HOSTS };
    expect(decideAddHosts(adding, full, new Set(), catalogue)).toMatchObject({
      refusals: [{ code: 'quest-too-large', path: 'hosts' }],
    });
  });

  test("rule 17: the draft is the stream's first entry, and folds to what was asked", () => {
    const references = [{ label: 'ticket', key: 'X-1' }];
    const entry = draftQuest(embark({ target: later, references }), quest, 'a-required' as TypeName);
    expect(entry).toMatchObject({ kind: 'QuestDrafted', by: 'tool', recordedAt: now });
    expect(evolveQuest(null, entry)).toEqual({
      ...{ quest, type: 'a-required', creator: 'ann', description: 'fix it', target: later, references },
      ...{
        principal: null,
        embarkedAt: null,
        hosts: 0,
        embarking: [],
        batches: [],
        adopting: [],
        removing: [],
        removes: false,
        abandoned: null,
        ending: false,
      },
    });
  });
});

describe('amending', () => {
  test('rule 22: journals only what differs', () => {
    const changes = { creator: 'ben', description: 'fix it', target: null, references: [{ key: 'X-1' }] };
    expect(amend(changes)).toEqual({
      ok: true,
      value: [{ kind: 'QuestAmended', creator: 'ben', target: null, by: 'ben', recordedAt: now }],
    });
  });

  test('rule 22: an amendment folds to what it says, and the same again changes nothing', () => {
    const changes = { creator: null, description: 'other', references: [{ url: 'https://x.example' }] };
    const decision = amend(changes);
    const after = decision.ok ? decision.value.reduce<QuestState | null>(evolveQuest, state) : null;
    expect(after).toEqual({ ...state, ...changes });
    const again = decideAmend({ kind: 'AmendQuest', quest, ...changes, by: null, now }, after!);
    expect(again).toEqual({ ok: true, value: [] });
  });

  test.each([
    ['another label', [{ key: 'X-1', label: 'ticket' }]],
    ['another key', [{ key: 'X-2' }]],
    ['a URL', [{ key: 'X-1', url: 'https://x.example' }]],
    ['one more', [{ key: 'X-1' }, { key: 'X-1' }]],
    ['none', []],
  ])('rule 22: references with %s differ', (_what, references) => {
    expect(amend({ references })).toMatchObject({ value: [{ references }] });
  });

  test('rule 22: nothing that differs gives no entry, also where the target has passed meanwhile', () => {
    expect(amend({})).toEqual({ ok: true, value: [] });
    expect(amend({ target: later, creator: 'ann' }, '2027-01-01T00:00:00.000Z' as Instant)).toEqual({
      ok: true,
      value: [],
    });
  });

  test('rule 17, rule 22: a new target lies ahead', () => {
    expect(amend({ target: now, creator: 'ben' })).toMatchObject({
      ok: false,
      refusals: [{ code: 'target-not-in-future', path: 'target' }],
    });
  });
});

describe('adding hosts', () => {
  const add = (names: readonly string[], at = catalogue) =>
    decideAddHosts({ kind: 'AddHosts', quest, hosts: hosts(...names), by: null, now }, state, hosts('a', 'b'), at);

  test('rule 22: one that is in already gets no second event; rule 19: one named twice counts once', () => {
    expect(add(['c', 'a', 'd', 'c'])).toEqual({ ok: true, value: { hosts: ['c', 'd'], starts: true } });
  });

  test('rule 22: where all are in nothing is left to do, and nothing refused', () => {
    expect(add(['a', 'b'])).toMatchObject({ ok: true, value: { hosts: [] } });
    expect(add(['a'], emptyCatalogue)).toMatchObject({ ok: true, value: { hosts: [] } });
  });

  test('rule 22: hosts join also where no fate starts the type any more; rule 7: not where the type is retired', () => {
    const h = new Play('[1] a-required => host-done');
    h.retireFate(1);
    expect(add(['c', 'a'], h.catalogue)).toEqual({ ok: true, value: { hosts: ['c'], starts: false } });
    h.change({ kind: 'EventTypeRetired', id: h.catalogue.types.get('a-required' as TypeName)!.id });
    expect(add(['c'], h.catalogue)).toMatchObject({ refusals: [{ code: 'event-type-retired', path: '' }] });
    expect(add(['c'], emptyCatalogue)).toMatchObject({ refusals: [{ code: 'event-type-unknown' }] });
  });
});

test('rule 18: a quest may claim labors of any type that was defined; it claims hosts that it names as well, which count once', () => {
  expect(decideEmbark(embark({ claim: 'none', type: 'host-done' as TypeName }), catalogue)).toMatchObject({ ok: true });
  expect(decideEmbark(embark({ claim: 'none', type: 'x-y' as TypeName }), catalogue)).toMatchObject({
    refusals: [{ code: 'event-type-unknown', path: 'type' }],
  });
  const claiming = (...named: readonly string[]) =>
    ({ kind: 'ClaimLabors', quest, hosts: hosts(...named), from: 'none', by: null, now }) as const;
  const named = new Set(['a'] as readonly string[] as readonly HostName[]);
  expect(decideClaim(claiming('b', 'a', 'b'), state, named)).toEqual({
    ok: true,
    value: { hosts: ['b', 'a'], added: 1 },
  });
  expect(decideClaim(claiming(), state, named)).toMatchObject({ refusals: [{ code: 'quest-without-hosts' }] });
  const abandoned = { by: null, principal: null, at: now, reason: 'over' };
  expect(decideClaim(claiming('a'), { ...state, abandoned }, named)).toMatchObject({
    refusals: [{ code: 'quest-abandoned' }],
  });
  const full = { ...state, hosts: MAX_QUEST_HOSTS };
  expect(decideClaim(claiming('a'), full, named)).toMatchObject({ ok: true });
  expect(decideClaim(claiming('a', 'c'), full, named)).toMatchObject({ refusals: [{ code: 'quest-too-large' }] });
});

test('rule 22: those named that are in are taken out, each once; none is no refusal, unless none is named or the quest is abandoned', () => {
  const taking = (...named: readonly string[]) =>
    ({ kind: 'RemoveHosts', quest, hosts: hosts(...named), by: null, now }) as const;
  const isIn = (host: HostName) => host !== 'z';
  expect(decideRemoveHosts(taking('b', 'z', 'a', 'b'), state, isIn)).toEqual({ ok: true, value: ['b', 'a'] });
  expect(decideRemoveHosts(taking('z'), state, isIn)).toEqual({ ok: true, value: [] });
  expect(decideRemoveHosts(taking(), state, isIn)).toMatchObject({ refusals: [{ code: 'quest-without-hosts' }] });
  const abandoned = { by: null, principal: null, at: now, reason: 'over' };
  expect(decideRemoveHosts(taking('z'), { ...state, abandoned }, isIn)).toMatchObject({
    refusals: [{ code: 'quest-abandoned' }],
  });
});

test('rule 15: a quest adopts labors unless it is abandoned', () => {
  const wanted = { adoption: 'p', request: 'r', labors: ['a~0', 'b~1.2'] as unknown as LaborId[], by: 'ann' };
  const adopt = (at: QuestState) => decideAdopt({ kind: 'AdoptLabors', quest, ...wanted, now }, at);
  expect(adopt(state)).toEqual({ ok: true, value: { kind: 'QuestLaborsAccepted', ...wanted, recordedAt: now } });
  const abandoned = { by: null, principal: null, at: now, reason: 'over' };
  expect(adopt({ ...state, abandoned })).toMatchObject({ refusals: [{ code: 'quest-abandoned', path: '' }] });
});
