/**
 * The stores of a process, as its settings name them: the stores that its app works with, opened in order, closed in the
 * reverse. A process that opens embedded stores takes the data folder's lock first.
 */
import { silentLog, type Log } from '#application';
import { StoreUnavailable, type ChangesTopic, type Feed, type Inbound, type Journal, type Views } from '#ports';
import type { Source } from '../operate/metrics/metrics.js';
import type { Settings } from '../settings/settings.js';
import type { StorePort } from '../settings/store-choices.js';
import { StartError } from '../settings/start-error.js';
import { lockFolder, usesDataFolder } from './embedded-files.js';
import type { ForBeside, OpenContext, Opened, Opener } from './opener.js';
import { OPENERS, type Openers } from './openers.js';
import { keepTemporaryFilesIn } from './temporary-files.js';
import { untilThere, type StoreWait } from './waiting.js';

/** Each is there where the app opens it. */
export interface Stores {
  readonly journal?: Journal;
  readonly feed?: Feed;
  readonly views?: Views;
  /** Only where the settings ask for it. */
  readonly inbound?: Inbound;
  /** Only where the settings ask for it, of an app that writes the views. */
  readonly changes?: ChangesTopic;
  /** Of the stores that have queues in this process. */
  readonly figures?: readonly Source[];
  /** For a thread beside; absent where no thread is run. */
  readonly beside?: StoresBeside;
  /** Damage that was found in an embedded store since it was opened, a sentence for each store. */
  readonly damage?: readonly string[];
  /** Changes, inbound, feed, views, journal, lock; goes on to the next where one fails, then throws the first failure. May be called twice. */
  close(): Promise<void>;
}

/** The stores that a thread beside works with, which `openBeside` opens there. */
export interface StoresBeside {
  readonly journal: Settings['journal'];
  readonly views: Settings['views'];
  /** Called once for each thread. */
  readonly of: () => { readonly journal: ForBeside; readonly views: ForBeside };
  /** A thread has found damage in a store, and says what. */
  readonly damaged: (store: 'journal' | 'views', finding: string) => void;
}

type Close = () => Promise<void> | void;

export interface StoreOptions {
  /** The views are rebuilt, whatever their file holds. */
  readonly rebuildViews?: boolean;
  /** Whether embedded views have a separate thread; true where absent; only the build can start one. */
  readonly threads?: boolean;
  readonly log?: Log;
  /** Ends the wait for a store that is away; then its reason is thrown. */
  readonly signal?: AbortSignal;
  /** Called each time that a store is found away. */
  readonly away?: StoreWait['away'];
  /** Other tables than ours, for tests. */
  readonly openers?: Openers;
}

/**
 * Opens what the app works with. A remote store that is away is waited for. Throws a {@link StartError} that names the
 * store and the reason; then all opened stores are closed again.
 */
export async function openStores(settings: Settings, options: StoreOptions = {}): Promise<Stores> {
  const { app, dataDir } = settings;
  const { openers = OPENERS } = options;
  const opening = new Opening(settings, options);
  const opens = (port: StorePort): boolean => app.opens.includes(port);
  try {
    if (usesDataFolder(settings)) {
      opening.opened.push(await lockFolder(dataDir));
      keepTemporaryFilesIn(dataDir);
    }
    const journal = opens('journal') ? await opening.open(openers.journal[settings.journal], 'journal') : undefined;
    const views = opens('views') ? await opening.open(openers.views[settings.views], 'views') : undefined;
    const feed = opens('feed') ? await opening.open(openers.feed[settings.feed]) : undefined;
    const inbound =
      settings.kafka.inbound && !settings.readOnly && app.takesEvents
        ? await opening.open(openers.inbound.kafka)
        : undefined;
    const publishes = settings.kafka.changes && app.viewsAccess === 'write';
    const changes = publishes ? await opening.open(openers.changes.kafka) : undefined;
    return {
      ...(journal && { journal }),
      ...(views && { views }),
      ...(feed && { feed }),
      ...(inbound && { inbound }),
      ...(changes && { changes }),
      ...besideOf(settings, opening),
      figures: opening.figures,
      damage: opening.damage,
      close: () => opening.close(),
    };
  } catch (error) {
    await opening.close().catch(() => undefined);
    throw error;
  }
}

/** Where both can be opened there. */
function besideOf(
  { journal, views }: Pick<Settings, 'journal' | 'views'>,
  { beside }: Pick<Opening, 'beside'>,
): Pick<Stores, 'beside'> {
  const { journal: ofJournal, views: ofViews } = beside;
  if (ofJournal === undefined || ofViews === undefined) return {};
  const of = () => ({ journal: ofJournal.beside(), views: ofViews.beside() });
  const damaged = (store: keyof Opening['beside'], finding: string): void => {
    beside[store]?.damaged?.(finding);
  };
  return { beside: { journal, views, of, damaged } };
}

/** What a thread beside needs of a store. */
interface OpenedFor {
  readonly beside: () => ForBeside;
  readonly damaged: ((finding: string) => void) | undefined;
}

/** The stores opened so far. */
class Opening {
  readonly beside: { journal?: OpenedFor; views?: OpenedFor } = {};
  readonly opened: Close[] = [];
  readonly figures: Source[] = [];
  readonly damage: string[] = [];
  private readonly context: OpenContext;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly options: StoreOptions,
  ) {
    const { rebuildViews = false, threads = true, log = silentLog } = options;
    const damaged = (reason: string): void => {
      log.error('a store is damaged', { reason });
      this.damage.push(reason);
    };
    this.context = { settings, log, rebuildViews, threads, damaged };
  }

  /** `besideAs`: as what a thread beside opens it. */
  async open<S extends { close(): Promise<void> }>(
    opener: Opener<S, unknown>,
    besideAs?: keyof Opening['beside'],
  ): Promise<S> {
    const { store, figures, beside, damaged } = await this.tried(opener);
    if (besideAs !== undefined && beside !== undefined) this.beside[besideAs] = { beside, damaged };
    this.opened.push(() => store.close());
    if (figures !== undefined) this.figures.push(figures);
    return store;
  }

  close(): Promise<void> {
    return (this.closing ??= closeAll(this.opened));
  }

  /** Failures as one line for the operator. */
  private async tried<S>(opener: Opener<S, unknown>): Promise<Opened<S>> {
    const { signal = new AbortController().signal, away } = this.options;
    const what = opener.called(this.settings);
    const open = (): Promise<Opened<S>> => opener.open(this.context);
    try {
      return await (opener.remote !== undefined
        ? untilThere(open, { what, log: this.context.log, signal, ...(away && { away }) })
        : open());
    } catch (error) {
      if (error instanceof StartError || (signal.aborted && error === signal.reason)) throw error;
      const reason =
        error instanceof StoreUnavailable ? error.reason : error instanceof Error ? error.message : 'unknown';
      const where = opener.remote === undefined ? `${what} cannot be used` : opener.remote;
      throw new StartError(`${where}: ${reason.replace(/\s+/g, ' ')}`, { cause: error });
    }
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
