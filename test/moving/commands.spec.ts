/** The commands of docs/moving.md, as they stand there, from one Hermes to another. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { block } from '../docs/markdown.js';
import { temporaryFolder } from '../harness/hermes.js';
import { startInProcess, type InProcess } from '../harness/in-process.js';

const run = promisify(execFile);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: InProcess[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
  await folder.remove();
});

async function start(): Promise<InProcess> {
  const hermes = await startInProcess();
  running.push(hermes);
  return hermes;
}

async function command(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', block('docs/moving.md', `moving ${name}`)], {
    cwd: folder.path,
    env: { ...process.env, ...env },
  });
  return stdout.trim();
}

test('export, import and comparison; and an export that was cut is resumed', async () => {
  const [old, fresh, third] = [await start(), await start(), await start()];
  const { api } = old;
  const types = ['required', 'completed'].map((state) => ({ category: 'reboot', state }));
  await api.must('/event-types', types);
  await api.must('/fates', { creates: 'reboot-required', completedBy: 'reboot-completed' });
  const hosts = Array.from({ length: 700 }, (_, nth) => `host-${nth}`);
  // what a line says of positions elsewhere than in its place
  const attributes = { position: '1', chain: 'x' };
  await api.must('/events', { type: 'reboot-required', hosts, attributes });
  await api.must('/quests', { type: 'reboot-required', hosts: hosts.slice(0, 20), description: 'all' });
  const env = { from: old.api.origin, to: fresh.api.origin };
  expect(await command('export', env)).toContain('"type":"hermes.export.ended"');
  const imported = JSON.parse(await command('import', env)) as { content: string };
  const compared = await command('compare', env);
  expect(compared.split('\n')).toEqual(Array(2).fill(`"content":"${imported.content}"`));

  const whole = await run('gunzip', ['-c', join(folder.path, 'journal.ndjson.gz')], { maxBuffer: 1e8 });
  await writeFile(join(folder.path, 'cut.ndjson'), whole.stdout.slice(0, Math.floor(whole.stdout.length * 0.6)));
  await command('resume', env);
  const body = await readFile(join(folder.path, 'journal.ndjson'));
  const answer = await fetch(`${third.api.origin}/api/v1/admin/import`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body },
  });
  expect(await answer.json()).toMatchObject({ content: imported.content });
});
