/** R2: what SQLite sorts on the disk lies in the data folder. */
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { temporaryFolder } from '#testing';
import { keepTemporaryFilesIn, SQLITE_FOLDER } from './temporary-files.js';

const path = temporaryFolder();

/** Where a sort's file lies while its rows are read: it is open, and has no name any more. */
const SORTING = `
  process.env[process.argv[1]] = process.argv[2];
  const { DatabaseSync } = require(process.argv[3]);
  const { readdirSync, readlinkSync } = require('node:fs');
  const database = new DatabaseSync(process.argv[2] + '/sorted.sqlite');
  database.exec('PRAGMA cache_size = 10; CREATE TABLE t (a TEXT)');
  database.exec('WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) INSERT INTO t SELECT hex(randomblob(100)) FROM n');
  for (const row of database.prepare('SELECT a FROM t ORDER BY a').iterate()) {
    for (const file of readdirSync('/proc/self/fd')) {
      try { console.log(readlinkSync('/proc/self/fd/' + file)); } catch {}
    }
    break;
  }
`;

test('a folder that the environment names is kept; otherwise it is the one of the data', () => {
  const environment: NodeJS.ProcessEnv = {};
  keepTemporaryFilesIn('/var/lib/hermes', environment);
  keepTemporaryFilesIn('/elsewhere', environment);
  expect(environment).toEqual({ [SQLITE_FOLDER]: '/var/lib/hermes' });
});

test('the driver sorts there', () => {
  const folder = realpathSync(path());
  const driver = createRequire(import.meta.url).resolve('@photostructure/sqlite');
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', SORTING, SQLITE_FOLDER, folder, driver], {
    encoding: 'utf8',
    env: { ...process.env, [SQLITE_FOLDER]: undefined },
  });
  expect(stderr).toBe('');
  expect(stdout.split('\n').filter((file) => file.includes('etilqs_'))).toEqual([
    expect.stringContaining(`${folder}/etilqs_`),
  ]);
});
