/** R12: a process that is killed in the midst of an import serves nothing of it, and the same file completes it; and its memory is bounded. */
import { encodeEntry, hostStream, JournalFileWriter, positionOf, type StoredEntry } from '#contracts';
import type { HostName, Instant, TypeName } from '#domain';
import { post, type Sent } from '../../bench/load/large-requests.js';
import { until } from '../../libs/testing/until.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

const JOURNAL = crypto.randomUUID();
const AT = '2026-01-31T10:00:00.000Z' as Instant;
const HOSTS = 500;
/** Of the process that takes an export which is longer. */
const HEAP_MIB = 80;

/** An export of this many events, of the hosts in turns. */
function* fileOf(events: number): Generator<string, void> {
  const writer = new JournalFileWriter(JOURNAL);
  const named = () => ({ id: crypto.randomUUID(), at: AT });
  yield writer.begin({ ...named(), origin: JOURNAL, build: 'a spec', after: null, to: positionOf(BigInt(events)) });
  for (let nth = 0; nth < events; nth += 1) yield writer.entry(eventAt(nth));
  yield writer.end(named());
}

function eventAt(nth: number): StoredEntry {
  const host = `host-${nth % HOSTS}` as HostName;
  const type = 'disk-full' as TypeName;
  const event = { kind: 'EventLogged', host, type, category: 'disk', state: 'full', at: AT } as const;
  const rest = { recordedAt: AT, by: null, key: null, note: `number ${nth}`, attributes: null, quest: null };
  const id = `00000000-0000-4000-8000-${String(nth).padStart(12, '0')}`;
  const revision = Math.floor(nth / HOSTS);
  return {
    ...encodeEntry({ ...event, ...rest }, id),
    ...{ stream: hostStream(host), revision, position: positionOf(BigInt(nth + 1)) },
  };
}

function send(origin: string, events: number): Promise<Sent> {
  return post(origin, '/admin/import', { type: 'application/x-ndjson', body: fileOf(events) });
}

test('killed with -9 in the midst of it: it is ready for the rest, every command is refused, and the same file completes it', async () => {
  const events = 60_000;
  const folder = await temporaryFolder();
  const dataDir = folder.path;
  try {
    let hermes = await Hermes.start({ dataDir });
    const sent = send(hermes.api.origin, events).catch(() => undefined);
    await hermes.printed('an import begins');
    // in the midst: entries are stored, and the last is not
    await until('something is stored', async () => Number((await hermes.api.read('/admin/status'))['head']) > 5000, {
      everyMs: 5,
    });
    await hermes.kill();
    await sent;

    hermes = await Hermes.start({ dataDir, waitFor: 'live' });
    const ready = await fetch(`${hermes.api.origin}/health/ready`);
    expect({ status: ready.status, text: await ready.text() }).toMatchObject({
      ...{ status: 200, text: expect.stringContaining('an import has not come to its end') as string },
    });
    expect(await hermes.api.post('/event-types', { category: 'a', state: 'b' })).toMatchObject({
      ...{ status: 503, body: { code: 'import-unfinished' } },
    });
    expect(await hermes.api.call('GET', '/admin/export')).toMatchObject({ status: 503 });
    // nothing of it was projected
    expect(await hermes.api.total('/events')).toBe(0);
    const whole = await send(hermes.api.origin, events);
    expect(whole.status).toBe(200);
    expect(JSON.parse(whole.body)).toMatchObject({ entries: events, hosts: HOSTS, origin: JOURNAL });
    expect(await hermes.api.post('/event-types', { category: 'a', state: 'b' })).toMatchObject({ status: 201 });
    expect(await hermes.stop()).toBe(0);
  } finally {
    await folder.remove();
  }
}, 240_000);

test('200,000 entries come and go in a heap that does not hold their file', async () => {
  const folder = await temporaryFolder();
  try {
    const events = 200_000;
    const env = { HERMES_MEMORY_MIB: '512', NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
    const hermes = await Hermes.start({ dataDir: folder.path, env });
    expect(await send(hermes.api.origin, events)).toMatchObject({ status: 200 });
    const answer = await fetch(`${hermes.api.origin}/api/v1/admin/export`);
    let bytes = 0;
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.length;
    expect(bytes).toBeGreaterThan(HEAP_MIB * 1_048_576);
    await hermes.kill();
  } finally {
    await folder.remove();
  }
}, 600_000);
