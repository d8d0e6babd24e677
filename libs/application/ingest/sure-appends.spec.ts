/** J1 under faults: whatever the store does, what was acknowledged is there exactly once, and a key never twice. */
import fc from 'fast-check';
import { encodeEntry, keyedEventUuid, type EventReport, type NewEntry } from '#contracts';
import type { EventLogged, HostName, Instant, TypeName } from '#domain';
import {
  createMemoryJournal,
  eventually,
  faultyJournal,
  ingestRig,
  type IngestRig,
  MemoryStore,
  report,
  scriptedFaults,
  seededFaults,
  seededRandom,
  type WriteFault,
} from '#testing';
import type { LoggedEvents } from './ingest.js';

const NOW = '2024-05-01T08:00:00.000Z' as Instant;

/** Another writer's event, or another process's with the same key. */
function rivalEvent(stream: string, key: string | null = null): NewEntry {
  const host = stream.slice('host-'.length) as HostName;
  const type = 'disk-full' as TypeName;
  const event: EventLogged = {
    ...{ kind: 'EventLogged', host, type, category: 'disk', state: 'full' },
    ...{ at: NOW, recordedAt: NOW, by: 'rival', key, note: null, attributes: null, quest: null },
  };
  return encodeEntry(event, key === null ? crypto.randomUUID() : keyedEventUuid(host, type, key));
}

async function scripted(script: Parameters<typeof scriptedFaults>[0]) {
  const store = new MemoryStore();
  await ingestRig(createMemoryJournal({ store })).define();
  const journal = faultyJournal(createMemoryJournal({ store }), scriptedFaults(script));
  const rig = ingestRig(journal);
  await ingestRig(createMemoryJournal({ store })).timeline.refresh();
  return { ...rig, journal, stored: (host: string) => store.streams.get(`host-${host}`) ?? [] };
}

const NO_READ = null;

describe.each(['lost', 'stored', 'late', 'hung', 'failed', 'overtaken'] as const)(
  'a write that is %s',
  (fault: WriteFault) => {
    const script = { writes: [fault], hangMs: 1, rival: (stream: string) => rivalEvent(stream) };

    test.each([null, 'k'])('J1: the event (key %s) is stored once and acknowledged as new', async (key) => {
      const { ingest, reporter, stored } = await scripted(script);
      const answer = await ingest.logEvents([report('a', { key, by: 'me' })], reporter);
      const mine = stored('a').filter(({ json }) => json.includes('"me"'));
      expect(mine).toHaveLength(1);
      const event = { revision: mine[0]!.revision, duplicate: false };
      expect(answer).toMatchObject({
        ok: true,
        value: { accepted: 1, duplicates: 0, newHosts: mine[0]!.revision === 0 ? 1 : 0, events: [event] },
      });
    });
  },
);

test('J1: a rival with the same key that comes first is answered as the first', async () => {
  const rival = (stream: string) => rivalEvent(stream, 'k');
  const { ingest, reporter, stored } = await scripted({ writes: ['overtaken'], rival });
  const answer = await ingest.logEvents([report('a', { key: 'k' })], reporter);
  expect(answer).toMatchObject({ ok: true, value: { accepted: 0, duplicates: 1, events: [{ revision: 0 }] } });
  expect(stored('a')).toHaveLength(1);
});

test('where nothing helps: store-unavailable if surely nothing was stored, outcome-unknown if it may have been', async () => {
  const always = (fault: WriteFault) => ({ writes: Array.from({ length: 100 }, () => fault) });
  const failing = await scripted(always('failed'));
  expect(await failing.ingest.logEvents([report('a', { key: 'k' })], failing.reporter)).toMatchObject({
    problem: { code: 'store-unavailable', detail: expect.stringContaining('0 of 1') as unknown },
  });
  const losing = await scripted(always('lost'));
  expect(await losing.ingest.logEvents([report('a', { key: 'k' })], losing.reporter)).toMatchObject({
    problem: { code: 'outcome-unknown' },
  });
});

test('a host whose store fails does not keep the others of the request waiting; the answer says how many are stored', async () => {
  const store = new MemoryStore();
  await ingestRig(createMemoryJournal({ store })).define();
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stream === 'host-bad' ? 'failed' : undefined),
  });
  const { ingest, reporter } = ingestRig(journal);
  const reports = [report('bad', { key: 'k' }), report('good', { key: 'k' }), report('fine', { key: 'k' })];
  expect(await ingest.logEvents(reports, reporter)).toMatchObject({
    problem: { code: 'store-unavailable', detail: expect.stringContaining('2 of 3') as unknown },
  });
  const healed = ingestRig(createMemoryJournal({ store }));
  expect(await healed.ingest.logEvents(reports, reporter)).toMatchObject({
    value: { accepted: 1, duplicates: 2 },
  });
});

test('reads that fail are tried again', async () => {
  const down = 'unavailable';
  const { ingest, reporter, timeline, journal } = await scripted({ reads: [NO_READ, down, down, NO_READ] });
  await timeline.refresh().catch(() => undefined);
  expect(await ingest.logEvents([report('a', { key: 'k' })], reporter)).toMatchObject({ value: { accepted: 1 } });
  expect(journal.suffered.unavailable).toBe(2);
});

interface Acknowledged {
  readonly reports: readonly EventReport[];
  readonly answer: LoggedEvents;
}

/** Sends the same until it is answered; events without a key carry the try in their note. */
async function insist(rig: IngestRig, base: readonly EventReport[], name: string): Promise<Acknowledged> {
  for (let nth = 0; nth < 50; nth += 1) {
    const reports = base.map((each, index) => ({ ...each, note: `${name}.${index}.${each.key === null ? nth : 'k'}` }));
    const answer = await rig.ingest.logEvents(reports, rig.reporter);
    if (answer.ok) return { reports, answer: answer.value };
  }
  throw new Error('never answered');
}

const scenario = fc.record({
  seed: fc.integer(),
  requests: fc.array(
    fc.array(
      fc.record({
        host: fc.constantFrom('a', 'b', 'c'),
        key: fc.option(fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5')),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    { minLength: 1, maxLength: 14 },
  ),
});

test('J1: two processes over a store that goes wrong in every way', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ seed, requests }) => {
      const store = new MemoryStore();
      await ingestRig(createMemoryJournal({ store })).define();
      const random = seededRandom(seed + 2);
      const rival = (stream: string) => rivalEvent(stream, random() < 0.3 ? 'k1' : null);
      const faults = ['lost', 'stored', 'late', 'hung', 'failed', 'overtaken'] as const;
      const rigs = [0, 1].map((process) => {
        const plan = seededFaults({ seed: seed + process, writes: 0.35, reads: 0.1, faults, rival });
        return ingestRig(faultyJournal(createMemoryJournal({ store }), { ...plan, hangMs: 1 }));
      });
      for (const rig of rigs) await eventually('the catalogue is read', () => rig.timeline.refresh(), { everyMs: 0 });
      const acknowledged = await Promise.all(
        requests.map((request, nth) =>
          insist(
            rigs[nth % 2]!,
            request.map(({ host, key }) => report(host, { key })),
            `r${nth}`,
          ),
        ),
      );
      for (const each of acknowledged) requireStored(store, each);
      for (const [stream, entries] of store.streams) {
        // a rival that overtakes with a key appends plainly, as a process without this law would
        const own = entries.filter(({ json }) => stream.startsWith('host-') && !json.includes('"rival"'));
        expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

function requireStored(store: MemoryStore, { reports, answer }: Acknowledged): void {
  answer.events.forEach((event, index) => {
    const { key, host, note } = reports[index]!;
    const entries = store.streams.get(`host-${host}`)!;
    const stored = entries[event.revision]!;
    const data = JSON.parse(stored.json) as { readonly key?: string; readonly note?: string };
    expect(data.key ?? null).toBe(key);
    if (key === null) {
      expect(entries.filter(({ json }) => json.includes(`"${note}"`))).toEqual([stored]);
      expect(event.duplicate).toBe(false);
    }
    expect(stored.position <= event.position).toBe(true);
  });
}
