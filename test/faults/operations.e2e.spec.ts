/** Commands on what a filter finds, where that is much, over kill -9: each labor is commanded once, and answered for once. */
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { START } from '#contracts';
import type { Json } from '../harness/api.js';
import { RESTARTS, wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

const COUNT = 20_000;

const hermes = wholeHermes({ ...RESTARTS, each: true });

async function text(path: string): Promise<string> {
  return (await fetch(`${hermes.api.origin}/api/v1${path}`)).text();
}

/** How many waives the journal has, whatever labors they are of. */
async function waives(): Promise<number> {
  const journal = await openSqliteJournal({ file: hermes.path('journal.db') });
  try {
    let found = 0;
    for (let after = START; ;) {
      const page = await journal.readAll(after, journal.maxReadEntries);
      found += page.filter(({ type }) => type === 'LaborWaived').length;
      if (page.length === 0) return found;
      after = page.at(-1)?.position ?? after;
    }
  } finally {
    await journal.close();
  }
}

test('kill -9 half way through a waive of 20,000 labors by a filter: each is waived once, and has its result', async () => {
  const hosts = Array.from({ length: COUNT }, (_, index) => `host-${String(index).padStart(5, '0')}`);
  for (let from = 0; from < COUNT; from += 10_000)
    await hermes.api.must('/events', { type: 'system-restart-required', hosts: hosts.slice(from, from + 10_000) });
  await hermes.api.must('/events', { type: 'system-restart-required', host: 'other' });
  await until('the labors are there', async () => (await hermes.api.total('/labors?state=open')) === COUNT + 1);
  await hermes.api.must('/labors/other~0/ack', {});

  const body = { where: { state: 'open', acked: false }, reason: 'the fleet is scrapped' };
  const dry = await hermes.api.post('/labors/waive?dryRun=true', body);
  expect([dry.status, dry.body['found'], dry.body['examples']?.['length']]).toEqual([200, COUNT, 10]);
  const waive = () => hermes.api.post('/labors/waive', body, { 'idempotency-key': 'scrap-1' });
  const accepted = await waive();
  expect([accepted.status, accepted.body]).toMatchObject([202, { found: COUNT, state: 'running' }]);
  const path = `/operations/${String(accepted.body['id'])}`;

  let seen: Json | undefined;
  await until('it is half way', async () => Number((seen = await hermes.api.read(path))['done']) > COUNT / 3, {
    ...{ limitMs: 60_000, everyMs: 20, seen: () => JSON.stringify(seen) },
  });
  await hermes.killAndRestart();
  const resumed = await hermes.api.read(path);
  expect([resumed['state'], Number(resumed['left']) > 0]).toEqual(['running', true]);
  expect((await waive()).body).toEqual(accepted.body);
  await until('it is over', async () => String((seen = await hermes.api.read(path))['state']) === 'done', {
    ...{ limitMs: 120_000, everyMs: 100, seen: () => JSON.stringify(seen) },
  });
  expect(seen).toMatchObject({
    ...{ on: 'labors', command: 'waive', said: { reason: 'the fleet is scrapped' }, where: body.where },
    ...{ found: COUNT, done: COUNT, left: 0, refused: [], by: null },
  });

  hermes.api.waitFor(BigInt(String(seen!['position'])));
  expect(await hermes.api.total('/labors?state=waived')).toBe(COUNT);
  expect(await hermes.api.total('/labors?state=open')).toBe(1);
  const lines = (await text(`${path}/results?format=ndjson`)).trim().split('\n');
  const shown = lines.map((line) => JSON.parse(line) as { readonly id: string; readonly state: string });
  expect(new Set(shown.map(({ id }) => id)).size).toBe(COUNT);
  expect(shown.filter(({ state }) => state !== 'done')).toEqual([]);
  expect((await text(`${path}/results?format=csv`)).split('\r\n').slice(0, 2)).toEqual([
    'id,state,position,code',
    expect.stringMatching(/^host-00000~0,done,\d+,$/),
  ]);
  expect((await waive()).body).toEqual(accepted.body);
  expect((await hermes.api.read('/operations'))['items']).toMatchObject([{ found: COUNT, state: 'done' }]);
  await hermes.process.kill();
  expect(await waives()).toBe(COUNT);
}, 240_000);

test('cancelled half way, over kill -9: its results say which labors were waived, and these are the ones that are', async () => {
  const hosts = Array.from({ length: 6000 }, (_, index) => `host-${String(index).padStart(5, '0')}`);
  await hermes.api.must('/events', { type: 'system-restart-required', hosts });
  await until('the labors are there', async () => (await hermes.api.total('/labors?state=open')) === hosts.length);
  const body = { where: { state: 'open' }, reason: 'the fleet is scrapped' };
  const accepted = await hermes.api.must('/labors/waive', body);
  const path = `/operations/${String(accepted['id'])}`;
  await until('it has begun', async () => Number((await hermes.api.read(path))['done']) > 0, { everyMs: 10 });
  const cancel = { by: 'ann', reason: 'the wrong fleet' };
  const cancelled = await hermes.api.must(`${path}/cancel`, cancel);
  expect(cancelled['cancelled']).toMatchObject(cancel);
  await hermes.killAndRestart();
  let seen: Json | undefined;
  await until('it is over', async () => String((seen = await hermes.api.read(path))['state']) === 'cancelled', {
    ...{ limitMs: 60_000, everyMs: 100, seen: () => JSON.stringify(seen) },
  });
  expect(seen).toMatchObject({ cancelled: cancelled['cancelled'], refused: [] });
  const done = Number(seen!['done']);
  expect([done + Number(seen!['left']), done < hosts.length]).toEqual([hosts.length, true]);
  hermes.api.waitFor(BigInt(String(seen!['position'])));
  expect(await hermes.api.total('/labors?state=waived')).toBe(done);
  const lines = (await text(`${path}/results?format=ndjson`)).trim().split('\n');
  const states = lines.map((line) => (JSON.parse(line) as { readonly state: string }).state);
  expect(states).toEqual([
    ...Array<string>(done).fill('done'),
    ...Array<string>(hosts.length - done).fill('cancelled'),
  ]);
  expect(await hermes.api.must(`${path}/cancel`, { reason: 'again' })).toMatchObject({ cancelled: cancel });
  await hermes.process.kill();
  expect(await waives()).toBe(done);
}, 240_000);
