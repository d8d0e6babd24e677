/** Rebuilds at a start of Hermes: events are accepted meanwhile, reads say that they must wait, and a kill -9 costs nothing done. */
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

const HOSTS = Array.from({ length: 20_000 }, (_, index) => `host-${String(index).padStart(5, '0')}`);

test('a rebuild: 503 with Retry-After and red readiness, ingest accepts, and after kill -9 it resumes to the same answers', async () => {
  const folder = await temporaryFolder();
  let hermes = await Hermes.start({ dataDir: folder.path });
  try {
    await hermes.api.must('/event-types', [
      { category: 'disk', state: 'full' },
      { category: 'disk', state: 'cleaned' },
    ]);
    await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
    for (let from = 0; from < HOSTS.length; from += 10_000) {
      const hosts = HOSTS.slice(from, from + 10_000);
      await hermes.api.must('/events', { type: 'disk-full', hosts });
      await hermes.api.must('/events', { type: 'disk-cleaned', hosts: hosts.slice(0, 2500) });
    }
    const before = await hermes.api.read('/labors?sort=host&limit=1000');
    const written = hermes.api.position;
    await hermes.stop();

    hermes = await Hermes.start({ dataDir: folder.path, args: ['--rebuild'], waitFor: 'live' });
    const read = await hermes.api.get('/labors', 0);
    expect([read.status, read.body['code']]).toEqual([503, 'not-caught-up']);
    expect(Number(read.headers.get('retry-after'))).toBeGreaterThan(0);
    const ready = await fetch(`${hermes.api.origin}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('being rebuilt')]);
    const accepted = await hermes.api.post('/events', { type: 'disk-full', host: 'late-comer', key: 'once' });
    expect(accepted.status).toBe(201);
    const isMade = (): boolean => hermes.output.includes('"the views are being rebuilt from the journal"');
    await until('there is a generation to resume', isMade, { seen: () => hermes.output });
    await hermes.kill();

    // without the flag: what was begun goes on
    hermes = await Hermes.start({ dataDir: folder.path, waitFor: 'live' });
    await until('folding is over', async () => (await fetch(`${hermes.api.origin}/health/ready`)).ok, {
      limitMs: 60_000,
    });
    expect(hermes.output).toContain('the rebuild of the views is resumed');
    const after = await hermes.api.call('GET', '/labors?sort=host&limit=1000', undefined, {
      'hermes-min-position': String(written + 1n),
      'hermes-wait': '30',
    });
    expect(after.body['items']).toEqual(before['items']);
    const total = (path: string) => hermes.api.total(path);
    expect([await total('/labors'), await total('/labors?state=open'), await total('/events')]).toEqual([
      20_001, 15_001, 25_001,
    ]);
  } finally {
    await hermes.kill();
    await folder.remove();
  }
}, 120_000);

test('R7, R15: after an upgrade of the fold alone, reads are answered from the views as they were until the new ones are served', async () => {
  const folder = await temporaryFolder();
  let hermes = await Hermes.start({ dataDir: folder.path });
  try {
    await hermes.api.must('/event-types', [
      { category: 'disk', state: 'full' },
      { category: 'disk', state: 'cleaned' },
    ]);
    await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
    await hermes.api.must('/events', { type: 'disk-full', hosts: HOSTS.slice(0, 10_000) });
    await hermes.api.read('/labors?limit=1');
    await hermes.stop();
    // as the build before has left them
    const views = new DatabaseSync(join(folder.path, 'views.db'));
    views.exec('UPDATE generations SET fold_version = fold_version - 1');
    views.close();

    hermes = await Hermes.start({ dataDir: folder.path, waitFor: 'live' });
    const accepted = await hermes.api.post('/events', { type: 'disk-full', host: 'late-comer' });
    expect(accepted.status).toBe(201);
    let beside = 0;
    for (let isReady = false; !isReady;) {
      isReady = (await fetch(`${hermes.api.origin}/health/ready`)).ok;
      const read = await hermes.api.call('GET', '/labors?host=host-00007');
      expect([read.status, [...read.body['items']!].length]).toEqual([200, 1]);
      if (!isReady) beside += 1;
    }
    expect(beside).toBeGreaterThan(0);
    const total = await hermes.api.total('/labors');
    expect(total).toBe(10_001);
  } finally {
    await hermes.kill();
    await folder.remove();
  }
}, 120_000);
