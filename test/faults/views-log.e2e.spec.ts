/** The threads of the views: their logs are moved into the files while events come, answers are given meanwhile, and a clean stop leaves no log. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

const MIB = 2 ** 20;
const HOSTS = Array.from({ length: 5000 }, (_, index) => `host-${String(index).padStart(5, '0')}`);
const ROUNDS = 4;
/** Of the log, with what one transaction adds. */
const MOST_MIB = 256;

test('their logs are in the files soon, are bounded, and are gone after a stop; reads are answered all the while', async () => {
  const folder = await temporaryFolder();
  const hermes = await Hermes.start({ dataDir: folder.path });
  /** Of all files of the views with this ending, in MiB. */
  const sizeOf = async (ending: string): Promise<number> => {
    const names = (await readdir(folder.path)).filter((name) => name.startsWith('views') && name.endsWith(ending));
    const sizes = names.map(
      async (name) => (await stat(join(folder.path, name)).catch(() => ({ size: 0 }))).size / MIB,
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };
  try {
    await hermes.api.must('/event-types', [
      { category: 'disk', state: 'full' },
      { category: 'disk', state: 'cleaned' },
    ]);
    await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
    let largestMib = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const type of ['disk-full', 'disk-cleaned']) {
        await hermes.api.must('/events', { type, hosts: HOSTS });
        expect((await hermes.api.call('GET', '/labors?limit=1')).status).toBe(200);
        largestMib = Math.max(largestMib, await sizeOf('-wal'));
      }
    }
    expect(await hermes.api.total('/labors?state=completed')).toBe(ROUNDS * HOSTS.length);
    expect(Math.max(largestMib, await sizeOf('-wal'))).toBeLessThan(MOST_MIB);
    // what all of it takes; without anything moved there would be the tables' first pages
    await until('most of the log is in the file', async () => (await sizeOf('.db')) > 20);
    await hermes.stop();
    expect([await sizeOf('-wal'), await sizeOf('.db')]).toEqual([0, expect.any(Number)]);
    expect(await sizeOf('.db')).toBeGreaterThan(20);
  } finally {
    await hermes.kill();
    await folder.remove();
  }
}, 90_000);
