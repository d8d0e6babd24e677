/** A mistyped setting is found before minutes of installing and building, by a check that agrees with the server's. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSettings, variables } from '#platform';

const root = resolve(import.meta.dirname, '../..');

/** What the script's check says. */
function unknownSettings(environment: Readonly<Record<string, string>>): readonly string[] {
  const script = `const { unknownSettings } = await import(process.argv[1]);
    console.log(JSON.stringify(unknownSettings(JSON.parse(process.argv[2]))));`;
  const args = ['--input-type=module', '-e', script, join(root, 'scripts/settings.mjs'), JSON.stringify(environment)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as readonly string[];
}

/** What the server says. */
function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

test('npm start in a fresh clone refuses it with the nearest setting, and installs nothing', () => {
  const clone = mkdtempSync(join(tmpdir(), 'hermes-clone-'));
  try {
    for (const part of ['scripts', 'docs/operating.md', 'package.json', 'package-lock.json'])
      cpSync(join(root, part), join(clone, part), { recursive: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/start.mjs', 'standalone'], {
      cwd: clone,
      env: { PATH: process.env['PATH'], HERMES_PROT: 'hunter2', HERMES_TOKENS: 'x' },
      encoding: 'utf8',
      timeout: 15_000,
    });
    expect(stderr.trimEnd().split('\n')).toEqual([
      'HERMES_PROT is no setting: did you mean HERMES_PORT? docs/operating.md lists all settings',
      'HERMES_TOKENS is no setting: did you mean HERMES_TOKENS_FILE? docs/operating.md lists all settings',
    ]);
    expect({ status, stdout, installed: existsSync(join(clone, 'node_modules')) }).toEqual({
      status: 1,
      stdout: '',
      installed: false,
    });
  } finally {
    rmSync(clone, { recursive: true });
  }
});

test('it refuses the names that the server refuses, and no others', () => {
  const environment = {
    ...Object.fromEntries(Object.keys(variables).map((name) => [name, 'x'])),
    HERMES_PORT: 'tcp://10.0.0.1:4400',
    HERMES_PORT_4400_TCP_ADDR: '10.0.0.1',
    HERMES_SERVICE_HOST: '10.0.0.1',
    HERMES_SERVICE_PORT_HTTP: '4400',
    HERMES_QUERY_PORT: 'tcp://10.0.0.1:4403',
    HERMES_INGEST_PORT: '4401',
    HERMES_URL: 'http://127.0.0.1:4400',
    HERMES_TOKEN_FILE: 'token',
    HERMES_CONTEXT: 'x',
    HERMES_TEST_KAFKA: 'x',
    HERMES_SERVICE: 'x',
    HERMES_URLS: 'x',
    PATH: 'x',
  };
  const refused = faultsOf(environment).filter((fault) => fault.includes(' is no setting'));
  const namesOf = (faults: readonly string[]) => faults.map((fault) => fault.split(' ')[0]);
  expect(namesOf(unknownSettings(environment))).toEqual(namesOf(refused));
  expect(namesOf(refused)).toEqual(['HERMES_INGEST_PORT', 'HERMES_SERVICE', 'HERMES_URLS']);
});
