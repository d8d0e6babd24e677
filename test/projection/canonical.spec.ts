/** R8: the form in which folds are compared and hashed says all that documents mean, and nothing of how they came about. */
import fc from 'fast-check';
import { atOnce, encodeEntry, hostStream, type HostDocument, type NewEntry } from '#contracts';
import {
  canonicalText,
  differencesOf,
  formsOf,
  placedBy,
  SumOfHashes,
  type FoldedHost,
  type Forms,
  type HostDocuments,
  type HostForms,
} from '#application';
import type { Journal } from '#ports';
import { createMemoryJournal, histories, Play, type History, type MemoryJournalOptions } from '#testing';
import { allJudged, folded, newViews, served, stop, streamOf, tidyUp } from './rig.js';
import { replayed } from './testing-replays.js';

afterEach(tidyUp);

/** The same entries under the same UUIDs, wherever the journal puts them; `changed` replaces one before it is stored. */
async function journalOf(
  { steps }: History,
  options: MemoryJournalOptions = {},
  changed: (entry: NewEntry, step: number) => NewEntry = (entry) => entry,
): Promise<Journal> {
  const journal = createMemoryJournal(options);
  for (const [index, { entry }] of steps.entries()) {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const stored = changed(encodeEntry(entry, id, { principal: entry.principal ?? null }), index);
    await journal.append([{ stream: streamOf(entry), expected: 'any', entries: [stored] }]);
  }
  return journal;
}

async function hostsOf(journal: Journal): Promise<readonly FoldedHost[]> {
  return (await replayed(journal)).hosts;
}

function canonical({ places, ...host }: FoldedHost, documents: HostDocuments = host): HostForms {
  return formsOf(documents.document.host, documents, placedBy(places));
}

/** All that it says. */
function textOf({ host, document, labors, parts }: HostForms): string {
  const all = <K>(forms: Forms<K>): object =>
    Object.fromEntries([...forms.keys()].map((key) => [String(key), forms.get(key)]));
  return canonicalText({ host, document, labors: all(labors), parts: all(parts) });
}

test('R8, R12: it is the same in a journal with other positions', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60, 10), async (history) => {
      const here = await hostsOf(await journalOf(history));
      const there = await hostsOf(await journalOf(history, { firstPosition: 0n, gaps: () => 1n }));
      expect(there.map((host) => textOf(canonical(host)))).toEqual(here.map((host) => textOf(canonical(host))));
    }),
    { numRuns: 30, endOnFailure: true },
  );
});

test('R8: that of the documents in views is that of the replay, however they were written', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60, 10), async (history) => {
      const journal = await journalOf(history);
      const views = await newViews();
      const projector = await folded(journal, views);
      await allJudged(views);
      const generation = await served(views);
      for (const host of await hostsOf(journal)) {
        const name = host.document.host;
        const quests = await views.writer.questsOfHost(generation, name, null, 1000);
        const stored = await views.writer.load(generation, {
          hosts: [name],
          labors: host.labors.map(({ id }) => id),
          parts: quests.map((quest) => ({ quest, host: name })),
        });
        const live = canonical(host, { ...stored, document: stored.hosts[0]! });
        expect(atOnce(differencesOf(live, canonical(host)))).toBeUndefined();
        expect(textOf(live)).toBe(textOf(canonical(host)));
      }
      await stop(projector);
      await views.close();
    }),
    { numRuns: 10, endOnFailure: true },
  );
}, 120_000);

/** What the form says nothing of, by the members' names from the outside in; `*` is any. */
const UNSAID = [
  ...['document.version', 'document.position', 'document.behind', 'labors.*.position', 'parts.*.position'],
  ...['document.parked.state', 'document.parked.since', 'document.parked.position'],
  // it is the host's own
  'parts.*.host',
];

/** As often each member of a name is tried. */
const TIMES_EACH = 20;

type Path = readonly (string | number)[];

/** Each value within it that has no members. */
function leaves(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]));
}

function other(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'bigint') return value + 1n;
  return typeof value === 'boolean' ? !value : 'x';
}

function withOther(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return other(value);
  const members = value as Record<string | number, unknown>;
  const member = withOther(members[name], rest);
  if (!Array.isArray(value)) return { ...members, [name]: member };
  return value.map((each: unknown, index) => (index === Number(name) ? member : each));
}

test('R8: each value of each document is said, but for what is named here', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(histories(60, 20), fc.nat(), async (history, of) => {
      const hosts = await hostsOf(await journalOf(history));
      const host = hosts[of % Math.max(hosts.length, 1)];
      if (host === undefined) return;
      const parked: HostDocument['parked'] = {
        state: 'parked',
        reason: 'r',
        revision: 7,
        position: 9n,
        since: 's',
      } as never;
      const documents: HostDocuments = { ...host, document: { ...host.document, parked } };
      const { document, labors, parts } = documents;
      const text = textOf(canonical(host, documents));
      for (const path of leaves({ document, labors, parts })) {
        const name = path.map((part) => (/^\d+$/.test(String(part)) ? '*' : part)).join('.');
        // an object that is absent: what it would say is said where it is there
        if (name === 'labors.*.past') continue;
        const times = seen.get(name) ?? 0;
        if (times === TIMES_EACH) continue;
        seen.set(name, times + 1);
        const changed = withOther(documents, path) as HostDocuments;
        const isSame = textOf(canonical(host, changed)) === text;
        expect({ name, isSame }).toEqual({ name, isSame: UNSAID.includes(name) });
      }
    }),
    { numRuns: 30, endOnFailure: true },
  );
  const reached = [
    ...UNSAID,
    'labors.*.closed.principal',
    'labors.*.past.moves.*.position',
    'parts.*.emptied.position',
  ];
  expect(reached.filter((name) => !seen.has(name))).toEqual([]);
}, 60_000);

test('R8: differences are found by labor and field, each host’s at the first entry whose effects differ', async () => {
  const play = new Play('x-required => x-done', 'y-required => y-done');
  play.event('x-required', { by: 'ann' });
  play.event('y-required');
  play.event('x-done', { by: 'ann' });
  play.ack('h~1', 'ann');
  play.ack('h~1', 'ann');
  const [live] = await hostsOf(await journalOf(play.history));
  const spoiled = await journalOf(play.history, {}, (entry) => ({
    ...entry,
    json: entry.json.replaceAll('ann', 'bob'),
  }));
  const [bobs] = await hostsOf(spoiled);
  const found = atOnce(differencesOf(canonical(live!), canonical(bobs!)));
  expect(found).toMatchObject({ host: 'h', entry: 0 });
  expect(found?.differences).toMatchObject([
    { labor: 'h~0', quest: null, field: 'opened', live: { by: 'ann' }, folded: { by: 'bob' }, entry: 0 },
    { labor: 'h~0', quest: null, field: 'closed', live: { by: 'ann' }, folded: { by: 'bob' }, entry: 2 },
    { labor: 'h~1', quest: null, field: 'past', entry: 3 },
    { labor: 'h~1', quest: null, field: 'ack', live: { by: 'ann' }, folded: { by: 'bob' }, entry: 4 },
  ]);
  const without = { ...live!, labors: live!.labors.slice(0, 1), document: { ...live!.document, entryId: null } };
  expect(atOnce(differencesOf(canonical(live!), canonical(live!, without)))?.differences).toMatchObject([
    { labor: 'h~1', field: null, live: { id: 'h~1' }, folded: undefined, entry: 1 },
    { labor: null, quest: null, field: 'entryId', entry: null },
    { labor: null, quest: null, field: 'updatedAt', folded: null, entry: null },
  ]);
});

test('R9: two forms are compared in steps, one document at a time: others have their turn within a host of many labors', async () => {
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 50; n += 1) {
    play.event('x-required');
    play.event('x-done');
  }
  const [host] = await hostsOf(await journalOf(play.history));
  const steps = differencesOf(canonical(host!), canonical(host!));
  let count = 0;
  while (steps.next().done !== true) count += 1;
  expect(host!.labors.length).toBe(50);
  expect(count).toBeGreaterThanOrEqual(50);
});

test('R8: whichever entry is another, no difference lies before it', async () => {
  let differing = 0;
  await fc.assert(
    fc.asyncProperty(histories(60, 20), fc.nat(), async (history, of) => {
      const steps = history.steps.flatMap(({ kind }, index) => (kind === 'host' ? [index] : []));
      const changed = steps[of % Math.max(steps.length, 1)];
      if (changed === undefined) return;
      const journal = await journalOf(history);
      const spoiled = await journalOf(history, {}, (entry, step) =>
        step === changed ? { ...entry, principal: 'somebody else' } : entry,
      );
      const { entry } = history.steps[changed]!;
      const name = 'host' in entry ? entry.host : undefined;
      const revision = history.steps
        .slice(0, changed)
        .filter((step) => 'host' in step.entry && step.kind === 'host' && step.entry.host === name).length;
      const others = await hostsOf(spoiled);
      for (const [index, host] of (await hostsOf(journal)).entries()) {
        const [one, another] = [canonical(host), canonical(others[index]!)];
        const found = atOnce(differencesOf(one, another));
        expect(found === undefined).toBe(textOf(one) === textOf(another));
        if (found === undefined) continue;
        expect(hostStream(found.host)).toBe(hostStream(name!));
        // a retirement in the host's own state or past, and a note of a labor, say who it was, and not which entry
        const field = found.differences[0]?.field ?? '';
        if (['state.retired', 'past', 'notes'].includes(field)) expect([null, revision]).toContain(found.entry);
        else expect(found.entry).toBe(revision);
        differing += 1;
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect(differing).toBeGreaterThan(10);
}, 60_000);

test('R8: the hash of many does not depend on their order or on who sums them, and one that is missing changes it', () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
  const sumOf = (hashes: readonly string[]): string => {
    const sum = new SumOfHashes();
    for (const each of hashes) sum.add(each);
    return sum.hex;
  };
  fc.assert(
    fc.property(fc.array(hash, { minLength: 1 }), fc.nat(), (hashes, at) => {
      const cut = at % hashes.length;
      const turned = [...hashes.slice(cut), ...hashes.slice(0, cut)];
      expect(sumOf(turned)).toBe(sumOf(hashes));
      expect(sumOf([sumOf(hashes.slice(0, cut)), sumOf(hashes.slice(cut))])).toBe(sumOf(hashes));
      const less = sumOf(hashes.filter((_, index) => index !== cut));
      expect(less === sumOf(hashes)).toBe(/^0*$/.test(hashes[cut]!));
      expect(sumOf(hashes)).toMatch(/^[0-9a-f]{64}$/);
    }),
  );
});
