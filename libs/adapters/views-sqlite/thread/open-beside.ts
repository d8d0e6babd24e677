/** Opens views that another thread of this process has open, for work beside it that folds a generation by itself. */
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { connect, type Database } from '#adapters/sqlite';
import type { Views, ViewsWriter } from '#ports';
import type { LoadingFile } from '../loading/loading-files.js';
import type { OpenLoad } from '../loading/open-load.js';
import { SqliteReader } from '../reader.js';
import type { Store } from '../store.js';
import { SqliteWriter } from '../writer.js';
import { FilesBeside } from './files-beside.js';
import { openThreadedLoad } from './threaded-load.js';
import { ThreadedViews } from './threaded-views.js';

export interface ViewsBesideOptions {
  /** Of {@link ThreadedViews.beside}. */
  readonly port: MessagePort;
  /** The file of control. */
  readonly file: string;
  readonly cacheBytes: number;
  /** Called once, where damage is found, with what was found. */
  readonly damaged?: (finding: string) => void;
}

/** Reading blocks this thread: what else it does has its turn between two reads. */
class WriterBeside extends SqliteWriter {
  protected override async read<T>(generation: number, work: (store: Store) => T): Promise<T> {
    await turn();
    return super.read(generation, work);
  }

  override async digestsOf(...call: Parameters<ViewsWriter['digestsOf']>): ReturnType<ViewsWriter['digestsOf']> {
    await turn();
    return super.digestsOf(...call);
  }
}

/** For specs. */
interface Means {
  readonly openLoad: (file: LoadingFile) => Promise<OpenLoad>;
  readonly connect: (file: string) => Database;
}

const MEANS: Means = { openLoad: openThreadedLoad, connect: (file) => connect('views', file) };

/**
 * Generations are made, served and dropped by the other thread, which is asked for that; documents are read and written here. Rejects
 * as opening the files does. Runs from the build only, unless a generation is loaded by other means.
 */
export async function openViewsBeside(
  { port, file, cacheBytes, damaged }: ViewsBesideOptions,
  means: Partial<Means> = {},
): Promise<Views> {
  const { openLoad, connect: connected } = { ...MEANS, ...means };
  const other = new ThreadedViews(port, once(port, 'close'), openLoad);
  try {
    await other.opened;
    const { list, control, loader } = other;
    const files = new FilesBeside({ file, cacheBytes, list, damaged, connect: connected });
    const close = async (): Promise<void> => {
      try {
        await files.close();
      } finally {
        await other.close();
      }
    };
    return { control, loader, writer: new WriterBeside(files), reader: new SqliteReader(files), close };
  } catch (error) {
    await other.close();
    throw error;
  }
}
