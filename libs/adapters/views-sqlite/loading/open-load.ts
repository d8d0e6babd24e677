/** A file that is loading, wherever its connection is: `FileLoad` behind promises. Calls are done in their order. */
import type { Database } from '#adapters/sqlite';
import type { PartitionProgress } from '#contracts';
import type { EncodedDocuments, FinishStep } from '#ports';
import { FileLoad } from './file-load.js';
import type { LoadingFile } from './loading-files.js';
import type { LoadRows } from './rows.js';

export interface OpenLoad {
  /** Its thread is gone, and every call rejects; the file is closed, and what was in no commit is not in it. */
  readonly hasEnded: boolean;
  units(): Promise<readonly string[]>;
  begin(unit: string): Promise<boolean>;
  /** Bytes are given away. */
  add(rows: LoadRows | EncodedDocuments['bytes']): Promise<void>;
  commit(unit: string): Promise<void>;
  rollback(): Promise<void>;
  finish(progress: readonly PartitionProgress[], moved: (step: FinishStep) => void): Promise<void>;
  close(): Promise<void>;
}

/** In the caller's thread, over connections of its disk: for specs, and where the views are in that thread themselves. */
export function loadHere(connect: (file: string) => Database): (file: LoadingFile) => Promise<OpenLoad> {
  return async ({ file, cacheBytes }) => {
    const load = new FileLoad(connect(file), file, cacheBytes);
    return {
      hasEnded: false,
      units: async () => load.units(),
      begin: async (unit) => load.begin(unit),
      add: async (rows) => {
        load.add(rows);
      },
      commit: async (unit) => {
        load.commit(unit);
      },
      rollback: async () => {
        load.rollback();
      },
      finish: async (progress, moved) => {
        load.finish(progress, moved);
      },
      close: () => load.close(),
    };
  };
}
