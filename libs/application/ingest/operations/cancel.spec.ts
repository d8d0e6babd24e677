/** Cancelling an operation: whenever it comes, and wherever a process ends, the results say which labors were commanded. */
import { parseLaborId, type JsonObject, type LaborId } from '#domain';
import { createMemoryJournal, ingestRig, MemoryStore, mortalJournal, report, until, type IngestRig } from '#testing';
import type { Caller } from '../ingest.js';

const WAIVE = { kind: 'LaborWaived', by: null, reason: 'scrapped' } as const;
const WHERE = { filter: { state: ['open'] }, written: { state: 'open' } as JsonObject } as const;
const keyed: Caller = { principal: 'ann', mayReportRestricted: true, idempotencyKey: 'sweep' };
const CANCEL = { by: null, reason: 'the wrong filter' } as const;
const HOSTS = 1010;
const LISTING = 200;
const ids = Array.from({ length: HOSTS }, (_, nth) => `h${String(nth).padStart(4, '0')}~0` as LaborId);

/** A store with a labor on each of many hosts, and an operation on all of them that nobody carries out yet. */
async function accepted(): Promise<{ readonly store: MemoryStore; readonly id: string }> {
  const store = new MemoryStore();
  const rig = seeing(ingestRig(createMemoryJournal({ store })));
  await rig.define();
  const reports = ids.map((id) => report(parseLaborId(id)!.host));
  expect(await rig.ingest.logEvents(reports, rig.operator)).toMatchObject({ ok: true });
  expect(await rig.ingest.commandLaborsWhere(WHERE, WAIVE, keyed)).toMatchObject({ value: { found: HOSTS } });
  const stream = [...store.streams.keys()].find((name) => name.startsWith('operation-'))!;
  return { store, id: stream.slice('operation-'.length) };
}

function seeing(rig: IngestRig): IngestRig {
  for (const id of ids) rig.views.labors.set(id, 'open');
  return rig;
}

function waived(store: MemoryStore): readonly string[] {
  return [...store.streams.values()]
    .flatMap((entries) => entries.filter(({ type }) => type === 'LaborWaived'))
    .map(({ json }) => (JSON.parse(json) as { labor: string }).labor)
    .sort();
}

/** By state, in the order listed. */
async function resultsOf(rig: IngestRig, id: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, string[]> = {};
  for (let after: readonly string[] | null = null; ;) {
    const page = await rig.ingest.operationResults(id, { limit: 90, after });
    if (!page.ok) throw new Error(page.problem.detail);
    for (const item of page.value.items) (found[item.state] ??= []).push(item.id);
    after = page.value.next;
    if (after === null) return found;
  }
}

async function over(rig: IngestRig, id: string): Promise<void> {
  await until('the operation is over', async () => {
    // the lease of a process that has ended is free after a while
    rig.clock.advance(100);
    const view = await rig.ingest.operation(id);
    return view.ok && view.value.isOver;
  });
}

test('one that nobody has begun: the listing that may be in flight is carried out, and no other', async () => {
  const { store, id } = await accepted();
  const rig = seeing(ingestRig(createMemoryJournal({ store })));
  const answer = await rig.ingest.cancelOperation(id, CANCEL, { ...keyed, idempotencyKey: 'stop' });
  const cancelled = { by: 'ann', principal: 'ann', reason: 'the wrong filter', advanced: 0 };
  expect(answer).toMatchObject({ ok: true, value: { id, isOver: false, left: HOSTS, state: { cancelled } } });
  // the same request, another one, and what another wants
  expect(await rig.ingest.cancelOperation(id, CANCEL, { ...keyed, idempotencyKey: 'stop' })).toEqual(answer);
  const again = await rig.ingest.cancelOperation(id, { by: 'bob', reason: 'too late' }, rig.operator);
  expect(again).toMatchObject({ ok: true, value: { state: { cancelled } } });
  expect(store.streams.get(`operation-${id}`)?.filter(({ type }) => type === 'OperationCancelled')).toHaveLength(1);
  rig.ingest.start();
  await over(rig, id);
  expect(waived(store)).toEqual(ids.slice(0, LISTING));
  expect(await resultsOf(rig, id)).toEqual({ done: ids.slice(0, LISTING), cancelled: ids.slice(LISTING) });
  expect(await rig.ingest.operation(id)).toMatchObject({ value: { left: HOSTS - LISTING, state: { done: LISTING } } });
  await until('it is none of those that run', () => rig.ingest.operating().open === 0);
  await rig.ingest.close();
});

test('at whatever moment, also where a process ends there: what is waived is done, and the rest is cancelled', async () => {
  for (let nth = 1; ; nth += 1) {
    const { store, id } = await accepted();
    const dying = mortalJournal(createMemoryJournal({ store }));
    const other = seeing(ingestRig(createMemoryJournal({ store })));
    let writes = 0;
    const first = seeing(
      ingestRig({
        ...dying.journal,
        append: async (all) => {
          writes += 1;
          if (writes !== nth) return dying.journal.append(all);
          expect(await other.ingest.cancelOperation(id, CANCEL, other.operator)).toMatchObject({ ok: true });
          const appended = dying.journal.append(all);
          if (nth % 2 === 0) return appended;
          await appended;
          dying.kill();
          return dying.journal.append(all);
        },
      }),
    );
    first.ingest.start();
    await until('it is cancelled, or was over before', () => writes >= nth || waived(store).length === HOSTS);
    if (nth % 2 === 1) other.ingest.start();
    await over(other, id);
    const { done = [], cancelled = [], ...rest } = await resultsOf(other, id);
    expect([nth, rest, [...done].sort(), done.length + cancelled.length]).toEqual([nth, {}, waived(store), HOSTS]);
    await other.ingest.close();
    void first.ingest.close();
    if (writes < nth) break;
    expect(cancelled.length).toBeGreaterThan(HOSTS - (nth + 2) * LISTING);
  }
}, 120_000);

test('of one that is over nothing changes; of none there is nothing to cancel', async () => {
  const { store, id } = await accepted();
  const rig = seeing(ingestRig(createMemoryJournal({ store })));
  rig.ingest.start();
  await over(rig, id);
  expect(await rig.ingest.cancelOperation(id, CANCEL, rig.operator)).toMatchObject({
    value: { isOver: true, left: 0, state: { cancelled: null, done: HOSTS } },
  });
  expect(await rig.ingest.cancelOperation('x', CANCEL, rig.operator)).toMatchObject({
    problem: { code: 'operation-unknown' },
  });
  await rig.ingest.close();
});
