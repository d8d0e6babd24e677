/** One process per data folder, also across processes, and never a stale lock. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DataFolderUnusable, lockDataFolder } from './lock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hermes-lock-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

test('the folder is made where it is not there', () => {
  const deep = join(folder, 'a', 'b');
  lockDataFolder(deep).release();
  lockDataFolder(deep).release();
});

test('a second lock is refused with the folder and the next step, until the first is released', () => {
  const first = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(DataFolderUnusable);
  expect(() => lockDataFolder(folder)).toThrow(`${folder} is in use by another Hermes: stop that one`);
  first.release();
  first.release();
  lockDataFolder(folder).release();
});

test('a folder that cannot be locked is an error that names it', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => lockDataFolder(file)).toThrow(/cannot be used/);
  mkdirSync(join(folder, 'x', 'hermes.lock'), { recursive: true });
  expect(() => lockDataFolder(join(folder, 'x'))).toThrow(/cannot be used/);
});

test('another process holds it until it is killed, however it ends', async () => {
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { DatabaseSync } from '@photostructure/sqlite';
       const held = new DatabaseSync(process.argv[1]);
       held.exec('BEGIN EXCLUSIVE');
       console.log('held');
       setInterval(() => held, 1000);`,
      join(folder, 'hermes.lock'),
    ],
    { cwd: resolve(import.meta.dirname, '../../..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  expect(() => lockDataFolder(folder)).toThrow(/in use by another Hermes/);
  holder.kill('SIGKILL');
  await ended;
  lockDataFolder(folder).release();
});
