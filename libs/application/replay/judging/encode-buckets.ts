/** What a thread makes of the files of a split journal for a load: the rows of each as bytes. */
import { atOnce } from '#contracts';
import type { EncodedDocuments, LoadEncoder } from '#ports';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import { judgeBucket, type BucketParts } from '../bucket.js';
import type { StoredSplit } from '../splitting/stored-split.js';
import { Adding } from './adding.js';
import { cutTimeline } from './cut-timeline.js';
import type { JudgeFile } from './serve.js';

/** How it judges, as it can be copied to another thread. */
export type JudgingTerms = Pick<BucketParts, 'end' | 'now' | 'apart' | 'limits'>;

export function encodeBuckets(
  { encode }: LoadEncoder,
  cut: StoredSplit,
  terms: JudgingTerms,
): JudgeFile<EncodedDocuments> {
  let timeline: Promise<CatalogueTimeline> | undefined;
  return async (file, hand) => {
    timeline ??= cutTimeline(cut);
    const adding = new Adding((documents) => hand({ bytes: encode(documents) }));
    await judgeBucket(cut.pages(file), adding, { ...terms, timeline: await timeline, withEvents: false, run: atOnce });
    await adding.end();
  };
}
