/** The README's first minute, run as it is given, must print what the README says. */
import { spawnSync } from 'node:child_process';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { block } from './markdown.js';

test('the first minute prints what the README shows', async () => {
  const folder = await temporaryFolder();
  const hermes = await Hermes.start({ dataDir: folder.path });
  try {
    const paste = block('README.md', 'first-minute');
    expect(paste).toContain('http://127.0.0.1:4400');
    const run = spawnSync('bash', ['-c', paste.replaceAll('http://127.0.0.1:4400', hermes.api.origin)], {
      cwd: folder.path,
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toContain(`\n${block('README.md', 'first-minute-output')}`);
    const why = JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? '') as unknown;
    expect(why).toMatchObject({ state: 'completed', closed: { event: 'web-1~1', fate: 1 } });
  } finally {
    await hermes.kill();
    await folder.remove();
  }
}, 60_000);

test('--demo leaves the four flows to look at, and does not play over existing data', async () => {
  const folder = await temporaryFolder();
  const first = await Hermes.start({ dataDir: folder.path, args: ['--demo'] });
  try {
    await first.printed('Demo: look around:');
    expect(await first.api.get('/quests/1')).toMatchObject({
      body: { state: 'open', hosts: 24, progress: { completed: 15 } },
    });
    expect(await first.api.get('/hosts/app-02.example.com')).toMatchObject({ status: 200, body: { openLabors: [] } });
    await first.stop();
    const second = await Hermes.start({ dataDir: folder.path, args: ['--demo'] });
    await second.printed('Demo: not played');
    expect(await second.stop()).toBe(0);
  } finally {
    await first.kill();
    await folder.remove();
  }
}, 60_000);
