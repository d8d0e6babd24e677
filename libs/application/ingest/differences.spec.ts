/** Rule 24: a repeat is answered as the first is stored, and the answer names what it said otherwise, also where another process stored the first. */
import { encodeEntry, keyedEventUuid, type NewEntry } from '#contracts';
import { instantOfMs, type HostName, type TypeName } from '#domain';
import type { StreamRead } from '#ports';
import { createMemoryJournal, faultyJournal, ingestRig, report, scriptedFaults, wrapJournal } from '#testing';
import type { LoggedEvents } from './ingest.js';

type Given = Parameters<typeof report>[1];

async function rigOf(journal = createMemoryJournal()) {
  const rig = ingestRig(journal);
  await rig.define();
  const log = async (...reports: ReturnType<typeof report>[]): Promise<LoggedEvents> => {
    const outcome = await rig.ingest.logEvents(reports, rig.reporter);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
    return outcome.value;
  };
  return { ...rig, journal, log };
}

const first: Given = { key: 'k', note: 'n', attributes: { one: 1, two: 'x' }, by: 'me', data: { a: [1], b: 2 } };

test.each<[what: string, repeat: Given, differs: readonly string[]]>([
  ['nothing', {}, []],
  ['the order of attributes', { attributes: { two: 'x', one: 1 } }, []],
  ['the time, which agents set at each try', { at: instantOfMs(0)! }, []],
  ['the note', { note: 'other' }, ['note']],
  ['a note that is not there', { note: null }, ['note']],
  ['an attribute', { attributes: { one: 1, two: 'y' } }, ['attributes']],
  ['the data', { data: { a: [2], b: 2 } }, ['data']],
  ['the order of data', { data: { b: 2, a: [1] } }, []],
  ['the reporter', { by: null }, ['by']],
  ['all of it', { note: null, attributes: null, data: null, by: 'you' }, ['note', 'attributes', 'data', 'by']],
])('rule 24: a repeat that differs in %s', async (_what, repeat, differs) => {
  const { log, host } = await rigOf();
  await log(report('a', first));
  const again = await log(report('a', { ...first, ...repeat }));
  const event = { id: 'a~0', revision: 0, type: 'disk-full', host: 'a', duplicate: true, differs };
  expect(again).toMatchObject({ accepted: 0, duplicates: 1, differing: differs.length > 0 ? 1 : 0, events: [event] });
  expect((await host('a')).map(({ json }) => JSON.parse(json) as object)).toMatchObject([{ note: 'n', by: 'me' }]);
});

test('rule 24: within one request the first one stands, too', async () => {
  const { log } = await rigOf();
  const reports = [first, { ...first, note: 'x' }, first, { ...first, by: 'you' }].map((each) => report('a', each));
  const { events, ...counts } = await log(...reports, report('b', { key: 'k' }));
  expect(events.map(({ differs }) => differs)).toEqual([[], ['note'], [], ['by'], []]);
  expect(counts).toMatchObject({ accepted: 2, duplicates: 3, differing: 2 });
});

test('rule 24: of two writers at once the second is answered with what differs from the first', async () => {
  const journal = createMemoryJournal();
  const now = instantOfMs(0)!;
  const type = 'disk-full' as TypeName;
  const rival = (): NewEntry =>
    encodeEntry(
      {
        ...{ kind: 'EventLogged', host: 'a' as HostName, type, category: 'disk', state: 'full', at: now },
        ...{ recordedAt: now, by: 'rival', key: 'k', note: null, attributes: null, quest: null },
      },
      keyedEventUuid('a' as HostName, type, 'k'),
    );
  await rigOf(journal);
  const { ingest, reporter, timeline } = ingestRig(
    faultyJournal(journal, scriptedFaults({ writes: ['overtaken'], rival })),
  );
  await timeline.refresh();
  expect(await ingest.logEvents([report('a', { key: 'k', note: 'mine' })], reporter)).toMatchObject({
    value: { accepted: 0, duplicates: 1, differing: 1, events: [{ id: 'a~0', differs: ['note', 'by'] }] },
  });
});

test('a stream counts them, whichever process logged the first', async () => {
  const { log, journal } = await rigOf();
  await log(...['k1', 'k2', 'k3'].map((key) => report('a', { key })));
  const { ingest, reporter } = ingestRig(journal);
  const batches = (async function* () {
    yield [report('a', { key: 'k1', note: 'x', path: '1' }), report('a', { key: 'k2', path: '2' })];
    yield [report('a', { key: 'k3', by: 'x', path: '3' }), report('a', { key: 'k4', path: '4' })];
  })();
  expect(await ingest.logEventStream(batches, reporter)).toMatchObject({ accepted: 1, duplicates: 3, differing: 2 });
});

test('many repeats are compared in reads of a bounded size, neighbours together', async () => {
  const base = createMemoryJournal();
  const calls: (readonly StreamRead[])[] = [];
  const { log } = await rigOf(
    wrapJournal(base, {
      read: (reads) => {
        calls.push(reads);
        return base.read(reads);
      },
    }),
  );
  const reports = Array.from({ length: 1000 }, (_, nth) => report(nth < 900 ? 'a' : `h${nth}`, { key: `k${nth}` }));
  await log(...reports);
  calls.length = 0;
  const again = await log(...reports.map((each) => ({ ...each, note: each.key === 'k7' ? 'x' : null })));
  expect(again).toMatchObject({ accepted: 0, duplicates: 1000, differing: 1 });
  expect(again.events.flatMap(({ id, differs }) => (differs.length > 0 ? [[id, differs]] : []))).toEqual([
    ['a~7', ['note']],
  ]);
  expect(calls.map((reads) => reads.length)).toEqual([1, 1, 1, 101]);
  for (const reads of calls) expect(reads.reduce((sum, { limit }) => sum + limit, 0)).toBeLessThanOrEqual(256);
});

test('where the first ones cannot be read for a moment they are read again; where they stay away the answer is a 503', async () => {
  const journal = createMemoryJournal();
  const { log } = await rigOf(journal);
  await log(report('a', { key: 'k' }));
  let away = 0;
  const { ingest, reporter, timeline, host } = ingestRig(
    faultyJournal(journal, { read: () => ((away -= 1) >= 0 ? 'unavailable' : undefined) }),
  );
  await timeline.refresh();
  const again = () => ingest.logEvents([report('a', { key: 'k', note: 'x' })], reporter);
  expect(await again()).toMatchObject({ value: { differing: 1 } });
  away = 3;
  expect(await again()).toMatchObject({ value: { differing: 1 } });
  away = 1000;
  expect(await again()).toMatchObject({
    problem: { code: 'store-unavailable', detail: expect.stringMatching(/all of it is stored/) as string },
  });
  const batches = (async function* () {
    yield [report('a', { key: 'k', path: '1' })];
  })();
  expect(await ingest.logEventStream(batches, reporter)).toMatchObject({
    ...{ accepted: 0, duplicates: 1 },
    problem: { code: 'store-unavailable' },
  });
  away = 0;
  expect(await host('a')).toHaveLength(1);
});
