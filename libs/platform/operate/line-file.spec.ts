/** Lines in a file of their own: in order, whole, also over a rotation, and over times in which it cannot be written. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../testing/until.js';
import { StartError } from '../settings/start-error.js';
import { LineFile } from './line-file.js';

let folder: string;
let path: string;
let lost: number;
const logged: string[] = [];
const keep = (message: string, about?: object): void => {
  logged.push(`${message} ${JSON.stringify(about ?? {})}`);
};
const log = { info: keep, warn: keep, error: keep };
const files: LineFile[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'hermes-lines-')), 'log');
  mkdirSync(folder);
  path = join(folder, 'audit.log');
  lost = 0;
  logged.length = 0;
});
afterEach(async () => {
  for (const file of files.splice(0)) await file.close();
  rmSync(join(folder, '..'), { recursive: true });
});

function open(at = path): LineFile {
  const file = new LineFile({ setting: 'HERMES_AUDIT_FILE', path: at, log, lost: () => (lost += 1) });
  files.push(file);
  return file;
}

const content = (at = path): string => (existsSync(at) ? readFileSync(at, 'utf8') : '');
const holds = (text: string, at = path): Promise<void> =>
  until(`${at} holds ${text}`, () => content(at) === text, { seen: () => content(at) });

test('lines are appended in their order, to a file that its owner alone can read', async () => {
  const file = open();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const all = Array.from({ length: 5000 }, (_, nth) => `${nth} ${'é'.repeat(30)}\n`);
  for (const line of all) file.write(line);
  await file.close();
  expect(content()).toBe(all.join(''));
  expect([lost, logged]).toEqual([0, []]);
});

test('a path that cannot be appended to stops the start, and is not waited for', () => {
  expect(() => open(join(folder, 'none', 'audit.log'))).toThrow(StartError);
  expect(() => open(join(folder, 'none', 'audit.log'))).toThrow(
    /^HERMES_AUDIT_FILE: .*audit\.log cannot be written \(ENOENT\): its folder must exist/,
  );
  expect(() => open(folder)).toThrow(/^HERMES_AUDIT_FILE: .* is no file/);
  expect(() => open('/dev/null')).toThrow(/is no file/);
});

test('opened again it is the file of that name: what was moved away is whole', async () => {
  const file = open();
  file.write('before\n');
  await holds('before\n');
  renameSync(path, `${path}.1`);
  file.write('between\n');
  await holds('before\nbetween\n', `${path}.1`);
  file.reopen();
  file.write('after\n');
  await holds('after\n');
  expect(content(`${path}.1`)).toBe('before\nbetween\n');
});

test('one that was moved away is seen, by itself', async () => {
  const file = open();
  file.write('before\n');
  await holds('before\n');
  await file.look();
  renameSync(path, `${path}.1`);
  await file.look();
  file.write('after\n');
  await holds('after\n');
});

test('a folder that is gone is a warning; lines wait, and are written when it is back', async () => {
  const file = open();
  file.write('1\n');
  await holds('1\n');
  expect(file.trouble()).toBeNull();
  renameSync(folder, `${folder}-gone`);
  await file.look();
  file.write('2\n');
  await file.look();
  expect(file.trouble()).toMatch(/^HERMES_AUDIT_FILE: .* cannot be written \(ENOENT\); lines wait in memory$/);
  expect(logged).toEqual([expect.stringContaining('cannot be written (ENOENT)')]);
  mkdirSync(folder);
  await file.look();
  await holds('2\n');
  expect(file.trouble()).toBeNull();
  expect(logged).toHaveLength(2);
});

test('lines that wait are bounded; those beyond it are counted, and reported', async () => {
  const file = open();
  renameSync(folder, `${folder}-gone`);
  await file.look();
  const line = `${'x'.repeat(1023)}\n`;
  for (let nth = 0; nth < 5000; nth += 1) file.write(line);
  expect(lost).toBe(5000 - 4096);
  expect(file.trouble()).toMatch(/904 lines were lost$/);
  mkdirSync(folder);
  await file.look();
  await holds(line.repeat(4096));
  expect(file.trouble()).toBeNull();
  expect(logged.at(-1)).toMatch(/"lost":904/);
});

test('the next line does not continue one that an earlier process did not end', async () => {
  writeFileSync(path, '{"half');
  const file = open();
  file.write('whole\n');
  await holds('{"half\nwhole\n');
});

test('lines that could not be written to the end are reported', async () => {
  const file = open();
  renameSync(folder, `${folder}-gone`);
  await file.look();
  file.write('1\n');
  file.write('2\n');
  await file.close();
  expect(logged.at(-1)).toMatch(/^lines are lost at the end .*"lines":2/);
});
