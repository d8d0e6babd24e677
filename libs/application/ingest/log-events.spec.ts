/** Logging events: what is stored and answered, what is refused, and how often the journal is asked. */
import { decodeHostEntry } from '#contracts';
import { instantOfMs } from '#domain';
import { countingJournal, createMemoryJournal, ingestRig, report } from '#testing';
import type { LoggedEvents } from './ingest.js';

async function rigOf() {
  const journal = countingJournal(createMemoryJournal());
  const rig = ingestRig(journal);
  await rig.define();
  await rig.timeline.refresh();
  // as it does by itself, now and then
  await rig.names.readToEnd();
  journal.resetCalls();
  const log = async (...reports: ReturnType<typeof report>[]): Promise<LoggedEvents> => {
    const outcome = await rig.ingest.logEvents(reports, rig.reporter);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
    return outcome.value;
  };
  return { ...rig, journal, log };
}

test('rule 7: an event is stored as reported, with what was left out filled in', async () => {
  const { log, host, clock } = await rigOf();
  const at = instantOfMs(clock.nowMs() - 1000)!;
  await log(report('a'), report('a', { at, by: 'me', key: 'k', note: 'n', attributes: { free: 1 } }));
  const entries = (await host('a')).map((stored) => decodeHostEntry(stored));
  const now = instantOfMs(clock.nowMs());
  expect(entries).toMatchObject([
    { ok: true, entry: { at: now, recordedAt: now, by: 'agent', key: null, quest: null } },
    { ok: true, entry: { at, recordedAt: now, by: 'me', key: 'k', note: 'n', attributes: { free: 1 } } },
  ]);
});

test('events are answered in the order of the request, each with its place; the position shows all', async () => {
  const { log, journal } = await rigOf();
  const answer = await log(report('a'), report('b', { key: 'k' }), report('a'), report('b', { key: 'k' }));
  expect(answer.events.map(({ id, duplicate }) => [id, duplicate])).toEqual([
    ['a~0', false],
    ['b~0', false],
    ['a~1', false],
    ['b~0', true],
  ]);
  expect([answer.accepted, answer.duplicates]).toEqual([3, 1]);
  expect(answer.position).toBe((await journal.head()).position);
  for (const { position } of answer.events) expect(position <= answer.position).toBe(true);
});

test('rule 24: a key sent again answers the first, also to another process and after a long history', async () => {
  const { log, journal, host } = await rigOf();
  const [first] = (await log(report('a', { key: 'k' }))).events;
  for (let nth = 0; nth < 63; nth += 1) await log(report('a'));
  const other = ingestRig(journal);
  const again = await other.ingest.logEvents([report('a', { key: 'k' })], other.reporter);
  expect(again).toMatchObject({ ok: true, value: { accepted: 0, duplicates: 1, events: [{ id: first!.id }] } });
  expect(await host('a')).toHaveLength(64);
});

test('rule 24: a key means one event of one type: another type under it is another event', async () => {
  const { log, host } = await rigOf();
  const types = ['disk-full', 'disk-cleaned', { category: 'disk', state: 'full' }] as const;
  const answer = await log(...types.map((type) => report('a', { key: 'boot-7', type })));
  expect(answer.events.map(({ id, type, duplicate }) => [id, type, duplicate])).toEqual([
    ['a~0', 'disk-full', false],
    ['a~1', 'disk-cleaned', false],
    ['a~0', 'disk-full', true],
  ]);
  expect(await host('a')).toHaveLength(2);
});

test('rule 24: commands on labors do not push an event out of the window', async () => {
  const { log, journal, ingest, operator, views, host } = await rigOf();
  await log(report('a', { key: 'k' }));
  views.labors.set('a~0', 'open');
  for (let nth = 0; nth < 100; nth += 1)
    await ingest.commandLabor('a~0', { kind: 'LaborAcknowledged', by: null, note: null }, operator);
  const other = ingestRig(journal);
  const again = await other.ingest.logEvents([report('a', { key: 'k' })], other.reporter);
  expect(again).toMatchObject({ ok: true, value: { duplicates: 1 } });
  expect(await host('a')).toHaveLength(101);
});

test("J1: a repeated request's own entries are found, however many they are", async () => {
  const { log, journal, host } = await rigOf();
  const reports = Array.from({ length: 1500 }, (_, nth) => report('a', { key: `k${nth}` }));
  await log(...reports);
  for (let nth = 0; nth < 64; nth += 1) await log(report('a', { key: `later${nth}` }));
  const other = ingestRig(journal);
  const again = await other.ingest.logEvents(reports, other.reporter);
  expect(again).toMatchObject({ ok: true, value: { accepted: 0, duplicates: 1500 } });
  expect(await host('a')).toHaveLength(1564);
});

test('the first event of a host that nobody had heard of says so, and only that one', async () => {
  const { log, journal, ingest, operator } = await rigOf();
  const first = await log(report('a'), report('b', { key: 'k' }), report('a'), report('b', { key: 'k' }));
  expect(first.events.map(({ newHost }) => newHost)).toEqual([true, true, false, false]);
  expect(first.newHosts).toBe(2);
  const quest = { type: 'disk-full', creator: null, description: 'x', target: null, references: [] };
  await ingest.embarkQuest({ ...quest, hosts: ['d' as never] }, operator);
  // a host is known from whatever was first in its stream, to every process, and a repeat is no first event
  const other = ingestRig(journal);
  const reports = [report('a'), report('b', { key: 'k' }), report('c'), report('d')];
  const next = await other.ingest.logEvents(reports, other.reporter);
  if (!next.ok) throw new Error(next.problem.detail);
  expect(next.value.events.map(({ host, newHost }) => [host, newHost])).toEqual([
    ['a', false],
    ['b', false],
    ['c', true],
    ['d', false],
  ]);
  expect(next.value.newHosts).toBe(1);
});

test('of two that log the first event of a host at once, one is answered that the host is new', async () => {
  const { log, journal } = await rigOf();
  const other = ingestRig(journal);
  await other.timeline.refresh();
  const theirs = Array.from({ length: 20 }, (_, nth) =>
    other.ingest.logEvents([report(`h${nth}`, { key: 'k' })], other.reporter),
  );
  const ours = await Promise.all(Array.from({ length: 20 }, (_, nth) => log(report(`h${nth}`, { key: 'k' }))));
  let newHosts = ours.reduce((sum, answer) => sum + answer.newHosts, 0);
  for (const each of await Promise.all(theirs)) if (each.ok) newHosts += each.value.newHosts;
  expect(newHosts).toBe(20);
});

test('P1: the catalogue is read to its end before a type is refused, and only then', async () => {
  const { ingest, log, journal, reporter, operator } = await rigOf();
  const other = ingestRig(journal);
  await other.ingest.defineEventTypes(
    [{ category: 'new', state: 'one', description: null, restricted: false }],
    operator,
  );
  journal.resetCalls();
  await log(report('a', { type: { category: 'new', state: 'one' } }));
  expect(journal.calls.read).toBeGreaterThan(0);
  journal.resetCalls();
  const reports = [
    report('a', { type: 'no-such', path: '[0]' }),
    report('b', { path: '[1]' }),
    report('c', { type: 'power-cut', path: '[2]' }),
  ];
  const mixed = await ingest.logEvents(reports, reporter);
  expect(mixed).toMatchObject({
    ok: false,
    problem: {
      code: 'validation-failed',
      errors: [
        { path: '[0].type', code: 'event-type-unknown' },
        { path: '[2].type', code: 'event-type-restricted' },
      ],
    },
  });
  expect(journal.calls.append).toBe(0);
  expect(await ingest.logEvents([reports[2]!], reporter)).toMatchObject({ problem: { code: 'event-type-restricted' } });
  expect(await ingest.logEvents([reports[2]!], operator)).toMatchObject({ ok: true });
  expect(await ingest.logEvents([report('a', { type: 'no-such' })], reporter)).toMatchObject({
    problem: { code: 'event-type-unknown', errors: [{ path: 'type' }] },
  });
});

test('round trips: one event without a key is one append and no read', async () => {
  const { log, journal } = await rigOf();
  await log(report('a'));
  expect(journal.calls).toMatchObject({ append: 1, read: 0, readState: 0, head: 0 });
});

test('round trips: an event with a key on a stream just written is one append and no read, a repeat one read', async () => {
  const { log, journal } = await rigOf();
  await log(report('a', { key: 'first' }));
  expect(journal.calls).toMatchObject({ append: 1, read: 1 });
  for (let nth = 0; nth < 300; nth += 1) await log(report('a', { key: `k${nth}` }), report('a'));
  expect(journal.calls).toMatchObject({ append: 301, read: 1 });
  await log(report('a', { key: 'k299' }));
  expect(journal.calls).toMatchObject({ append: 301, read: 2 });
});

test('round trips: 10,000 hosts in one request are a few calls, with keys or without', async () => {
  const { log, journal } = await rigOf();
  const hosts = Array.from({ length: 10_000 }, (_, nth) => `h${nth}`);
  const answer = await log(...hosts.map((host) => report(host)));
  expect(answer.accepted).toBe(10_000);
  expect(journal.calls.append + journal.calls.read).toBeLessThanOrEqual(4);
  journal.resetCalls();
  await log(...hosts.map((host) => report(host, { key: 'k' })));
  expect(journal.calls.append + journal.calls.read).toBeLessThanOrEqual(30);
});

test('round trips: many requests at once share their calls', async () => {
  const { log, journal } = await rigOf();
  await Promise.all(Array.from({ length: 1000 }, (_, nth) => log(report(`h${nth}`))));
  expect(journal.calls.append).toBeLessThanOrEqual(6);
});

test('requests for one host at once: one write each after the other, in their order', async () => {
  const { log, host, journal } = await rigOf();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, nth) => log(report('a', { key: `k${nth}` }), report('a', { key: `k${nth >> 1}` }))),
  );
  expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(200);
  expect(await host('a')).toHaveLength(200);
  expect(journal.calls.append).toBeLessThanOrEqual(3);
});

test('what is more than one write may hold is stored in several, in order', async () => {
  const { log, host } = await rigOf();
  const note = 'x'.repeat(4000);
  const reports = Array.from({ length: 600 }, (_, nth) => report('a', { note, key: nth % 2 === 0 ? `k${nth}` : null }));
  const answer = await log(...reports, report('a', { key: 'k0' }));
  expect(answer.events.map(({ revision }) => revision)).toEqual([...Array.from({ length: 600 }, (_, nth) => nth), 0]);
  expect(answer.duplicates).toBe(1);
  expect(await host('a')).toHaveLength(600);
});

test('a closed ingest lets nothing in, and ends when the requests in flight have their answers', async () => {
  const { ingest, log, reporter } = await rigOf();
  const inFlight = log(report('a'));
  const closed = ingest.close();
  await expect(ingest.logEvents([report('b')], reporter)).rejects.toThrow('stopping');
  expect((await inFlight).accepted).toBe(1);
  await closed;
});
