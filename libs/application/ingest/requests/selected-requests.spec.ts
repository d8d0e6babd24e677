/** Events on the hosts that a query selects: done once under an Idempotency-Key, on the hosts of the first try. */
import type { HostQuery, SharedReport } from '#contracts';
import { newHost, type HostName } from '#domain';
import { createMemoryJournal, ingestRig, type IngestRig, type MemoryStore } from '#testing';
import { again, caller, entries, everywhere, FIRST_MS, MINUTE_MS, prepared, type Act } from './testing-tries.js';

const WEB: HostQuery = { is: 'attribute', among: ['role:web'] };
const REPORT: SharedReport = {
  ...{ type: 'disk-full', key: null, at: null, by: null },
  ...{ note: null, attributes: null, data: null, path: '' },
};

/** What the views show as web servers, in the order of names. */
function showing({ views }: IngestRig, ...names: readonly string[]): void {
  views.states.clear();
  for (const name of names) views.states.set(name as HostName, { ...newHost, attributes: { role: 'web' } });
}

function logging(names: readonly string[], more: Partial<SharedReport> = {}, most = 10_000): Act {
  return (rig) => {
    showing(rig, ...names);
    const hosts = { query: WEB, beside: ['z' as HostName] };
    return rig.ingest.logEventsOn({ hosts, report: { ...REPORT, ...more } }, most, caller);
  };
}

const hostsOf = (store: MemoryStore): readonly string[] =>
  [...store.streams.keys()].filter(
    (stream) => stream.startsWith('host-') && (store.streams.get(stream)?.length ?? 0) > 0,
  );

test('each host that is selected has the event, and those beside them; sent again it is answered as before, whatever would be selected', async () => {
  const store = await prepared();
  const first = await again(store, logging(['a', 'b']));
  expect(first).toMatchObject({
    value: { accepted: 3, newHosts: 1, events: [{ host: 'z', newHost: true }, { host: 'a' }, { host: 'b' }] },
  });
  expect(await again(store, logging(['b', 'c', 'd']))).toEqual(first);
  expect(entries(store, 'host-')).toHaveLength(6);
  const other = logging(['a'], { note: 'x' });
  expect(await again(store, other)).toMatchObject({ problem: { code: 'idempotency-key-reused' } });
});

test('wherever the first try ends, each event is there once, on the hosts of one try', async () => {
  const store = await prepared();
  const before = entries(store, 'host-').length;
  // the second try would select others
  let tries = 0;
  const act: Act = (rig) => logging((tries += 1) % 3 === 1 ? ['a', 'b'] : ['b', 'c'])(rig);
  const begin = () => {
    tries = 0;
    return prepared();
  };
  await everywhere(act, begin, (stored) => {
    const added = entries(stored, 'host-').length - before;
    const onC = entries(stored, 'host-c').length - 1;
    const onA = entries(stored, 'host-a').length - 1;
    expect([added, onA + onC]).toEqual([3, 1]);
  });
});

test('without a key of the request it is done each time; with a key of the event each host has it once', async () => {
  const store = await prepared();
  const plain: Act = (rig) => {
    showing(rig, 'a', 'b');
    const hosts = { query: WEB, beside: [] };
    return rig.ingest.logEventsOn({ hosts, report: { ...REPORT, key: 'k' } }, 9, {
      principal: 'ann',
      mayReportRestricted: false,
    });
  };
  expect(await again(store, plain)).toMatchObject({ value: { accepted: 2, duplicates: 0 } });
  expect(await again(store, plain)).toMatchObject({ value: { accepted: 0, duplicates: 2 } });
});

test('more than may be, and none, are refused, and nothing is logged', async () => {
  const store = await prepared();
  const before = entries(store, 'host-').length;
  const broad = { ok: false, problem: { code: 'too-broad' } };
  expect(await again(store, logging(['a', 'b', 'c'], {}, 2))).toMatchObject(broad);
  // with those beside
  expect(await again(store, logging(['a', 'b'], {}, 2))).toMatchObject(broad);
  const rig = ingestRig(createMemoryJournal({ store }), FIRST_MS + MINUTE_MS);
  const none = { hosts: { query: WEB, beside: [] }, report: REPORT };
  expect(await rig.ingest.logEventsOn(none, 9, caller)).toMatchObject({
    problem: { code: 'validation-failed', errors: [{ path: 'hostQuery' }] },
  });
  expect(entries(store, 'host-')).toHaveLength(before);
  expect(hostsOf(store)).toEqual(['host-a', 'host-b', 'host-c']);
});

test('ten thousand long names are kept with the request', async () => {
  const store = await prepared();
  const names = Array.from({ length: 9999 }, (_, n) => `web-${crypto.randomUUID()}-${n}.example.com`);
  const first = await again(store, logging(names));
  expect(first).toMatchObject({ value: { accepted: 10_000 } });
  expect(await again(store, logging([]))).toEqual(first);
}, 60_000);
