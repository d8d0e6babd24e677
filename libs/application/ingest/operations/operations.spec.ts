/** Operations: what a filter finds is fixed first, and commanded once, wherever a process ends and whichever goes on. */
import { done, failed, START, type LaborDocument } from '#contracts';
import { parseLaborId, type HostName, type Instant, type JsonObject, type OperationId } from '#domain';
import { createMemoryJournal, ingestRig, MemoryStore, mortalJournal, report, until, type IngestRig } from '#testing';
import { MAX_CHOSEN_BYTES } from '../deciding/request.js';
import type { Caller } from '../ingest.js';
import { OperationCarrier } from './carry-out.js';

const WAIVE = { kind: 'LaborWaived', by: null, reason: 'scrapped' } as const;
const WHERE = { filter: { state: ['open'] }, written: { state: 'open' } as JsonObject } as const;
const keyed: Caller = { principal: 'ann', mayReportRestricted: true, idempotencyKey: 'sweep' };
const HOSTS = 1010;
const ids = Array.from({ length: HOSTS }, (_, nth) => `h${String(nth).padStart(4, '0')}~0`);

/** A store with a labor on each of many hosts. */
async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore();
  const rig = ingestRig(createMemoryJournal({ store }));
  await rig.define();
  const reports = ids.map((id) => report(parseLaborId(id)!.host));
  expect(await rig.ingest.logEvents(reports, rig.operator)).toMatchObject({ ok: true });
  return store;
}

function waives(store: MemoryStore): readonly string[] {
  return [...store.streams]
    .filter(([stream]) => stream.startsWith('host-'))
    .flatMap(([, entries]) => entries.filter(({ type }) => type === 'LaborWaived'))
    .map(({ json }) => (JSON.parse(json) as { labor: string }).labor);
}

/** Its views have what the journal has. */
function seeing(store: MemoryStore, rig: IngestRig): IngestRig {
  const waived = new Set(waives(store));
  const states: Map<string, LaborDocument['state']> = rig.views.labors;
  for (const id of ids) states.set(id, waived.has(id) ? 'waived' : 'open');
  return rig;
}

function operationIn(store: MemoryStore): string {
  return [...store.streams.keys()].find((stream) => stream.startsWith('operation-'))!.slice('operation-'.length);
}

async function over(rig: IngestRig, id: string): Promise<void> {
  await until('the operation is over', async () => {
    // the lease of a process that has ended is free after a while
    rig.clock.advance(100);
    const view = await rig.ingest.operation(id);
    return view.ok && view.value.isOver;
  });
}

test('more than 1,000: accepted at once, then commanded, each with a result', async () => {
  const store = await filled();
  const rig = seeing(store, ingestRig(createMemoryJournal({ store })));
  const accepted = await rig.ingest.commandLaborsWhere(WHERE, WAIVE, keyed);
  expect(accepted).toMatchObject({ value: { found: HOSTS } });
  const id = operationIn(store);
  expect(waives(store)).toEqual([]);
  expect(await rig.ingest.operation(id)).toMatchObject({ value: { isOver: false, left: HOSTS } });
  // one of them is closed before its turn
  rig.views.labors.set(ids[700]!, 'completed');
  rig.ingest.start();
  await over(rig, id);
  expect([...waives(store)].sort()).toEqual(ids.filter((each) => each !== ids[700]));
  expect(await rig.ingest.operation(id)).toMatchObject({
    value: {
      left: 0,
      state: { done: HOSTS - 1, refused: [{ code: 'labor-not-open', count: 1 }], by: 'ann', principal: 'ann' },
    },
  });
  expect(await rig.ingest.operations()).toMatchObject({ value: [{ id, isOver: true }] });
  const found: unknown[] = [];
  for (let after: readonly string[] | null = null; ;) {
    const page = await rig.ingest.operationResults(id, { limit: 90, after });
    if (!page.ok) throw new Error(page.problem.detail);
    found.push(...page.value.items.map((item) => [item.id, item.state]));
    after = page.value.next;
    if (after === null) break;
  }
  expect(found).toEqual(ids.map((each, nth) => [each, nth === 700 ? 'refused' : 'done']));
  // sent again it is the same operation, although the filter finds nothing by now
  expect(await seeing(store, rig).ingest.commandLaborsWhere(WHERE, WAIVE, keyed)).toEqual(accepted);
  expect(operationIn(store)).toBe(id);
  await rig.ingest.close();
}, 60_000);

test('wherever a process ends, another goes on: each labor is waived once', async () => {
  for (let nth = 1; ; nth += 1) {
    const store = await filled();
    const dying = mortalJournal(createMemoryJournal({ store }));
    let writes = 0;
    const first = seeing(
      store,
      ingestRig({
        ...dying.journal,
        append: async (all) => {
          writes += 1;
          if (writes !== nth) return dying.journal.append(all);
          await dying.journal.append(all);
          dying.kill();
          return dying.journal.append(all);
        },
      }),
    );
    first.ingest.start();
    // of a process that has ended nobody gets an answer
    void first.ingest.commandLaborsWhere(WHERE, WAIVE, keyed).catch(() => undefined);
    await until('it ended', () => writes >= nth || waives(store).length === HOSTS);
    const second = seeing(store, ingestRig(createMemoryJournal({ store })));
    const again = await second.ingest.commandLaborsWhere(WHERE, WAIVE, keyed);
    expect([nth, again]).toMatchObject([nth, { ok: true, value: { found: HOSTS } }]);
    second.ingest.start();
    await over(second, operationIn(store));
    expect([...waives(store)].sort()).toEqual(ids);
    expect(await second.ingest.operation(operationIn(store))).toMatchObject({ value: { state: { done: HOSTS } } });
    await second.ingest.close();
    // its loops end
    void first.ingest.close();
    if (writes < nth) break;
  }
}, 120_000);

test('a listing that is carried out again is the same request, the next one is another', async () => {
  const store = await filled();
  const journal = createMemoryJournal({ store });
  const rig = seeing(store, ingestRig(journal));
  await rig.ingest.commandLaborsWhere(WHERE, WAIVE, keyed);
  const requests: string[] = [];
  const carrier = new OperationCarrier({
    ...{ journal, newId: () => crypto.randomUUID(), now: () => '2024-05-01T08:00:00.000Z' as Instant },
    command: async (some, _command, _caller, request) => {
      requests.push(request.uuid('adoption 7'));
      if (requests.length === 1) return failed({ code: 'store-unavailable', detail: 'by plan' });
      return done({ position: START, results: some.map(() => ({})) });
    },
  });
  const id = operationIn(store) as OperationId;
  await expect(carrier.step(id)).rejects.toThrow('by plan');
  while ((await carrier.step(id))?.over === false);
  expect(requests).toHaveLength(7);
  expect([requests[1], new Set(requests).size]).toEqual([requests[0], 6]);
});

test('a host that a filter finds under a former name is commanded as it is: not the host whose alias that is now', async () => {
  const rig = ingestRig(createMemoryJournal());
  await rig.define();
  const { ingest, operator } = rig;
  const retired = { kind: 'HostRetired', by: null, reason: 'sold' } as const;
  await ingest.logEvents([report('old')], operator);
  await rig.show('old');
  await ingest.commandHost('old', retired, operator);
  await rig.show('old');
  const alias = { host: 'live' as HostName, names: ['old' as HostName] };
  expect(await ingest.aliasHost(alias, null, operator)).toMatchObject({ value: { formerHosts: ['old'] } });
  await ingest.logEvents([report('live')], operator);
  await rig.show('old', 'live');
  const where = { filter: { retired: true }, written: { retired: 'true' } as JsonObject };
  const entries = () =>
    Promise.all(['old', 'live'].map(async (name) => (await rig.host(name)).map(({ type }) => type)));
  const before = await entries();
  expect(await ingest.commandHostsWhere(where, retired, operator)).toMatchObject({
    value: { results: [{ host: 'old', changed: false }] },
  });
  expect(await entries()).toEqual(before);
  const set = { kind: 'HostAttributesSet', set: { role: 'gone' }, clear: [], by: null } as const;
  expect(await ingest.commandHostsWhere(where, set, operator)).toMatchObject({
    value: { results: [{ host: 'old', changed: true }] },
  });
  expect(await entries()).toEqual([[...before[0]!, 'HostAttributesSet'], before[1]]);
});

test('there is none where nothing was accepted', async () => {
  const rig = ingestRig(createMemoryJournal({ store: new MemoryStore() }));
  for (const id of ['x', '00000000-0000-8000-8000-000000000001'])
    expect(await rig.ingest.operation(id)).toMatchObject({ ok: false, problem: { code: 'operation-unknown' } });
  expect(await rig.ingest.operations()).toEqual({ ok: true, value: [] });
});

test('the longest ids of as many as are commanded at once fit into the record of a request', async () => {
  const rig = ingestRig(createMemoryJournal());
  const longest = Array.from({ length: 1000 }, (_, nth) => {
    const host = [...Array.from({ length: 3 }, () => 'a'.repeat(62)), String(nth).padStart(60, 'b')].join('.');
    return `${host}~${Number.MAX_SAFE_INTEGER}`;
  });
  expect(JSON.stringify({ ids: longest }).length).toBeLessThan(MAX_CHOSEN_BYTES);
  for (const id of longest) rig.views.labors.set(id, 'open');
  const outcome = await rig.ingest.commandLaborsWhere(WHERE, WAIVE, keyed);
  expect(outcome).toMatchObject({ ok: true });
  expect(outcome.ok && 'results' in outcome.value && outcome.value.results.length).toBe(1000);
});
