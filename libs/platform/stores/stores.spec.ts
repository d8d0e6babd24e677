/** Stores are opened as a whole or not at all, and each failure is one line that says what to do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, type Settings } from '../settings/settings.js';
import { StartError } from '../settings/start-error.js';
import { openStores } from './stores.js';
import { SQLITE_FOLDER } from './temporary-files.js';

/** There is no build of this source to start one from. */
const threads = false;

let folder: string;
let settings: Settings;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hermes-stores-'));
  settings = readSettings({ HERMES_DATA_DIR: join(folder, 'data'), HERMES_PARTITIONS: '5' });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('they are opened in a new folder, closed, and opened again', async () => {
  const stores = await openStores(settings, { threads });
  expect(stores.feed?.partitions).toBe(5);
  const identity = stores.journal?.identity;
  expect(identity).toMatch(/^[0-9a-f-]{36}$/);
  await stores.close();
  await stores.close();
  const again = await openStores(settings, { threads });
  expect(again.journal?.identity).toBe(identity);
  await again.close();
});

test('what SQLite sorts on the disk lies in the same folder', async () => {
  Reflect.deleteProperty(process.env, SQLITE_FOLDER);
  await (await openStores(settings, { threads })).close();
  expect(process.env[SQLITE_FOLDER]).toBe(settings.dataDir);
});

test('a folder in use is refused, and free once its stores are closed', async () => {
  const stores = await openStores(settings, { threads });
  await expect(openStores(settings, { threads })).rejects.toThrow(StartError);
  await expect(openStores(settings, { threads })).rejects.toThrow(
    /^HERMES_DATA_DIR: .*data is in use by another Hermes[^\n]*$/,
  );
  await stores.close();
  await (await openStores(settings, { threads })).close();
});

test.each(['journal', 'views'])('a %s file that is none is one line, and nothing stays open', async (name) => {
  await (await openStores(settings, { threads })).close();
  const file = join(settings.dataDir, `${name}.db`);
  rmSync(file);
  writeFileSync(file, 'this is no database, and long enough to be looked at '.repeat(40));
  await expect(openStores(settings, { threads })).rejects.toThrow(StartError);
  await expect(openStores(settings, { threads })).rejects.toThrow(
    new RegExp(`^the ${name} .*${name}\\.db cannot be used: [^\\n]+$`),
  );
  rmSync(settings.dataDir, { recursive: true });
  await (await openStores(settings, { threads })).close();
});

test('J6: a journal that was lost is not replaced by an empty one while anything is left of it', async () => {
  await (await openStores(settings, { threads })).close();
  const file = join(settings.dataDir, 'journal.db');
  for (const lose of [
    () => {
      rmSync(file);
    },
    () => {
      writeFileSync(file, '');
    },
  ]) {
    lose();
    for (const rebuildViews of [false, true]) {
      await expect(openStores(settings, { rebuildViews, threads })).rejects.toThrow(
        /^the journal .*journal\.db is lost or empty, though .*views\.db is there: put it back from a backup[^\n]*$/,
      );
    }
  }
  rmSync(join(settings.dataDir, 'views.db'));
  writeFileSync(`${file}-wal`, 'what the last commits wrote');
  await expect(openStores(settings, { threads })).rejects.toThrow(/though .*journal\.db-wal is there/);
});

test('damaged views are rebuilt on request', async () => {
  await (await openStores(settings, { threads })).close();
  const file = join(settings.dataDir, 'views.db');
  writeFileSync(file, 'this is no database, and long enough to be looked at '.repeat(40));
  await expect(openStores(settings, { threads })).rejects.toThrow(
    /views\.db holds no views of Hermes, or damaged ones: .*--rebuild/,
  );
  const stores = await openStores(settings, { rebuildViews: true, threads });
  expect(await stores.views?.control.identity()).toBeUndefined();
  await stores.close();
});
