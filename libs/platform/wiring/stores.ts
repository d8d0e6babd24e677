/**
 * The stores of a process, as its settings name them: opened in order, closed in the reverse. Adapters are imported only
 * when chosen. Whoever opens embedded stores holds the data folder's lock first.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BufferedFeed } from '#adapters/feed-inprocess';
import type { OpenedJournal } from '#adapters/journal-sqlite';
import { StoreUnavailable, type Feed, type Journal, type Views } from '#ports';
import type { Settings } from '../settings/settings.js';
import { StartError } from '../start-error.js';

export interface Stores {
  readonly journal: Journal;
  readonly feed: Feed;
  readonly views: Views;
  /** Queues of the stores that are in this process; absent where none is. */
  readonly depths?: StoreDepths;
  /** Feed, views, journal, lock; goes on to the next where one fails, then throws the first failure. May be called twice. */
  close(): Promise<void>;
}

/** What waits, at the moment of asking. */
export interface StoreDepths {
  /** For the journal's disk. */
  commitQueue(): { readonly entries: number; readonly bytes: number };
  /** Messages of the feed, by partition. */
  feedBuffers(): readonly number[];
}

type Close = () => Promise<void> | void;

/** The journal's file in a data folder. */
export function journalFile(dataDir: string): string {
  return join(dataDir, 'journal.db');
}

export interface StoreOptions {
  /** The views are begun anew, whatever their file holds. */
  readonly viewsAnew?: boolean;
  /** Whether embedded views have a thread of their own, as they have where absent; only the build can start one. */
  readonly threads?: boolean;
}

/** Throws a {@link StartError} that names the store and why it cannot be had; then all that was opened is closed again. */
export async function openStores(
  settings: Settings,
  { viewsAnew = false, threads = true }: StoreOptions = {},
): Promise<Stores> {
  const opened: Close[] = [];
  try {
    await lock(settings, opened);
    const journal = await openJournal(settings, opened);
    const views = await openViews(settings, { viewsAnew, threads }, opened);
    const feed = await createFeed(settings, opened);
    const depths = { commitQueue: () => journal.waiting(), feedBuffers: () => feed.buffered() };
    let closing: Promise<void> | undefined;
    return { journal, feed, views, depths, close: () => (closing ??= closeAll(opened)) };
  } catch (error) {
    await closeAll(opened).catch(() => undefined);
    throw error;
  }
}

async function lock(settings: Settings, opened: Close[]): Promise<void> {
  const { lockDataFolder, DataFolderUnusable } = await import('#adapters/data-lock');
  try {
    const held = lockDataFolder(settings.dataDir);
    opened.push(() => {
      held.release();
    });
  } catch (error) {
    if (error instanceof DataFolderUnusable) throw new StartError(`HERMES_DATA_DIR: ${error.message}`);
    throw error;
  }
}

async function openJournal(settings: Settings, opened: Close[]): Promise<OpenedJournal> {
  const { openSqliteJournal } = await import('#adapters/journal-sqlite');
  const file = journalFile(settings.dataDir);
  requireNotLost(file, viewsFile(settings.dataDir));
  const journal = await named(`the journal ${file}`, async () => openSqliteJournal({ file }));
  opened.push(() => journal.close());
  return journal;
}

/** A journal that was lost is not to be replaced by an empty one: what it held may still be had back. */
function requireNotLost(journal: string, views: string): void {
  if (sizeOf(journal) > 0) return;
  const left = [`${journal}-wal`, views].find((file) => sizeOf(file) > 0);
  if (left === undefined) return;
  throw new StartError(
    `the journal ${journal} is lost or empty, though ${left} is there: put it back from a backup; ` +
      'to begin with nothing, name an empty folder',
  );
}

/** In bytes; 0 where it is not there. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function viewsFile(dataDir: string): string {
  return join(dataDir, 'views.db');
}

async function openViews(
  settings: Settings,
  { viewsAnew: anew, threads }: Required<StoreOptions>,
  opened: Close[],
): Promise<Views> {
  const { openSqliteViews, openThreadedViews } = await import('#adapters/views-sqlite');
  const file = viewsFile(settings.dataDir);
  const open = threads ? openThreadedViews : openSqliteViews;
  const views = await named(`the views ${file}`, () => open({ file, anew }));
  opened.push(() => views.close());
  return views;
}

async function createFeed({ partitions, limits }: Settings, opened: Close[]): Promise<BufferedFeed> {
  const { createInProcessFeed } = await import('#adapters/feed-inprocess');
  const feed = createInProcessFeed({ partitions, bufferMessages: limits.bufferedMessages });
  opened.push(() => feed.close());
  return feed;
}

/** As one line for the operator. */
async function named<T>(store: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const reason =
      error instanceof StoreUnavailable ? error.reason : error instanceof Error ? error.message : 'unknown';
    throw new StartError(`${store} cannot be used: ${reason.replace(/\s+/g, ' ')}`, { cause: error });
  }
}

async function closeAll(opened: Close[]): Promise<void> {
  const failures: unknown[] = [];
  for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
