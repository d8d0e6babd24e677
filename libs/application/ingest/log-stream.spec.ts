/** A stream of events: each good one taken, each host in its order, repeats known far back, and the answer where a store fails. */
import type { EventReport } from '#contracts';
import {
  countingJournal,
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  intercept,
  report,
  until,
  type IngestRig,
} from '#testing';
import type { Journal } from '#ports';
import type { StreamedEvents } from './ingest.js';

async function rigOf(journal: Journal = createMemoryJournal()): Promise<IngestRig> {
  const rig = ingestRig(journal);
  await rig.define();
  return rig;
}

async function* given(batches: readonly (readonly EventReport[])[]): AsyncGenerator<readonly EventReport[]> {
  yield* batches;
}

function stream(
  { ingest, reporter }: IngestRig,
  batches: readonly (readonly EventReport[])[],
): Promise<StreamedEvents> {
  return ingest.logEventStream(given(batches), reporter);
}

/** Keyed events of one host, in batches. */
function batchesOf(host: string, from: number, count: number, size = 500): readonly (readonly EventReport[])[] {
  const all = Array.from({ length: count }, (_, nth) =>
    report(host, { key: `k${from + nth}`, path: String(from + nth) }),
  );
  return Array.from({ length: Math.ceil(count / size) }, (_, nth) => all.slice(nth * size, (nth + 1) * size));
}

async function keysOf(rig: IngestRig, host: string): Promise<readonly unknown[]> {
  return (await rig.host(host)).map(({ json }) => (JSON.parse(json) as { readonly key: unknown }).key);
}

const keys = (count: number) => Array.from({ length: count }, (_, nth) => `k${nth}`);

test('each good event is taken; each refused one is reported by its path', async () => {
  const rig = await rigOf();
  const batches = [
    [report('a', { path: '1' }), report('a', { type: 'no-such', path: '2' }), report('b', { path: '3' })],
    [report('a', { type: 'power-cut', path: '4' })],
  ];
  const streamed = await stream(rig, batches);
  expect(streamed).toMatchObject({ accepted: 2, duplicates: 0, refused: 2 });
  expect(streamed.refusals.map(({ path, code }) => [path, code])).toEqual([
    ['2', 'event-type-unknown'],
    ['4', 'event-type-restricted'],
  ]);
  expect(streamed.position).toBeGreaterThan(0n);
  expect(streamed).not.toHaveProperty('problem');
});

test('hosts that nobody had heard of before are counted, each once', async () => {
  const rig = await rigOf();
  await rig.ingest.logEvents([report('known')], rig.reporter);
  const batches = [
    [report('a', { path: '1' }), report('a', { path: '2' }), report('known', { path: '3' })],
    [report('a', { path: '4' }), report('b', { path: '5' })],
  ];
  expect(await stream(rig, batches)).toMatchObject({ accepted: 5, newHosts: 2 });
  expect(await stream(rig, batches)).toMatchObject({ accepted: 5, newHosts: 0 });
});

test('of many refusals the first are listed, all are counted', async () => {
  const rig = await rigOf();
  const bad = Array.from({ length: 250 }, (_, nth) => report('a', { type: 'no-such', path: String(nth) }));
  const streamed = await stream(rig, [bad.slice(0, 90), bad.slice(90)]);
  expect(streamed).toMatchObject({ accepted: 0, refused: 250 });
  expect(streamed.refusals.map(({ path }) => path)).toEqual(bad.slice(0, 100).map(({ path }) => path));
});

test('P1: a type defined elsewhere while the stream runs is found', async () => {
  const journal = createMemoryJournal();
  const rig = await rigOf(journal);
  const other = ingestRig(journal);
  async function* batches(): AsyncGenerator<readonly EventReport[]> {
    yield [report('a')];
    const definition = { category: 'new', state: 'one', description: null, restricted: false };
    await other.ingest.defineEventTypes([definition], rig.operator);
    yield [report('a', { type: 'new-one' })];
  }
  expect(await rig.ingest.logEventStream(batches(), rig.reporter)).toMatchObject({ accepted: 2, refused: 0 });
});

describe('rule 24: repeats', () => {
  test('the same stream again stores nothing, to this process and to another', async () => {
    const journal = createMemoryJournal();
    const rig = await rigOf(journal);
    expect(await stream(rig, batchesOf('a', 0, 3000))).toMatchObject({ accepted: 3000, duplicates: 0 });
    expect(await stream(rig, batchesOf('a', 0, 3000))).toMatchObject({ accepted: 0, duplicates: 3000 });
    expect(await stream(ingestRig(journal), batchesOf('a', 0, 3000))).toMatchObject({ accepted: 0, duplicates: 3000 });
    expect(await keysOf(rig, 'a')).toEqual(keys(3000));
  });

  test("what lies within the host's last 10,000 events is known, also after a restart, and others wrote meanwhile", async () => {
    const journal = createMemoryJournal();
    const rig = await rigOf(journal);
    await stream(rig, batchesOf('a', 0, 200));
    await stream(rig, batchesOf('a', 200, 9790));
    const another = ingestRig(journal);
    for (const each of [rig, another]) {
      expect(await stream(each, batchesOf('a', 0, 1))).toMatchObject({ accepted: 0, duplicates: 1 });
      expect(
        await stream(each, [[...batchesOf('a', 100, 1).flat(), report('a'), report('a', { key: 'k100' })]]),
      ).toMatchObject({ accepted: 1, duplicates: 2 });
    }
    await another.ingest.logEvents(batchesOf('a', 20_000, 300).flat(), another.reporter);
    expect(await stream(rig, batchesOf('a', 20_000, 300))).toMatchObject({ accepted: 0, duplicates: 300 });
    // 10,292 events are there: the first ones are beyond
    expect(await stream(rig, batchesOf('a', 0, 1))).toMatchObject({ accepted: 1, duplicates: 0 });
  }, 60_000);

  test('with an Idempotency-Key a stream is known by its lines: sent again whole, also to another process, it stores nothing', async () => {
    const journal = createMemoryJournal();
    const rig = await rigOf(journal);
    const lines = Array.from({ length: 300 }, (_, nth) => report('a', { path: String(nth + 1) }));
    const send = (to: typeof rig, batch: readonly EventReport[], idempotencyKey: string) =>
      to.ingest.logEventStream(given([batch]), { ...to.reporter, idempotencyKey });
    expect(await send(rig, lines, 'one')).toMatchObject({ accepted: 300, duplicates: 0 });
    expect(await send(rig, lines, 'one')).toMatchObject({ accepted: 0, duplicates: 300 });
    expect(await send(ingestRig(journal), lines, 'one')).toMatchObject({ accepted: 0, duplicates: 300 });
    // what follows a cut begins with line 1 again: it needs another key
    const rest = lines.slice(0, 10);
    expect(await send(rig, rest, 'one')).toMatchObject({ accepted: 0, duplicates: 10 });
    expect(await send(rig, rest, 'two')).toMatchObject({ accepted: 10, duplicates: 0 });
  });

  test('commands on labors do not push an event out of the window', async () => {
    const rig = await rigOf();
    await stream(rig, batchesOf('a', 0, 200));
    rig.views.labors.set('a~0', 'open');
    for (let nth = 0; nth < 150; nth += 1)
      await rig.ingest.commandLabor('a~0', { kind: 'LaborAcknowledged', by: null, note: null }, rig.operator);
    expect(await stream(rig, batchesOf('a', 0, 200))).toMatchObject({ accepted: 0, duplicates: 200 });
  });

  test('round trips: once a host is known, its events are appended without reading', async () => {
    const journal = countingJournal(createMemoryJournal());
    const rig = await rigOf(journal);
    await stream(rig, batchesOf('a', 0, 1000));
    journal.resetCalls();
    await stream(rig, batchesOf('a', 1000, 5000));
    // batches that come together share their appends
    expect(journal.calls.append).toBeLessThanOrEqual(11);
    expect(journal.calls.read).toBeLessThanOrEqual(1);
  });

  test('many hosts with long histories come in turns, and all are known', async () => {
    const journal = createMemoryJournal();
    const rig = await rigOf(journal);
    const hosts = Array.from({ length: 60 }, (_, nth) => `h${nth}`);
    for (const host of hosts) await stream(rig, batchesOf(host, 0, 5000, 5000));
    const another = ingestRig(journal);
    const again = hosts.map((host) => report(host, { key: 'k3' }));
    const other = another.ingest.logEvents([report('quick')], another.reporter);
    expect(await stream(another, [again])).toMatchObject({ accepted: 0, duplicates: 60 });
    expect(await other).toMatchObject({ ok: true });
  }, 60_000);
});

test('a few batches are asked for ahead, no more', async () => {
  const journal = createMemoryJournal();
  const rig = await rigOf(journal);
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  intercept(journal, 'append', async (original, writes) => {
    await gate;
    return original(writes);
  });
  let asked = 0;
  async function* batches(): AsyncGenerator<readonly EventReport[]> {
    for (; asked < 50; asked += 1) yield [report('a', { key: `k${asked}` })];
  }
  const streaming = rig.ingest.logEventStream(batches(), rig.reporter);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBeLessThanOrEqual(4);
  letGo();
  expect(await streaming).toMatchObject({ accepted: 50 });
  expect(await keysOf(rig, 'a')).toEqual(keys(50));
});

test('where others take all room, the stream waits, and stays in its order', async () => {
  const journal = createMemoryJournal();
  const rig = ingestRig(journal);
  await rig.define();
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const restore = intercept(journal, 'append', async (original, writes) => {
    await gate;
    return original(writes);
  });
  const full = Array.from({ length: 10_000 }, () => report('other'));
  const others = Array.from({ length: 10 }, (_, nth) =>
    rig.ingest.logEvents(full, { ...rig.reporter, holder: `token ${nth}` }),
  );
  await until('all room is taken', () => rig.ingest.waiting().entries === 100_000);
  expect(await rig.ingest.logEvents([report('b')], rig.reporter)).toMatchObject({ problem: { code: 'overloaded' } });
  const streaming = stream(rig, batchesOf('a', 0, 300, 100));
  letGo();
  expect(await streaming).toMatchObject({ accepted: 300 });
  restore();
  await Promise.all(others);
  expect(await keysOf(rig, 'a')).toEqual(keys(300));
}, 60_000);

describe('failures', () => {
  test('a store that fails half way: the answer counts what is stored, no later event of a host is stored before an earlier one', async () => {
    const memory = createMemoryJournal();
    let failing = false;
    const journal = faultyJournal(memory, {
      write: ({ entries }) => (failing && entries.some(({ json }) => json.includes('"k150"')) ? 'failed' : undefined),
    });
    const rig = await rigOf(journal);
    failing = true;
    let asked = 0;
    async function* batches(): AsyncGenerator<readonly EventReport[]> {
      for (const batch of batchesOf('a', 0, 10_000, 100)) {
        asked += 1;
        yield batch;
      }
    }
    const streamed = await rig.ingest.logEventStream(batches(), rig.reporter);
    const stored = (await keysOf(rig, 'a')).length;
    expect(stored).toBeGreaterThan(0);
    expect(await keysOf(rig, 'a')).toEqual(keys(stored));
    expect(streamed).toMatchObject({ accepted: stored, problem: { code: 'store-unavailable' } });
    expect(streamed.problem?.detail).toMatch(
      new RegExp(`^${stored} events are stored \\(by plan\\); send the same again`),
    );
    expect(asked).toBeLessThan(20);
    failing = false;
    expect(await stream(rig, batchesOf('a', 0, 1000, 100))).toMatchObject({
      accepted: 1000 - stored,
      duplicates: stored,
    });
    expect(await keysOf(rig, 'a')).toEqual(keys(1000));
  }, 30_000);

  test('J3: an unknown outcome is looked up before anything is repeated', async () => {
    const memory = createMemoryJournal();
    let nth = 0;
    const faults = ['stored', 'lost', 'late', 'hung', 'failed', undefined] as const;
    const journal = faultyJournal(memory, {
      write: ({ stream: name }) => (name === 'host-a' ? faults[nth++ % 6] : undefined),
    });
    const rig = await rigOf(journal);
    expect(await stream(rig, batchesOf('a', 0, 2000, 100))).toMatchObject({ accepted: 2000, duplicates: 0 });
    expect(await keysOf(rig, 'a')).toEqual(keys(2000));
  }, 60_000);

  test('a journal that cannot be read: nothing is stored, and the answer says so', async () => {
    const memory = createMemoryJournal();
    let away = false;
    const rig = await rigOf(faultyJournal(memory, { read: () => (away ? 'unavailable' : undefined) }));
    away = true;
    expect(await stream(rig, batchesOf('a', 0, 200, 100))).toMatchObject({
      accepted: 0,
      problem: { code: 'store-unavailable' },
    });
    expect(await stream(rig, [[report('a', { type: 'no-such' })]])).toMatchObject({
      problem: { code: 'store-unavailable' },
    });
    away = false;
    expect(await rig.host('a')).toEqual([]);
  }, 30_000);

  test('where the source fails, what it gave before is stored, and its failure is handed on', async () => {
    const rig = await rigOf();
    async function* batches(): AsyncGenerator<readonly EventReport[]> {
      yield* batchesOf('a', 0, 1000, 100);
      throw new Error('gone');
    }
    await expect(rig.ingest.logEventStream(batches(), rig.reporter)).rejects.toThrow('gone');
    expect(await keysOf(rig, 'a')).toEqual(keys(1000));
  });

  test('a defect ends the stream as a defect', async () => {
    const journal = createMemoryJournal();
    const rig = await rigOf(journal);
    intercept(journal, 'append', () => Promise.reject(new TypeError('a defect')));
    await expect(stream(rig, batchesOf('a', 0, 1000, 100))).rejects.toThrow('a defect');
  });
});
