/** P5: several projectors over one database: what each may write, and that a loser learns of its loss. */
import { DOCUMENTS_VERSION, START } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import type { Views } from '#ports';
import {
  hostDoc,
  laborDoc,
  laneServer,
  NEW_GENERATION,
  newGeneration,
  partDoc,
  questRecord,
  recountOf,
} from '#testing';
import { openMongoViews } from './index.js';
import { dropDatabase, inDatabase, newPrefix, PATIENT_MS } from './testing-database.js';

const url = laneServer('HERMES_TEST_MONGO');
const WRITERS = 4;

let prefix: string;
let all: Views[];
let views: Views;
let generation: number;

beforeEach(async () => {
  prefix = newPrefix();
  all = [];
  for (let n = 0; n < WRITERS; n += 1) {
    all.push(await openMongoViews({ url, prefix, access: 'write', operationMs: PATIENT_MS }));
  }
  views = all[0]!;
  generation = await newGeneration(views);
});
afterEach(async () => {
  for (const each of all) await each.close();
  await dropDatabase(url, prefix);
});

test('of writers that race for the same hosts exactly one wins each version of each, and knows it', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `web-${n}` as HostName);
  for (let version = 0; version < 5; version += 1) {
    const outcomes = await Promise.all(
      all.map((each, n) =>
        each.writer.apply(generation, {
          hosts: names.map((host) => hostDoc({ host, version, entryId: `of-writer-${n}` })),
        }),
      ),
    );
    const { hosts } = await views.writer.load(generation, { hosts: names });
    expect(hosts).toHaveLength(names.length);
    for (const { host, version: stored, entryId } of hosts) {
      const winners = outcomes.flatMap(({ conflicts }, n) => (conflicts.includes(host) ? [] : [`of-writer-${n}`]));
      expect([host, stored, winners]).toEqual([host, version + 1, [entryId]]);
    }
  }
});

test('a winner learns that it won even where its version was replaced before it could look', async () => {
  const [web, db] = ['web', 'db'] as HostName[];
  await views.writer.apply(generation, { hosts: [web, db].map((host) => hostDoc({ host: host! })) });
  // it wins web and loses db; by the time it looks whom it lost, others have stored two more versions of web
  const hosts = [hostDoc({ host: web!, version: 1, n: 1 }), hostDoc({ host: db!, version: 7 })];
  const first = all[1]!.writer.apply(generation, { hosts });
  for (let version = 2; version < 4;) {
    const { conflicts } = await views.writer.apply(generation, { hosts: [hostDoc({ host: web!, version, n: 9 })] });
    if (conflicts.length === 0) version += 1;
  }
  expect((await first).conflicts).toEqual([db]);
});

test('many at once may make the same new documents: nobody fails, nothing is counted twice or lost', async () => {
  const quests = [1, 2, 3] as QuestId[];
  for (let round = 0; round < 5; round += 1) {
    const host = `web-${round}` as HostName;
    const id = `${host}~1` as LaborId;
    const number = (10 + round) as QuestId;
    await Promise.all(
      all.map((each, n) =>
        each.writer.apply(generation, {
          labors: [laborDoc({ id, host, n, assignee: `at-${n}` })],
          parts: quests.map((quest) => partDoc({ quest, host, n })),
          marks: [{ quest: number, position: laborDoc({ n }).position }],
          touches: [number, number],
        }),
      ),
    );
    const last = laborDoc({ n: WRITERS - 1 }).position;
    const loaded = await views.writer.load(generation, {
      labors: [id],
      parts: [{ quest: quests[0]!, host }],
      quests: [number],
    });
    expect(loaded.labors).toEqual([laborDoc({ id, host, n: WRITERS - 1, assignee: `at-${WRITERS - 1}` })]);
    expect(loaded.parts[0]?.position).toBe(last);
    expect(loaded.quests).toEqual([{ quest: number, record: null, recount: null, mark: last, touches: 2 * WRITERS }]);
  }
});

test('of recounts that began from the same one exactly one is stored, also where it is the first', async () => {
  await views.writer.apply(generation, { quests: [questRecord(7, 1)] });
  for (const [quest, version] of [
    [7, 0],
    [7, 1],
    [8, 0],
  ] as const) {
    const stored = await Promise.all(
      all.map((each, n) => each.writer.storeRecount(generation, quest as QuestId, recountOf(n), version)),
    );
    expect(stored.filter((won) => won)).toHaveLength(1);
    expect((await views.reader.quest(generation, quest as QuestId))?.recount).toEqual({
      ...{ ...recountOf(stored.indexOf(true)), version: version + 1 },
    });
  }
});

test('P3: each raises the progress of its own partitions beside the others', async () => {
  const progress = (partition: number, n: number) => ({
    ...{ partition, position: laborDoc({ n }).position, entryId: `e-${n}`, number: n, heardAtMs: n },
  });
  await Promise.all(
    all.flatMap(({ writer }, partition) =>
      [3, 1, 2].map((n) =>
        writer.apply(generation, {
          progress: { partitions: NEW_GENERATION.partitions, moved: [progress(partition, n)] },
        }),
      ),
    ),
  );
  expect(await views.writer.progress(generation)).toEqual(all.map((_, partition) => progress(partition, 3)));
});

test('numbers of generations are given once, and pointers end at one of the activated ones', async () => {
  const numbers = await Promise.all(all.map((each) => newGeneration(each)));
  expect(new Set(numbers).size).toBe(WRITERS);
  await Promise.all(numbers.map((number, n) => all[n]!.control.activate(number)));
  expect(numbers).toContain(await views.control.current(DOCUMENTS_VERSION));
  expect((await views.control.generations()).filter(({ state }) => state === 'ready')).toHaveLength(WRITERS);
});

test('who writes late into a generation that another dropped is refused, and what it left is cleared away', async () => {
  const late = all[1]!;
  await late.writer.apply(generation, { hosts: [hostDoc()] });
  await views.control.dropGeneration(generation);
  // a moment long it may believe that the generation is there
  let refused: unknown;
  for (let version = 0; refused === undefined; version += 1) {
    const host = `late-${version}` as HostName;
    refused = await late.writer.apply(generation, { hosts: [hostDoc({ host })] }).then(
      () => undefined,
      (error: unknown) => error,
    );
  }
  expect(refused).toBeInstanceOf(RangeError);
  const heard = { partition: 0, position: START, entryId: null, number: null, heardAtMs: 1 };
  const moves = { partitions: NEW_GENERATION.partitions, moved: [heard] };
  await expect(late.writer.apply(generation, { progress: moves })).rejects.toThrow(RangeError);
  const others = all.slice(2);
  for (const { reader } of others) await expect(reader.host(generation, hostDoc().host)).rejects.toThrow(RangeError);
  await newGeneration(views);
  const left = await inDatabase(url, prefix, (database) => database.listCollections().toArray());
  expect(
    left.map(({ name }) => name).filter((name) => name.endsWith(`_${generation}`) && !/^(event|entry)/.test(name)),
  ).toEqual([]);
});

test('a host whose labor is written before its part ends no list of its quest’s hosts', async () => {
  const quest = 5 as QuestId;
  const [first, second, third] = ['a', 'b', 'c'] as HostName[];
  const joining = [first, second, third].map((host) => laborDoc({ host: host!, quest }));
  await views.writer.apply(generation, { labors: joining, parts: [partDoc({ quest, host: third! })] });
  const filter = { step: joining.map(({ type }) => type) };
  const shown: HostName[] = [];
  let after: readonly string[] | null = null;
  do {
    const page: Awaited<ReturnType<Views['reader']['questHosts']>> = await views.reader.questHosts(
      ...([generation, quest, filter] as const),
      { sort: 'host', limit: 1, after, count: false },
    );
    shown.push(...page.items.map(({ part }) => part.host));
    after = page.next;
  } while (after !== null);
  expect(shown).toEqual([third]);
});
