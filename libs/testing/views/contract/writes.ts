/** P2, P5: what a batch writes, and what it never writes over. */
import { MAX_LABORS_BY_ID } from '#ports';
import {
  at,
  catalogueEntry,
  namesEntry,
  closed,
  eventDoc,
  host,
  hostDoc,
  instant,
  laborDoc,
  laborId,
  partDoc,
  quest,
  repeat,
  tally,
  type,
} from './documents.js';
import { newGeneration, PARTITIONS, shareOf, type Bench } from './harness.js';

/** Three phases; one more for what a store looks up before, and one for the hosts that lost. */
const MAX_APPLY_ROUND_TRIPS = 5;
/** Side by side; one more where a store answers in pages. */
const MAX_LOAD_ROUND_TRIPS = 2;

export function writeSuite(bench: Bench): void {
  test('P2: a batch’s documents are there as they were written', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const event = eventDoc({ key: 'k', by: 'ann', note: 'n', attributes: { a: 1, b: true, c: 'x' }, late: true });
    const open = laborDoc({ quest: quest(7), actors: ['creator', 'owner'], assignee: 'bob', overflow: repeat(0) });
    const done = closed(laborDoc({ n: 1, chain: open.id, occurrences: 3 }), 2);
    const part = partDoc({ emptied: { position: at(9), at: instant(9) } });
    const document = hostDoc({ open: 3, n: 4 });
    const batch = { events: [event], labors: [open, done], parts: [part], hosts: [document] };
    expect(await views.writer.apply(generation, batch)).toEqual({ conflicts: [] });

    expect(await views.reader.event(event.id)).toEqual(event);
    expect(await views.reader.labor(generation, open.id)).toEqual({ labor: open, parked: false });
    const { labors } = await views.writer.load(generation, { labors: [done.id, laborId('web-9~9'), open.id] });
    expect([...labors].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([open, done]);
    const absent = { quest: quest(9), host: host('web-1') };
    expect((await views.writer.load(generation, { parts: [absent, part] })).parts).toEqual([part]);
    const rows = await views.reader.laborsById(generation, [done.id, laborId('web-9~9'), open.id]);
    expect(rows.map(({ labor }) => labor.id).sort()).toEqual([open.id, done.id].sort());
    expect(await views.reader.laborsById(generation, [])).toEqual([]);
    expect(await views.reader.host(generation, host('web-1'))).toEqual({ ...document, version: 1 });
    const loaded = await views.writer.load(generation, { hosts: [host('web-9'), host('web-1')] });
    expect(loaded).toEqual({ hosts: [{ ...document, version: 1 }], quests: [], labors: [], parts: [] });
  });

  test('rule 15: a chain is loaded with all its labors, and with no others', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const first = closed(laborDoc({ quest: quest(7) }), 2);
    const second = closed(laborDoc({ n: 2, id: laborId('web-1~2.1'), chain: first.id }), 3, 'waived');
    const third = laborDoc({ n: 3, id: laborId('web-1~3.1'), chain: first.id });
    const other = laborDoc({ n: 4, chain: laborId('web-1~1') });
    await views.writer.apply(generation, { labors: [first, second, third, other] });
    const chains = async (...ids: readonly string[]) => {
      const { labors } = await views.writer.load(generation, { chains: ids.map(laborId) });
      return [...labors].sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    expect(await chains('web-1~0')).toEqual([first, second, third]);
    expect(await chains('web-1~1', 'web-9~9')).toEqual([other]);
    await views.writer.apply(generation, { labors: [{ ...first, quest: quest(8), position: at(9) }] });
    expect((await chains('web-1~0')).map((labor) => labor.quest)).toEqual([8, null, null]);
  });

  test('an empty batch changes nothing; nothing asked for answers nothing', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    expect(await views.writer.apply(generation, {})).toEqual({ conflicts: [] });
    const empty = {
      events: [],
      labors: [],
      parts: [],
      marks: [],
      quests: [],
      hosts: [],
      touches: [],
      progress: { partitions: PARTITIONS, moved: [] },
    };
    expect(await views.writer.apply(generation, empty)).toEqual({ conflicts: [] });
    const nothing = { hosts: [], quests: [], labors: [], parts: [] };
    expect(await views.writer.load(generation, {})).toEqual(nothing);
    expect(await views.writer.load(generation, nothing)).toEqual(nothing);
  });

  test('an event is inserted where it is not there, and never changed', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const event = eventDoc({ note: 'first' });
    await views.writer.apply(generation, { events: [event, event] });
    await views.writer.apply(generation, { events: [eventDoc({ note: 'second' }), eventDoc({ n: 1 })] });
    expect(await views.reader.event(event.id)).toEqual(event);
    expect((await views.reader.totals(generation)).events).toBe(2);
  });

  test('P2: labors and parts are never written over newer ones, also where positions lie beyond 2^63', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    for (const n of [1, 3, 5, 7]) {
      const labor = laborDoc({ id: laborId(`web-1~${n}`), position: at(n), assignee: 'new' });
      const part = partDoc({ quest: quest(n), position: at(n), tally: tally(0, 2) });
      const older = {
        labors: [{ ...labor, position: at(n - 1), assignee: 'old' }],
        parts: [{ ...part, position: at(n - 1), tally: tally(1, 1) }],
      };
      await views.writer.apply(generation, older);
      await views.writer.apply(generation, { labors: [labor], parts: [part] });
      await views.writer.apply(generation, older);
      const stored = await views.writer.load(generation, { labors: [labor.id], parts: [part] });
      expect(stored).toMatchObject({ labors: [labor], parts: [part] });
      expect((await views.writer.sumParts(generation, part.quest)).tally).toEqual(tally(0, 2));
    }
  });

  test('every field of a labor may change with its position, and lists follow', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const before = laborDoc();
    const after = {
      ...closed(before, 3, 'waived'),
      host: host('db-1'),
      type: type('upgrade-required'),
      quest: quest(4),
      chain: laborId('db-1~9'),
      assignee: 'bob',
      ack: { by: 'ann', principal: 'ann', at: instant(2), note: null, position: at(2) },
      opened: { ...before.opened, at: instant(50) },
      actors: ['owner'],
    } as const;
    await views.writer.apply(generation, { labors: [before] });
    await views.writer.apply(generation, { labors: [after] });
    const page = { sort: 'host', limit: 5, after: null, count: 100_000 } as const;
    const listed = async (filter: Parameters<typeof views.reader.labors>[1]) =>
      (await views.reader.labors(generation, filter, page)).total;
    expect((await views.reader.labors(generation, {}, page)).items).toEqual([{ labor: after, parked: false }]);
    expect(await listed({ host: [before.host] })).toBe(0);
    expect(await listed({ type: [before.type] })).toBe(0);
    expect(await listed({ state: ['open'] })).toBe(0);
    expect(await listed({ quest: ['none'] })).toBe(0);
    expect(await listed({ quest: [quest(4)], host: [after.host], type: [after.type], assignee: ['bob'] })).toBe(1);
    expect(await listed({ chain: [after.chain], acked: true, actor: ['owner'], state: ['waived'] })).toBe(1);
  });

  test('P5: a host is stored at the version it was read at, and that is raised', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const name = host('web-1');
    const put = (version: number, n: number) => views.writer.apply(generation, { hosts: [hostDoc({ version, n })] });
    expect((await put(1, 0)).conflicts).toEqual([name]);
    expect(await views.reader.host(generation, name)).toBeUndefined();
    expect((await put(0, 1)).conflicts).toEqual([]);
    expect((await put(0, 2)).conflicts).toEqual([name]);
    expect((await put(1, 3)).conflicts).toEqual([]);
    expect((await put(1, 4)).conflicts).toEqual([name]);
    expect(await views.reader.host(generation, name)).toEqual(hostDoc({ version: 2, n: 3 }));
  });

  test('P5: of many hosts the losers are named, and all others are stored', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names = Array.from({ length: 60 }, (_, index) => host(`web-${index}`));
    await views.writer.apply(generation, { hosts: names.slice(0, 20).map((name) => hostDoc({ host: name })) });
    const hosts = names.map((name) => hostDoc({ host: name, n: 1, open: 2 }));
    const { conflicts } = await views.writer.apply(generation, { hosts, labors: [laborDoc()], events: [eventDoc()] });
    expect([...conflicts].sort()).toEqual(names.slice(0, 20).sort());
    const { hosts: stored } = await views.writer.load(generation, { hosts: names });
    expect(stored).toHaveLength(60);
    for (const { host: name, position } of stored) expect(position).toBe(at(conflicts.includes(name) ? 0 : 1));
    expect(await views.reader.labor(generation, laborId('web-1~0'))).toBeDefined();
    expect(await views.reader.event(eventDoc().id)).toBeDefined();
  });

  test('P2: the catalogue is its entries, each written once and never changed, read from any on, page by page', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const read = (from: number, limit = 10) => views.reader.catalogue(generation, from, limit);
    const entries = [0, 1, 2, 3].map((revision) => catalogueEntry(revision, 'é $x'));
    for (const from of [2, 0, 1]) await views.writer.apply(generation, { catalogue: entries.slice(from, from + 2) });
    expect(await read(0)).toEqual(entries);
    await views.writer.apply(generation, { catalogue: [catalogueEntry(1, 'another'), catalogueEntry(5, null)] });
    expect(await read(0, 3)).toEqual(entries.slice(0, 3));
    expect(await read(3)).toEqual([entries[3], catalogueEntry(5, null)]);
    expect(await read(6)).toEqual([]);
    expect(await views.reader.catalogue(await newGeneration(views), 0, 10)).toEqual([]);
  });

  test('P2: names are their entries, apart from the catalogue, each written once and never changed', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const entries = [0, 1, 2].map((revision) => namesEntry(revision, `web-1-${revision}`));
    for (const from of [1, 0]) await views.writer.apply(generation, { names: entries.slice(from, from + 2) });
    await views.writer.apply(generation, { names: [namesEntry(1, 'another')], catalogue: [catalogueEntry(7, null)] });
    expect(await views.reader.names(generation, 0, 10)).toEqual(entries);
    expect(await views.reader.names(generation, 1, 1)).toEqual(entries.slice(1, 2));
    expect(await views.reader.names(generation, 3, 10)).toEqual([]);
    expect(await views.reader.names(await newGeneration(views), 0, 10)).toEqual([]);
  });

  test('round trips: a batch of hundreds of hosts with their documents is a few, not hundreds, and so is reading them', async () => {
    const { views, roundTrips } = bench();
    const size = shareOf(bench(), 500);
    const generation = await newGeneration(views);
    const names = Array.from({ length: size }, (_, index) => host(`web-${index}`));
    const quests = Array.from({ length: 20 }, (_, index) => quest(1 + index));
    const batch = {
      events: names.map((name, n) => eventDoc({ host: name, n })),
      labors: names.map((name, n) => laborDoc({ host: name, n })),
      parts: names.map((name, n) => partDoc({ host: name, n })),
      marks: names.map((_, n) => ({ quest: quest(1 + (n % 20)), position: at(n) })),
      hosts: names.map((name, n) => hostDoc({ host: name, n })),
      touches: quests,
    };
    const before = roundTrips();
    await views.writer.apply(generation, batch);
    expect(roundTrips() - before).toBeGreaterThan(0);
    expect(roundTrips() - before).toBeLessThanOrEqual(MAX_APPLY_ROUND_TRIPS);
    const between = roundTrips();
    const labors = batch.labors.map(({ id }) => id);
    const loaded = await views.writer.load(generation, { hosts: names, quests, labors, parts: batch.parts });
    expect(Object.values(loaded).map((documents: readonly unknown[]) => documents.length)).toEqual([
      size,
      20,
      size,
      size,
    ]);
    expect(roundTrips() - between).toBeLessThanOrEqual(MAX_LOAD_ROUND_TRIPS);
    const after = roundTrips();
    const most = labors.slice(0, MAX_LABORS_BY_ID);
    expect(await views.reader.laborsById(generation, most)).toHaveLength(most.length);
    // the labors, and which of their hosts are parked
    expect(roundTrips() - after).toBeLessThanOrEqual(2);
  });
}
