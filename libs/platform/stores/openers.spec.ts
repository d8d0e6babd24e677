/** A process opens what its app works with, waits for what may come later, and closes in the reverse order. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable, type Feed, type Journal, type Views } from '#ports';
import { APPS, type AppKind } from '../settings/apps.js';
import { parseSettings, type Settings } from '../settings/settings.js';
import { StartError } from '../settings/start-error.js';
import type { OpenContext, Opener } from './opener.js';
import type { Openers } from './openers.js';
import { openStores } from './stores.js';

const happened: string[] = [];
let contexts: OpenContext[] = [];
let folder: string;

beforeEach(async () => {
  happened.length = 0;
  contexts = [];
  folder = await mkdtemp(join(tmpdir(), 'hermes-openers-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const dataDir = (): string => join(folder, 'data');

function settingsOf(app: AppKind, environment: Record<string, string> = {}): Settings {
  const remote = {
    HERMES_JOURNAL: 'eventstore',
    HERMES_FEED: 'kafka',
    HERMES_VIEWS: 'mongo',
    HERMES_EVENTSTORE_URL: 'kurrentdb://a',
    HERMES_KAFKA_BROKERS: 'a:1',
    HERMES_MONGO_URL: 'mongodb://a',
  };
  const parsed = parseSettings({ HERMES_DATA_DIR: dataDir(), ...remote, ...environment }, app);
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return parsed.settings;
}

/** A store that notes when it is opened and closed; `failures` are thrown first, one a try. */
function opener<S>(name: string, failures: Error[] = [], remote = true): Opener<S> {
  return {
    called: () => `the ${name}`,
    ...(remote ? { remote: `HERMES_${name.toUpperCase()}_URL` } : {}),
    async open(context) {
      contexts.push(context);
      const failure = failures.shift();
      happened.push(failure === undefined ? `open ${name}` : `try ${name}`);
      if (failure !== undefined) throw failure;
      const close = async (): Promise<void> => {
        happened.push(`close ${name}`);
      };
      return { store: { close } as S, figures: () => [{ name: 'hermes_commit_queue_entries', value: 1 }] };
    },
  };
}

function openers(failures: Partial<Record<'journal' | 'feed' | 'views', Error[]>> = {}): Openers {
  const journal = opener<Journal>('journal', failures.journal);
  const feed = opener<Feed>('feed', failures.feed);
  const views = opener<Views>('views', failures.views);
  const never = (): never => {
    throw new Error('not chosen');
  };
  const other = { called: never, open: never };
  return {
    journal: { eventstore: journal, sqlite: other },
    feed: { kafka: feed, inprocess: other },
    views: { mongo: views, sqlite: other },
    inbound: { kafka: other },
    changes: { kafka: other },
  };
}

test('all of a standalone are opened in order and closed in the reverse, once', async () => {
  const stores = await openStores(settingsOf(APPS.standalone), { openers: openers() });
  expect(happened.splice(0)).toEqual(['open journal', 'open views', 'open feed']);
  expect(stores.figures).toHaveLength(3);
  await Promise.all([stores.close(), stores.close()]);
  expect(happened).toEqual(['close feed', 'close views', 'close journal']);
});

test('a query opens the views alone, and the folder of embedded stores is not touched', async () => {
  const stores = await openStores(settingsOf(APPS.query), { openers: openers() });
  expect(happened).toEqual(['open views']);
  expect(Object.keys(stores).sort()).toEqual(['close', 'damage', 'figures', 'views']);
  expect(existsSync(dataDir())).toBe(false);
  await stores.close();
});

test('where one store is embedded, the folder is held by one process at a time', async () => {
  const settings = settingsOf(APPS.standalone, { HERMES_VIEWS: 'sqlite', HERMES_MONGO_URL: '' });
  const tables = openers();
  const mixed = { ...tables, views: { ...tables.views, sqlite: opener<Views>('views', [], false) } };
  const stores = await openStores(settings, { openers: mixed });
  await expect(openStores(settings, { openers: mixed })).rejects.toThrow(/^HERMES_DATA_DIR: .* in use/);
  await stores.close();
  await (await openStores(settings, { openers: mixed })).close();
});

test('a remote store that is away is waited for, and each try is logged', async () => {
  const away: string[] = [];
  const failures = { views: [new StoreUnavailable('views', 'no answer'), new StoreUnavailable('views', 'not yet')] };
  const stores = await openStores(settingsOf(APPS.standalone), {
    openers: openers(failures),
    away: (reason) => {
      away.push(reason);
    },
  });
  expect(happened).toEqual(['open journal', 'try views', 'try views', 'open views', 'open feed']);
  expect(away).toEqual(['the views is away: no answer', 'the views is away: not yet']);
  await stores.close();
});

test('a file that cannot be had is not waited for', async () => {
  const settings = settingsOf(APPS.standalone, { HERMES_JOURNAL: 'sqlite', HERMES_EVENTSTORE_URL: '' });
  const full = opener<Journal>('journal', [new StoreUnavailable('journal', 'the disk is full')], false);
  const tables = openers();
  const opening = openStores(settings, { openers: { ...tables, journal: { ...tables.journal, sqlite: full } } });
  await expect(opening).rejects.toThrow('the journal cannot be used: the disk is full');
  expect(happened).toEqual(['try journal']);
});

test('what an operator can mend ends the start with one line, and what was opened is closed', async () => {
  const failures = { feed: [new Error('the topic has 8 partitions,\n  not 12')] };
  const opening = openStores(settingsOf(APPS.standalone), { openers: openers(failures) });
  await expect(opening).rejects.toThrow(StartError);
  await expect(opening).rejects.toThrow(/^HERMES_FEED_URL: the topic has 8 partitions, not 12$/);
  expect(happened.slice(-2)).toEqual(['close views', 'close journal']);
});

test('a signal ends the wait with its own reason', async () => {
  const stopping = new AbortController();
  const failures = { views: Array.from({ length: 100 }, () => new StoreUnavailable('views', 'away')) };
  const opening = openStores(settingsOf(APPS.standalone), {
    openers: openers(failures),
    signal: stopping.signal,
    away: () => {
      stopping.abort();
    },
  });
  expect(await opening.catch((error: unknown) => error)).toBe(stopping.signal.reason);
  expect(happened).toEqual(['open journal', 'try views', 'close journal']);
});
