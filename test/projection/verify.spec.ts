/** R9: a verification finds what differs between the views and the journal, and nothing else, while the views go on. */
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import {
  BUCKET_LIMITS,
  CatalogueTimeline,
  createVerifying,
  silentLog,
  type Log,
  type Projector,
  type VerificationStatus,
  type Verifying,
} from '#application';
import { viewsPosition, type StoredEntry } from '#contracts';
import type { HostName, Instant, LaborId, QuestId } from '#domain';
import { wrapJournal, type Journal, type Views, type ViewsBatch, type ViewsWriter } from '#ports';
import {
  canonicalViews,
  createMemoryJournal,
  crowdedHistories,
  histories,
  Play,
  temporaryFolder,
  until,
  type History,
} from '#testing';
import {
  acceptAdoption,
  acceptQuest,
  allJudged,
  append,
  appendHistory,
  cleanFold,
  clock,
  folded,
  hearHead,
  follow,
  newViews,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { misread } from './testing-replays.js';
import { campaign, HOSTS, laborOf, partOf, plant, QUEST, verified } from './testing-verifying.js';

afterEach(tidyUp);
const path = temporaryFolder();

const QUESTS = [1, 2, 3] as QuestId[];

async function journalOf(history: History): Promise<Journal> {
  const journal = createMemoryJournal();
  for (const quest of QUESTS) await acceptQuest(journal, quest, ['h' as HostName]);
  await appendHistory(journal, history);
  return journal;
}

async function projected(journal: Journal): Promise<Views> {
  const views = await newViews();
  await folded(journal, views);
  await allJudged(views);
  return views;
}

test('R9: the views of a projector are equal to the journal, whatever happened', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories(60),
      fc.constantFrom(1, 3000, 2 ** 20),
      fc.constantFrom(2, 10_000),
      async (history, bucketBytes, hostEntries) => {
        const journal = await journalOf(history);
        const views = await newViews();
        const projector = await folded(journal, views);
        await allJudged(views);
        const limits = { ...BUCKET_LIMITS, hostEntries, hostCharacters: 2 ** 20, waitingCharacters: 3000 };
        const { findings, hosts, quests, notCompared } = await verified(journal, views, { bucketBytes, limits });
        expect(findings.examples).toEqual([]);
        expect(notCompared).toEqual({ large: 0, behind: 0, moving: 0 });
        expect(hosts).toBe((await views.writer.hostNames(await served(views), null, 1000)).length);
        expect(quests).toBe(QUESTS.length);
        await stop(projector);
        await views.close();
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
}, 240_000);

test('R9, P4: what is parked in both is equal, too', async () => {
  let parked = 0;
  await fc.assert(
    fc.asyncProperty(histories(60, 10), fc.integer(), async (history, seed) => {
      const journal = misread(await journalOf(history), seed);
      const views = await projected(journal);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
      parked += (await views.writer.parkedHosts(await served(views), null, 1000)).length;
    }),
    { numRuns: 10, endOnFailure: true },
  );
  expect(parked).toBeGreaterThan(0);
}, 240_000);

test('R9: it is equal also where hosts and quests go on while it runs: each is judged as far as it is stored', async () => {
  await fc.assert(
    fc.asyncProperty(histories(80, 20), fc.nat(), async (history, at) => {
      const { steps } = history;
      const cut = at % steps.length;
      const journal = createMemoryJournal();
      for (const quest of QUESTS) await acceptQuest(journal, quest, ['h' as HostName]);
      await appendHistory(journal, { steps: steps.slice(0, cut) });
      const views = await newViews();
      const projector = await folded(journal, views);
      await allJudged(views);
      let goesOn: Promise<void> | undefined;
      const going = async (): Promise<void> => {
        await appendHistory(journal, { steps: steps.slice(cut) });
        const signed = { by: 'ann', recordedAt: '2026-01-02T00:00:00.000Z' as Instant };
        for (const quest of QUESTS) await append(journal, { kind: 'QuestAmended', description: 'z', ...signed }, quest);
        await hearHead(projector, journal);
        await allJudged(views);
      };
      // the journal is cut: what comes now is in no bucket
      const load: ViewsWriter['load'] = async (...asked) => {
        await (goesOn ??= going());
        return views.writer.load(...asked);
      };
      const writer = Object.assign(Object.create(views.writer) as ViewsWriter, { load });
      const before = await verified(journal, { ...views, writer });
      await goesOn;
      expect(before.findings.examples).toEqual([]);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
      await stop(projector);
      await views.close();
    }),
    { numRuns: 10, endOnFailure: true },
  );
}, 240_000);

test('R9, rule 6: a host with a thousand open labors is compared as any other', async () => {
  await fc.assert(
    fc.asyncProperty(crowdedHistories(20), async (history) => {
      const journal = await journalOf(history);
      const views = await projected(journal);
      expect((await verified(journal, views)).findings.examples).toEqual([]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 240_000);

test('R9: defects in a labor, in a part, in a host are found by host, labor and field, with what each side says', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  expect((await verified(journal, views)).findings.differences).toBe(0);
  await plant.labor(views, 'a~0');
  await plant.part(views, 'b');
  await plant.key(views, 'c');
  const { findings, hosts } = await verified(journal, views);
  const open = (await partOf(views, 'b')).tally;
  expect(findings.examples.map(({ host, labor, quest, field }) => ({ host, labor, quest, field }))).toEqual([
    { host: 'a', labor: 'a~0', quest: null, field: 'state' },
    { host: 'b', labor: null, quest: QUEST, field: 'tally' },
    { host: 'c', labor: null, quest: null, field: 'state.keys' },
  ]);
  expect(findings.examples[0]).toMatchObject({ live: '"waived"', folded: '"completed"' });
  expect(findings.examples[1]?.live).toContain('"open":7');
  expect(findings.examples[1]?.folded).toContain('"open":1');
  expect(findings.examples[2]).toMatchObject({ live: '[]' });
  expect([hosts, open.open, findings.differences]).toEqual([HOSTS.length, 7, 3]);
});

test('R9, rule 25: examples say where words differ, and none of the words', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  const labor = await laborOf(views, 'a~0');
  const opened = { ...labor.opened, note: 'a password', principal: 'mallory' };
  const closed = labor.closed && { ...labor.closed, by: 'another ann' };
  await views.writer.apply(await served(views), { labors: [{ ...labor, opened, closed }] });
  const { findings } = await verified(journal, views);
  expect(findings.examples.map(({ labor: id, field }) => [id, field])).toEqual([
    ['a~0', 'opened'],
    ['a~0', 'closed'],
  ]);
  const text = JSON.stringify(findings.examples);
  for (const word of ['password', 'mallory', 'ann']) expect(text).not.toContain(word);
  const [first, second] = findings.examples;
  const words = (side: string | null | undefined, name: string): unknown =>
    (JSON.parse(side ?? '{}') as Record<string, unknown>)[name];
  expect([words(first!.folded, 'note'), words(first!.folded, 'principal')]).toEqual([null, null]);
  expect(words(first!.live, 'note')).toMatch(/^words:[0-9a-f]{12}$/);
  expect(words(second!.live, 'by')).not.toBe(words(second!.folded, 'by'));
  // what each says at other places is the same there
  expect(words(first!.live, 'event')).toBe(words(first!.folded, 'event'));
});

test('R9, rule 25: the log says where something differs, and not what it is', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  const lines: unknown[] = [];
  const line = (...said: unknown[]): void => void lines.push(said);
  const log = { debug: line, info: line, warn: line, error: line } as unknown as Log;
  const timeline = new CatalogueTimeline(journal);
  const verifying = createVerifying({ journal, views, timeline, clock, log, folder: path('verify') });
  await plant.labor(views, 'a~0');
  const begun = await verifying.start();
  if (!begun.ok) throw new Error(begun.problem.detail);
  await ended(verifying, begun.value.id);
  await verifying.repair('a');
  const texts = lines.map((said) => JSON.stringify(said));
  const first = { host: 'a', labor: 'a~0', quest: null, field: 'state', entry: null };
  const differing = lines.filter(
    (said) => JSON.stringify(said).includes('differ') && JSON.stringify(said).includes('a~0'),
  );
  expect(differing).toMatchObject([
    ['the views differ from the journal', { differences: 1, first }],
    ['the views of a host differed from its entries', { host: 'a', differences: 1, repaired: true, first }],
  ]);
  for (const text of texts) expect(text).not.toMatch(/waived|"live"|"folded"|examples/);
  await verifying.close();
});

test('R9: a document that is missing, and one that nothing accounts for, are found whole; those first that say when', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  await plant.stranger(views, 'a');
  // the views' journal has a host and a quest more than the views were folded from
  const unheard = await withUnheard(journal);
  const { findings } = await verified(unheard, views);
  const found = findings.examples.map(({ host, labor, quest, field, live, folded }) => ({
    ...{ host, labor, quest, field },
    sides: [live === null ? 'none' : 'there', folded === null ? 'none' : 'there'],
  }));
  const [missing, extra] = [
    ['none', 'there'],
    ['there', 'none'],
  ];
  expect(found).toEqual([
    { host: 'd', labor: 'd~0', quest: null, field: null, sides: missing },
    { host: 'd', labor: null, quest: QUEST, field: null, sides: missing },
    { host: 'd', labor: null, quest: null, field: null, sides: missing },
    { host: 'stranger', labor: null, quest: null, field: null, sides: extra },
    { host: 'stranger', labor: 'stranger~0', quest: null, field: null, sides: extra },
  ]);
});

/** The same entries, in which each of host `a` stands for host `d` as well. */
async function withUnheard(journal: Journal): Promise<Journal> {
  const first = (await journal.read([{ stream: 'host-a', direction: 'forwards', from: 0, limit: 1 }]))[0]![0]!;
  return wrapJournal(journal, {
    readAll: async (after, limit) =>
      (await journal.readAll(after, limit)).flatMap((entry) =>
        entry.id === first.id
          ? [entry, { ...entry, stream: 'host-d', json: entry.json.replace('"a"', '"d"') }]
          : [entry],
      ),
  });
}

const LARGE = { ...BUCKET_LIMITS, hostEntries: 2, hostCharacters: 2 ** 20, waitingCharacters: 3000 };

/** The views of a projector that never saw the last entry of host `b`, and has ended; the place of that entry. */
async function truncated(journal: Journal) {
  const [entries] = await journal.read([{ stream: 'host-b', direction: 'forwards', from: 0, limit: 100 }]);
  const last = entries!.at(-1)!;
  const isSeen = ({ id }: StoredEntry): boolean => id !== last.id;
  const cut = wrapJournal(journal, {
    read: async (reads) => (await journal.read(reads)).map((page) => page.filter(isSeen)),
    readAll: async (...call) => (await journal.readAll(...call)).filter(isSeen),
  });
  const views = await newViews();
  const projector = await folded(cut, views);
  await allJudged(views);
  await stop(projector);
  return { views, end: (await journal.readAll(last.position, 100)).at(-1)?.position ?? last.position };
}

test.each([
  { size: 'large', limits: LARGE },
  { size: 'small', limits: { ...LARGE, hostEntries: 100 } },
])(
  'R9: a $size host whose documents stop before the journal does differs, and one that is behind is counted so',
  async ({ limits }) => {
    const journal = await campaign();
    const { views, end } = await truncated(journal);
    const { findings, notCompared } = await verified(journal, views, { limits, end });
    expect(new Set(findings.examples.map(({ host }) => host))).toEqual(new Set(['b']));
    expect(findings.examples).toContainEqual(expect.objectContaining({ labor: 'b~0', field: 'state', live: '"open"' }));
    expect(notCompared).toEqual({ large: 0, behind: 0, moving: 0 });
    const generation = await served(views);
    const [document] = (await views.writer.load(generation, { hosts: ['b' as HostName] })).hosts;
    const behind = { state: 'behind', position: end, since: document!.updatedAt } as const;
    await views.writer.apply(generation, { hosts: [{ ...document!, behind }] });
    const later = await verified(journal, views, { limits, end });
    expect(later.findings.examples).toEqual([]);
    expect(later.leftOut).toMatchObject([{ why: 'behind' }]);
    expect(later.notCompared).toEqual({ large: 0, behind: 1, moving: 0 });
  },
);

test.each([
  ['entries', { ...BUCKET_LIMITS, hostEntries: 2, hostCharacters: 2 ** 20 }],
  ['words', { ...BUCKET_LIMITS, hostEntries: 100, hostCharacters: 500 }],
])('R9: a host of too many %s to be judged alone is left out before its documents are read', async (_, alone) => {
  const journal = await campaign();
  const views = await projected(journal);
  const read: HostName[] = [];
  const laborsOf: ViewsWriter['laborsOf'] = (generation, names, after) => {
    read.push(...names);
    return views.writer.laborsOf(generation, names, after);
  };
  const writer = Object.assign(Object.create(views.writer) as ViewsWriter, { laborsOf });
  const { findings, hosts, notCompared, leftOut } = await verified(
    ...([journal, { ...views, writer }, { limits: LARGE, alone }] as const),
  );
  expect([findings.examples, hosts, notCompared]).toEqual([[], 0, { large: 3, behind: 0, moving: 0 }]);
  expect(leftOut.map(({ why }) => why)).toEqual(['large', 'large', 'large']);
  expect(new Set(leftOut.map(({ host }) => host)).size).toBe(3);
  expect(read).toEqual([]);
});

test('P2, R9: what a projector has left that ended before it wrote the host is no difference: the next one writes it', async () => {
  const journal = await campaign();
  const views = await newViews();
  const withheld = Object.assign(Object.create(views.writer) as ViewsWriter, {
    apply: (generation: number, { hosts: __, progress: ___, touches: ____, ...batch }: ViewsBatch) =>
      views.writer.apply(generation, batch).then(() => ({ conflicts: [] })),
  });
  const first = await folded(journal, views);
  await allJudged(views);
  await stop(first);
  const end = viewsPosition(await views.writer.progress(await served(views)))!;
  const play = new Play('x-required => x-done', 'y-required => y-done');
  play.event('y-done', { host: 'b' as HostName });
  await append(journal, play.history.steps.at(-1)!.entry);
  const killed = projectorOver(journal, views, { writer: withheld });
  await killed.prepare({ rebuild: false });
  await follow(killed);
  await hearHead(killed, journal);
  await until('a labor is written', async () => (await laborOf(views, 'b~1')).state === 'completed');
  await stop(killed);
  // nobody takes over: the host is found as it was, and nothing says that this is to change
  const left = await verified(journal, views, { end, takenOver: async () => undefined });
  expect(left.findings.examples.map(({ host }) => host)).toContain('b');
  const goesOn = await verified(journal, views, {
    end,
    // stored again, as it was: somebody has it
    takenOver: async () => {
      const generation = await served(views);
      const { hosts } = await views.writer.load(generation, { hosts: ['b' as HostName] });
      await views.writer.apply(generation, { hosts });
    },
  });
  expect([goesOn.findings.examples, goesOn.notCompared.moving]).toEqual([[], 1]);
  let second: Projector | undefined;
  const takenOver = async (): Promise<void> => {
    second = await folded(journal, views);
    await hearHead(second, journal);
    await allJudged(views);
  };
  const over = await verified(journal, views, { end, takenOver });
  expect(second).toBeDefined();
  expect([over.findings.examples, over.notCompared]).toEqual([[], { large: 0, behind: 0, moving: 0 }]);
  expect(over.hosts).toBe(HOSTS.length);
});

test('R9: quests, the catalogue and names are compared, too', async () => {
  const journal = await campaign();
  const signed = { by: null, recordedAt: '2026-01-02T00:00:00.000Z' as Instant };
  await append(journal, { kind: 'HostAliased', host: HOSTS[0]!, names: ['first' as HostName], ...signed });
  const views = await projected(journal);
  // as if the views had been folded from entries that say something else
  const changed = (entry: StoredEntry): StoredEntry => ({
    ...entry,
    json: entry.json
      .replace('"first"', '"second"')
      .replace(/"category":"y"/, '"category":"z"')
      .replace('"x-', '"w-'),
  });
  const isFollowed = ({ stream }: StoredEntry): boolean => !stream.startsWith('host-');
  const other = wrapJournal(journal, {
    read: async (reads) => (await journal.read(reads)).map((page) => page.map((e) => (isFollowed(e) ? changed(e) : e))),
    readAll: async (...call) => (await journal.readAll(...call)).map((e) => (isFollowed(e) ? changed(e) : e)),
  });
  const { findings } = await verified(other, views);
  const found = findings.examples.filter(({ host }) => host === null);
  expect(new Set(found.map(({ quest, field }) => quest ?? field))).toEqual(new Set([QUEST, 'catalogue', 'names']));
  expect(found.find(({ field }) => field === 'names')).toMatchObject({
    live: expect.stringContaining('"first"') as unknown,
    folded: expect.stringContaining('"second"') as unknown,
  });
  expect(found.find(({ quest }) => quest === QUEST)).toMatchObject({ labor: null, field: 'state' });
});

test('R9, rule 15: a part that a quest expects of a host is there until the host gives its own, and both are equal', async () => {
  const journal = await campaign();
  await acceptQuest(journal, 2 as QuestId, ['a' as HostName]);
  await acceptAdoption(journal, 2 as QuestId, ['b~1' as LaborId], 'accepted');
  const views = await projected(journal);
  expect((await verified(journal, views)).findings.examples).toEqual([]);
});

function verifyingOver(journal: Journal, views: Views, folder: string) {
  return createVerifying({ journal, views, timeline: new CatalogueTimeline(journal), clock, log: silentLog, folder });
}

async function ended(verifying: Verifying, id: string): Promise<VerificationStatus> {
  let last = await verifying.status(id);
  await until('it has ended', async () => {
    last = await verifying.status(id);
    return !last.ok || last.value.state !== 'running';
  });
  if (!last.ok) throw new Error(last.problem.detail);
  return last.value;
}

test('R9: a job runs to its end, one at a time; the last ones are remembered, and others are unknown', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  await plant.labor(views, 'b~0');
  const verifying = verifyingOver(journal, views, path('verify'));
  const [first, second] = await Promise.all([verifying.start(), verifying.start()]);
  if (!first.ok || second.ok) throw new Error('not one of two begins');
  expect(second.problem).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining(first.value.id) as unknown,
  });
  const { id } = first.value;
  expect(await ended(verifying, id)).toMatchObject({
    ...{ state: 'done', percent: 100, equal: false, differences: 1, hosts: 3, reason: null, secondsLeft: null },
    examples: [{ host: 'b', labor: 'b~0', field: 'state' }],
  });
  expect(existsSync(path('verify'))).toBe(false);
  const labor = await laborOf(views, 'b~0');
  await views.writer.apply(await served(views), { labors: [{ ...labor, state: 'completed' }] });
  for (let job = 0; job < 10; job += 1) {
    const begun = await verifying.start();
    if (!begun.ok) throw new Error(begun.problem.detail);
    expect(await ended(verifying, begun.value.id)).toMatchObject({ state: 'done', equal: true, examples: [] });
  }
  expect(await verifying.status(id)).toMatchObject({ problem: { code: 'verification-unknown' } });
  await verifying.close();
});

test('R9: cancelled, closed or failed it leaves nothing behind, and says so', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  let release = (): void => undefined;
  let isHeld = true;
  const reading = new Promise<void>((resolve) => (release = resolve));
  const slow = wrapJournal(journal, {
    readAll: async (...call) => {
      if (isHeld) await reading;
      return journal.readAll(...call);
    },
  });
  const verifying = verifyingOver(slow, views, path('verify'));
  const begun = await verifying.start();
  if (!begun.ok) throw new Error(begun.problem.detail);
  expect(verifying.last()).toMatchObject({ state: 'running', equal: null });
  const cancelled = verifying.cancel(begun.value.id);
  release();
  isHeld = false;
  expect(await cancelled).toMatchObject({ value: { state: 'cancelled', equal: null } });
  expect(existsSync(path('verify'))).toBe(false);
  await verifying.close();
  expect(await verifying.start()).toMatchObject({ problem: { code: 'not-caught-up' } });

  const broken = wrapJournal(journal, { readAll: () => Promise.reject(new Error('by plan')) });
  const failing = verifyingOver(broken, views, path('verify'));
  const failed = await failing.start();
  if (!failed.ok) throw new Error(failed.problem.detail);
  expect(await ended(failing, failed.value.id)).toMatchObject({
    state: 'failed',
    equal: null,
    reason: 'a defect; the log says which',
  });
  expect(existsSync(path('verify'))).toBe(false);
  await failing.close();
});

test('R7: one host is repaired by command, with its missing documents, and its quests are counted again', async () => {
  const journal = await campaign();
  const views = await projected(journal);
  const verifying = verifyingOver(journal, views, path('verify'));
  const touches = async () => (await views.reader.quest(await served(views), QUEST))?.touches ?? 0;
  const before = await touches();
  await plant.labor(views, 'a~0');
  await plant.part(views, 'a');
  await plant.key(views, 'a');
  expect(await verifying.repair('A')).toMatchObject({ value: { host: 'a', differences: 3, repaired: true } });
  expect(await verifying.repair('a')).toMatchObject({ value: { differences: 0, examples: [], repaired: true } });
  await settle(views);
  expect(await touches()).toBe(before + 1);
  expect((await verified(journal, views)).findings.examples).toEqual([]);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
  await plant.stranger(views, 'a');
  // nothing accounts for it: it is left as it is
  const [stranger] = (await views.writer.load(await served(views), { hosts: ['stranger' as HostName] })).hosts;
  expect(await verifying.repair('stranger')).toMatchObject({ value: { host: 'stranger', repaired: false } });
  expect((await views.writer.load(await served(views), { hosts: ['stranger' as HostName] })).hosts).toEqual([stranger]);
  for (const name of ['nobody', ' ', 'quest-1'])
    expect(await verifying.repair(name)).toMatchObject({ problem: { code: 'host-unknown' } });
  await verifying.close();
});

test('R9: views that are not there yet are not verified', async () => {
  const journal = await campaign();
  const views = await newViews();
  const verifying = verifyingOver(journal, views, path('verify'));
  expect(await verifying.start()).toMatchObject({ problem: { code: 'not-caught-up' } });
  await verifying.close();
});
