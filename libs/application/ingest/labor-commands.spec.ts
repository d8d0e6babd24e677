/** Commands on labors: advisory look-ups, waits that are bounded, one result each. */
import { decodeHostEntry, START } from '#contracts';
import { newHost, type HostName, type LaborCommand, type LaborId, type TypeName } from '#domain';
import { wrapJournal } from '#ports';
import { countingJournal, createMemoryJournal, faultyJournal, ingestRig, MemoryStore, report, until } from '#testing';

const ACK: LaborCommand = { kind: 'LaborAcknowledged', by: null, note: 'seen' };

async function rigOf() {
  const store = new MemoryStore();
  const journal = countingJournal(createMemoryJournal({ store }));
  const rig = ingestRig(journal);
  await rig.define();
  await rig.ingest.logEvents([report('a'), report('b'), report('b')], rig.operator);
  journal.resetCalls();
  rig.views.position = START;
  return { ...rig, store, journal };
}

test('rule 13: a command on an open labor is an entry of its host; one append and no read', async () => {
  const { ingest, operator, views, journal, host } = await rigOf();
  views.labors.set('a~0', 'open');
  const answers = [
    await ingest.commandLabor('A~0', ACK, operator),
    await ingest.commandLabor('a~0', { kind: 'LaborAssigned', by: null, to: 'bob', note: 'on call' }, operator),
    await ingest.commandLabor('a~0', { kind: 'LaborWaived', by: 'cy', reason: 'scrapped' }, operator),
  ];
  const entries = (await host('a')).slice(1);
  expect(answers).toEqual(entries.map(({ position }) => ({ ok: true, value: { position } })));
  expect(entries.map((stored) => decodeHostEntry(stored))).toMatchObject([
    { entry: { kind: 'LaborAcknowledged', labor: 'a~0', by: 'ann', note: 'seen' } },
    { entry: { kind: 'LaborAssigned', by: 'ann', to: 'bob', note: 'on call' } },
    { entry: { kind: 'LaborWaived', by: 'cy', reason: 'scrapped' } },
  ]);
  expect(journal.calls).toMatchObject({ append: 3, head: 0 });
});

test('nobody is refused by views that are behind: they are waited for', async () => {
  const { ingest, operator, views, journal } = await rigOf();
  const answer = ingest.commandLabor('a~0', ACK, operator);
  await until('the views were asked six times', () => views.calls >= 6, { everyMs: 1 });
  views.labors.set('a~0', 'open');
  views.position = (await journal.head()).position;
  expect(await answer).toMatchObject({ ok: true });
});

test('views at the head as it was: unknown is 404, not open is 409, and nothing is stored', async () => {
  const { ingest, operator, views, journal } = await rigOf();
  views.position = (await journal.head()).position;
  views.labors.set('a~0', 'completed');
  expect(await ingest.commandLabor('a~0', ACK, operator)).toMatchObject({ problem: { code: 'labor-not-open' } });
  expect(await ingest.commandLabor('a~7', ACK, operator)).toMatchObject({ problem: { code: 'labor-unknown' } });
  expect(await ingest.commandLabor('what', ACK, operator)).toMatchObject({ problem: { code: 'labor-unknown' } });
  expect(journal.calls.append).toBe(0);
});

test('rule 14: what cannot be reopened is refused in good time: all that is not waived, and what is beyond the bound', async () => {
  const { ingest, operator, views, journal, host } = await rigOf();
  views.position = (await journal.head()).position;
  const labor = (nth: number) => ({
    id: `b~${nth}` as LaborId,
    type: 'disk-full' as TypeName,
    quest: null,
    earlier: 0,
  });
  const open = Array.from({ length: 99 }, (_, nth) => ({ ...labor(nth + 10), chain: labor(nth + 10).id }));
  const waived = [0, 1, 2].map((nth) => ({ ...labor(nth), chain: labor(nth).id }));
  views.states.set('b' as HostName, { ...newHost, open, waived });
  for (const [id, state] of [
    ['a~0', 'open'],
    ['b~0', 'waived'],
    ['b~1', 'waived'],
    ['b~3', 'completed'],
  ] as const)
    views.labors.set(id, state);
  views.labors.set('b~4', 'waived');
  const command: LaborCommand = { kind: 'LaborReopened', by: null, reason: 'it was only asleep' };
  const cannot = (id: string, words: RegExp) => ({
    id,
    fault: { code: 'cannot-reopen', message: expect.stringMatching(words) as string },
  });
  const ids = ['a~0', 'b~0', 'b~1', 'b~3', 'b~4'];
  expect(await ingest.commandLabors(ids, command, operator)).toMatchObject({
    value: {
      results: [
        cannot('a~0', /not waived/),
        { id: 'b~0' },
        cannot('b~1', /100 of a type and 1000 in all; close some/),
        cannot('b~3', /not waived/),
        cannot('b~4', /1000 others of its host were waived after it/),
      ],
    },
  });
  expect(await host('b')).toHaveLength(3);
  views.position = (await journal.head()).position;
  expect(await ingest.commandLabor('a~0', command, operator)).toMatchObject({ problem: { code: 'cannot-reopen' } });
});

test('P4: what may be among the entries of a parked host that nobody judged is host-parked, not unknown', async () => {
  const { ingest, operator, views, journal } = await rigOf();
  views.position = (await journal.head()).position;
  views.parked.set('b', 1);
  expect(await ingest.commandLabor('b~1', ACK, operator)).toMatchObject({ problem: { code: 'host-parked' } });
  expect(await ingest.commandLabors(['b~0', 'b~1.2', 'a~1'], ACK, operator)).toMatchObject({
    value: {
      results: [
        { id: 'b~0', fault: { code: 'labor-unknown' } },
        { id: 'b~1.2', fault: { code: 'host-parked' } },
        { id: 'a~1', fault: { code: 'labor-unknown' } },
      ],
    },
  });
  expect(journal.calls.append).toBe(0);
});

test('P9: an unknown labor of a host that is behind may be there: 503, while those of other hosts are 404', async () => {
  const { ingest, operator, views, journal } = await rigOf();
  views.position = (await journal.head()).position;
  views.behind.add('a' as HostName);
  expect(await ingest.commandLabor('a~7', ACK, operator)).toMatchObject({ problem: { code: 'not-caught-up' } });
  expect(await ingest.commandLabors(['a~7', 'b~7'], ACK, operator)).toMatchObject({
    value: { results: [{ fault: { code: 'not-caught-up' } }, { fault: { code: 'labor-unknown' } }] },
  });
  views.labors.set('a~0', 'completed');
  expect(await ingest.commandLabor('a~0', ACK, operator)).toMatchObject({ problem: { code: 'labor-not-open' } });
  expect(journal.calls.append).toBe(0);
});

test('rule 14: a note is taken on a closed labor too, without a wait; on one that never was it is refused', async () => {
  const { ingest, operator, views, journal, host } = await rigOf();
  views.labors.set('a~0', 'completed');
  const note = { kind: 'LaborNoted', by: null, text: 'case 4711' } as const;
  expect(await ingest.commandLabor('a~0', note, operator)).toMatchObject({ ok: true });
  expect(journal.calls).toMatchObject({ append: 1, head: 0 });
  expect((await host('a')).map((stored) => decodeHostEntry(stored)).at(-1)).toMatchObject({
    entry: { kind: 'LaborNoted', labor: 'a~0', by: 'ann', text: 'case 4711' },
  });
  views.position = (await journal.head()).position;
  expect(await ingest.commandLabor('a~7', note, operator)).toMatchObject({ problem: { code: 'labor-unknown' } });
  expect(await ingest.commandLabors(['a~7', 'a~0'], note, operator)).toMatchObject({
    value: { results: [{ id: 'a~7', fault: { code: 'labor-unknown' } }, { id: 'a~0' }] },
  });
});

test.each(['away', 'folding'] as const)('views that are %s: not-caught-up', async (state) => {
  const { ingest, operator, views } = await rigOf();
  views.state = state;
  expect(await ingest.commandLabor('a~0', ACK, operator)).toMatchObject({ problem: { code: 'not-caught-up' } });
});

test('views that do not come: not-caught-up after the wait; in bulk, what is open is done all the same', async () => {
  const { ingest, operator, views, host } = await rigOf();
  views.labors.set('a~0', 'open');
  const [single, bulk] = await Promise.all([
    ingest.commandLabor('b~0', ACK, operator),
    ingest.commandLabors(['a~0', 'b~0'], ACK, operator),
  ]);
  expect(single).toMatchObject({ problem: { code: 'not-caught-up' } });
  expect(bulk).toMatchObject({ value: { results: [{ id: 'a~0' }, { id: 'b~0', fault: { code: 'not-caught-up' } }] } });
  expect(await host('a')).toHaveLength(2);
}, 20_000);

test('many labors: one append, one result each in the order asked for, an id named twice commanded once', async () => {
  const { ingest, operator, views, journal, host } = await rigOf();
  views.position = (await journal.head()).position;
  for (const id of ['a~0', 'b~0', 'b~1']) views.labors.set(id, 'open');
  views.labors.set('c~0', 'waived');
  const answer = await ingest.commandLabors(['b~1', 'x', 'A~0', 'c~0', 'b~0', 'a~0', 'd~0'], ACK, operator);
  const { position } = await journal.head();
  expect(answer).toMatchObject({
    ok: true,
    value: {
      position,
      results: [
        { id: 'b~1' },
        { id: 'x', fault: { code: 'labor-unknown' } },
        { id: 'a~0' },
        { id: 'c~0', fault: { code: 'labor-not-open' } },
        { id: 'b~0' },
        { id: 'a~0' },
        { id: 'd~0', fault: { code: 'labor-unknown' } },
      ],
    },
  });
  expect([(await host('a')).length, (await host('b')).length]).toEqual([2, 4]);
  expect(journal.calls.append).toBe(1);
});

test('a thousand labors are looked up some hundred at a time, among the questions of who commands them', async () => {
  const { ingest, operator, views, journal } = await rigOf();
  views.position = (await journal.head()).position;
  const labors = Array.from({ length: 1000 }, (_, nth) => `h${nth}~0`);
  const answer = await ingest.commandLabors(labors, ACK, { ...operator, holder: 'token a' });
  expect(answer).toMatchObject({ ok: true, value: { position: undefined } });
  expect([...views.holders]).toEqual(['token a']);
  expect(views.mostNamed).toBe(200);
});

test('a store that fails for one host is that labor’s result; where nothing was done it is the answer', async () => {
  const { store, operator } = await rigOf();
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stream === 'host-b' ? 'failed' : undefined),
  });
  const { ingest, views } = ingestRig(journal);
  for (const id of ['a~0', 'b~0']) views.labors.set(id, 'open');
  expect(await ingest.commandLabors(['a~0', 'b~0'], ACK, operator)).toMatchObject({
    value: { results: [{ id: 'a~0' }, { id: 'b~0', fault: { code: 'store-unavailable' } }] },
  });
  expect(await ingest.commandLabors(['b~0'], ACK, operator)).toMatchObject({ problem: { code: 'store-unavailable' } });
});

test('of two hosts that fail, the one whose command may be stored is what is answered', async () => {
  const { store } = await rigOf();
  const base = createMemoryJournal({ store });
  const journal = wrapJournal(base, {
    append: (writes) =>
      Promise.resolve(
        writes.map(({ stream }) => ({
          kind: stream === 'host-a' ? ('failed' as const) : ('unknown' as const),
          reason: 'by plan',
        })),
      ),
  });
  const { ingest, operator, views } = ingestRig(journal);
  for (const id of ['a~0', 'b~0']) views.labors.set(id, 'open');
  expect(await ingest.commandLabors(['a~0', 'b~0'], ACK, operator)).toMatchObject({
    problem: { code: 'outcome-unknown' },
  });
}, 30_000);
