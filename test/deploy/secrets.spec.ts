/** deploy/make-secrets.mjs: makes what compose names, once, readable for the containers, and prints none of it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { temporaryFolder } from '#testing';
import { compose, ROOT, text } from './manifests.js';

const inFolder = temporaryFolder();

function make(): { readonly printed: string; readonly files: Readonly<Record<string, string>> } {
  const folder = inFolder('secrets');
  const run = spawnSync(process.execPath, [resolve(ROOT, 'deploy/make-secrets.mjs'), folder], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HERMES_PREFIX: 'fleet' },
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const names = readdirSync(folder);
  return { printed: run.stdout, files: Object.fromEntries(names.map((name) => [name, read(name)])) };
}

function read(name: string): string {
  return readFileSync(inFolder('secrets', name), 'utf8');
}

test('every file that compose names is made, and the token beside its hash', () => {
  const { printed, files } = make();
  const wanted = Object.values(compose().secrets).map(({ file }) => file.replace('deploy/secrets/', ''));
  expect(Object.keys(files).sort()).toEqual([...wanted, 'admin-token'].sort());
  const sha256 = createHash('sha256').update(read('admin-token')).digest('hex');
  expect(JSON.parse(read('tokens.json'))).toEqual([{ name: 'admin', sha256, roles: ['admin'] }]);
  for (const [name, secret] of Object.entries(files))
    if (!name.endsWith('.json')) expect(printed).not.toContain(secret);
});

test('the addresses have the users and passwords that the set-up of MongoDB gives, in the database of the prefix', () => {
  make();
  const setup = text('deploy/compose/mongo-setup.js');
  for (const [user, name] of [
    ['hermes', 'mongo'],
    ['hermes-query', 'mongo-query'],
  ] as const) {
    expect(read(`${name}-url`)).toBe(
      `mongodb://${user}:${read(`${name}-password`)}@mongo:27017/?replicaSet=hermes&authSource=fleet`,
    );
    expect(setup).toContain(`give('${user}', password('${name.replace('-', '_')}_password')`);
  }
  expect(setup).toContain("replSetInitiate: { _id: 'hermes'");
});

test('made again, nothing changes; another folder has other secrets', () => {
  const { files } = make();
  const again = make();
  expect(again.files).toEqual(files);
  expect(again.printed).toMatch(/^Everything is there\.$/m);
  expect(new Set(Object.values(files)).size).toBe(Object.keys(files).length);
});

test('the folder is its owner’s, the token too; what containers read, other users may read', () => {
  make();
  const modeOf = (...names: readonly string[]): number => statSync(inFolder(...names)).mode & 0o777;
  expect([modeOf('secrets'), modeOf('secrets', 'admin-token')]).toEqual([0o700, 0o400]);
  for (const { file } of Object.values(compose().secrets)) {
    expect(modeOf('secrets', file.replace('deploy/secrets/', ''))).toBe(0o444);
  }
});

test('git and the image are kept from them', () => {
  expect(text('.gitignore').split('\n')).toContain('deploy/secrets/');
  const taken = [...text('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, path = '']) => path);
  expect(taken.filter((line) => line.startsWith('deploy'))).toEqual(['deploy/image']);
});
