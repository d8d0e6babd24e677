/** Who judges the files of a split journal for a load: the caller's thread, in turns with others, or threads of their own. */
import type { AddDocuments } from '#ports';
import { judgeBucket, type BucketParts } from '../bucket.js';
import type { SplitFile } from '../splitting/splitter.js';
import type { StoredSplit } from '../splitting/stored-split.js';
import { Adding } from './adding.js';

export interface Judging {
  /** Judges the file, and hands over all that comes of it. Rejects as `add` does, and where the file is not as it was written. */
  give(file: SplitFile, add: AddDocuments): Promise<void>;
  /** What is given meanwhile rejects. */
  close(): Promise<void>;
}

/** In the caller's thread. */
export function judgeHere(cut: StoredSplit, parts: BucketParts): Judging {
  let isClosed = false;
  return {
    async give(file, add) {
      const adding = new Adding(async (documents) => {
        if (isClosed) throw new Error('the journal is not judged any more');
        await add(documents);
      });
      await judgeBucket(cut.pages(file), adding, parts);
      await adding.end();
    },
    close: async () => void (isClosed = true),
  };
}
