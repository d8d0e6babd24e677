/** R9: a defect in the views of a running Hermes is found by `npm run verify`, from outside, and repaired by the audit, where its setting says so. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { until } from '../../libs/testing/until.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

const LIMIT_MS = 240_000;
const SCRIPT = join(import.meta.dirname, '../../scripts/verify.mjs');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Hermes[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
  await folder.remove();
});

async function start(env: Readonly<Record<string, string>>): Promise<Hermes> {
  const hermes = await Hermes.start({ dataDir: folder.path, env });
  running.push(hermes);
  return hermes;
}

const hosts = Array.from({ length: 300 }, (_, index) => `host-${index}`);

async function history({ api }: Hermes): Promise<void> {
  await api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  await api.must('/quests', { type: 'disk-full', hosts: hosts.slice(0, 100), description: 'clean them' });
  await api.must('/events', { type: 'disk-full', hosts });
  await api.must('/events', { type: 'disk-cleaned', hosts: hosts.slice(50, 200) });
  expect(await api.total('/labors?state=open')).toBeGreaterThan(100);
}

/** As people call it. */
function verify(url: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, '--url', url], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });
}

/** Beside Hermes, which goes on: what a defect of the store or of somebody's hands would leave. */
async function changeViews(sql: string): Promise<void> {
  const name = (await readdir(folder.path)).find((file) => /^views-generation-\d+\.db$/.test(file));
  const database = new DatabaseSync(join(folder.path, name!));
  try {
    expect(database.prepare(sql).run().changes).toBe(1);
  } finally {
    database.close();
  }
}

const SPOIL = `UPDATE labors SET doc = replace(doc, '"open"', '"waived"') WHERE id = 'host-7~0'`;

test(
  'R9: npm run verify says that the views are equal, and otherwise which host, labor and field differ',
  async () => {
    const { api } = await start({ HERMES_AUDIT_HOSTS_PER_MINUTE: '0' }).then(async (hermes) => {
      await history(hermes);
      return hermes;
    });
    // what is reported meanwhile is no difference
    const over = new AbortController();
    const reporting = (async () => {
      for (let n = 0; !over.signal.aborted; n += 1)
        await api.must('/events', { type: 'disk-full', host: `host-${n % 300}` });
    })();
    const equal = await verify(api.origin);
    over.abort();
    await reporting;
    expect(equal).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^300 hosts compared .* 0 differences/) as unknown,
    });
    await changeViews(SPOIL);
    const differing = await verify(api.origin);
    expect(differing.output).toContain('host-7, labor host-7~0, state: the views say "waived", the journal "open"');
    expect(differing.code).toBe(1);
    expect((await readdir(folder.path)).includes('verify')).toBe(false);
    const metrics = await (await fetch(`${api.origin}/metrics`)).text();
    expect(metrics).toMatch(/^hermes_verification_differences 1$/m);
    expect((await verify('http://127.0.0.1:1')).code).toBe(2);
    const asked = await api.get('/admin/verify/00000000-0000-4000-8000-000000000000');
    expect([asked.status, String(asked.body['code'])]).toEqual([404, 'verification-unknown']);
  },
  LIMIT_MS,
);

test(
  'R7, R9: the audit finds the same and repairs it, where HERMES_AUDIT_ACTION says so',
  async () => {
    const env = { HERMES_AUDIT_HOSTS_PER_MINUTE: '6000', HERMES_AUDIT_ACTION: 'repair' };
    const { api } = await start(env).then(async (hermes) => {
      await history(hermes);
      await changeViews(SPOIL);
      return hermes;
    });
    await until(
      'the labor is open again',
      async () => String((await api.get('/labors/host-7~0')).body['state']) === 'open',
      {
        limitMs: 120_000,
      },
    );
    expect((await verify(api.origin)).code).toBe(0);
    const metrics = await (await fetch(`${api.origin}/metrics`)).text();
    expect(Number(/^hermes_audit_checked_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(10);
    expect(metrics).toMatch(/^hermes_audit_differences_total [1-9]/m);
  },
  LIMIT_MS,
);
