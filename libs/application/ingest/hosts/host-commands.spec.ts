/** Commands on hosts: what is written, what is refused in time, and what is so already. */
import { createMemoryJournal, ingestRig, report, type IngestRig } from '#testing';
import { positionOf } from '#contracts';
import { MAX_HOST_ATTRIBUTES, type HostCommand, type HostName } from '#domain';

let rig: IngestRig;

beforeEach(async () => {
  rig = ingestRig(createMemoryJournal());
  await rig.define();
});

const setting = (set: Record<string, string | number | boolean>, clear: readonly string[] = []): HostCommand => ({
  ...{ kind: 'HostAttributesSet', by: null, set, clear },
});
const RETIRED: HostCommand = { kind: 'HostRetired', by: null, reason: 'sold' };
const typesOf = async (host: string) => (await rig.host(host)).map(({ type }) => type);

test('rule 23: attributes are an entry of the host; a host that nobody has heard of is known from then on', async () => {
  const { ingest, operator } = rig;
  const outcome = await ingest.commandHost('WEB-1.', setting({ role: 'web' }), operator);
  const [entry] = await rig.host('web-1');
  expect(outcome).toEqual({
    ok: true,
    value: { position: entry?.position, changed: true, newHost: true, host: 'web-1' },
  });
  expect(JSON.parse(entry?.json ?? '')).toEqual({ by: 'ann', set: { role: 'web' }, clear: [] });
});

test('what is so already is answered, and writes nothing', async () => {
  const { ingest, operator } = rig;
  await ingest.commandHost('a', setting({ role: 'web', rack: 7 }), operator);
  await rig.show('a');
  for (const same of [setting({ rack: 7 }), setting({}, ['other']), setting({})]) {
    expect(await ingest.commandHost('a', same, operator)).toMatchObject({ ok: true, value: { changed: false } });
  }
  await ingest.commandHost('a', RETIRED, operator);
  await rig.show('a');
  const again = await ingest.commandHost('a', { ...RETIRED, reason: 'again' }, operator);
  expect(again).toMatchObject({ ok: true, value: { changed: false, newHost: false } });
  expect(await typesOf('a')).toEqual(['HostAttributesSet', 'HostRetired']);
});

test('more than 64 attributes are refused before they are written', async () => {
  const { ingest, operator } = rig;
  const many = Object.fromEntries(Array.from({ length: MAX_HOST_ATTRIBUTES }, (_, n) => [`n${n}`, n]));
  await ingest.commandHost('a', setting(many), operator);
  await rig.show('a');
  const outcome = await ingest.commandHost('a', setting({ more: 1 }), operator);
  expect(outcome).toMatchObject({ ok: false, problem: { code: 'attributes-full' } });
  expect(await ingest.commandHost('a', setting({ more: 1 }, ['n0']), operator)).toMatchObject({ ok: true });
  expect(await typesOf('a')).toHaveLength(2);
});

test('rule 23: a host that nobody has heard of cannot be retired, and has no attribute to clear', async () => {
  const { ingest, operator } = rig;
  for (const command of [RETIRED, setting({}, ['role']), setting({})]) {
    const outcome = await ingest.commandHost('a', command, operator);
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'host-unknown' } });
  }
  expect(await ingest.commandHost('no host!', RETIRED, operator)).toMatchObject({ problem: { code: 'host-unknown' } });
  expect(await rig.host('a')).toEqual([]);
});

test('of views that are not there in time nobody is refused, and what surely changes is written', async () => {
  const { ingest, operator, views } = rig;
  await ingest.logEvents([report('a')], operator);
  await rig.show('a');
  views.position = positionOf(1n);
  expect(await ingest.commandHost('a', setting({ role: 'web' }), operator)).toMatchObject({ value: { changed: true } });
  expect(await ingest.commandHost('b', RETIRED, operator)).toMatchObject({ problem: { code: 'not-caught-up' } });
}, 30_000);

test('of a host that is parked, or behind, the fold decides', async () => {
  const { ingest, operator, views } = rig;
  await ingest.commandHost('a', setting({ role: 'web' }), operator);
  await ingest.commandHost('b', setting({ role: 'web' }), operator);
  await rig.show('a', 'b');
  views.parked.set('a', 1);
  views.behind.add('b' as HostName);
  for (const host of ['a', 'b']) {
    const outcome = await ingest.commandHost(host, setting({ role: 'web' }), operator);
    expect(outcome).toMatchObject({ value: { changed: true } });
  }
  expect(await typesOf('b')).toHaveLength(2);
});

test('many hosts are retired at once, each with its result; one named twice is retired once', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('a'), report('b')], operator);
  await rig.show('a', 'b');
  await ingest.commandHost('b', RETIRED, operator);
  await rig.show('b');
  const outcome = await ingest.commandHosts(['a', 'A', 'b', 'c', '?'], RETIRED, operator);
  expect(outcome).toMatchObject({
    ok: true,
    value: {
      results: [
        { host: 'a', changed: true },
        { host: 'a', changed: true },
        { host: 'b', changed: false },
        { host: 'c', fault: { code: 'host-unknown' } },
        { host: '?', fault: { code: 'host-unknown' } },
      ],
    },
  });
  expect(await typesOf('a')).toEqual(['EventLogged', 'HostRetired']);
});

test('with an Idempotency-Key a command is written once and answered as before', async () => {
  const { ingest, operator } = rig;
  const caller = { ...operator, idempotencyKey: 'k' };
  const first = await ingest.commandHost('a', setting({ role: 'web' }), caller);
  await rig.show('a');
  expect(await ingest.commandHost('a', setting({ role: 'web' }), caller)).toEqual(first);
  expect(await ingest.commandHost('a', setting({ role: 'db' }), caller)).toMatchObject({
    problem: { code: 'idempotency-key-reused' },
  });
  const many = await ingest.commandHosts(['a', 'zz'], RETIRED, caller);
  await rig.show('a');
  expect(await ingest.commandHosts(['a', 'zz'], RETIRED, caller)).toEqual(many);
  expect(await typesOf('a')).toEqual(['HostAttributesSet', 'HostRetired']);
});
