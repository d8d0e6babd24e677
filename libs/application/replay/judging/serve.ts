/**
 * A thread that judges: one file after another, whose rows it sends as bytes. It is ahead of the thread that takes them by a limit,
 * so that it judges one file while another is still being loaded.
 */
import type { MessagePort } from 'node:worker_threads';
import { atOnce, type StoredEntry } from '#contracts';
import type { EncodedDocuments, LoadEncoder } from '#ports';
import { CatalogueTimeline } from '../../catalogue/timeline.js';
import { judgeBucket, type BucketParts } from '../bucket.js';
import type { SplitFile } from '../splitting/splitter.js';
import { SplitDamaged, type StoredSplit } from '../splitting/stored-split.js';
import { Adding } from './adding.js';

/** Bytes that a thread has sent and nobody has taken: about as many as come of one bucket. */
export const MOST_AHEAD_BYTES = 32 * 2 ** 20;

/** How it judges, as it can be copied to another thread. */
export type JudgingTerms = Pick<BucketParts, 'end' | 'now' | 'apart' | 'limits'>;

export type ToJudge =
  | { readonly kind: 'judge'; readonly file: SplitFile }
  /** Somebody has taken as many bytes. */
  | { readonly kind: 'taken'; readonly sizeBytes: number };

export type FromJudge =
  | { readonly kind: 'piece'; readonly bytes: EncodedDocuments['bytes'] }
  | { readonly kind: 'done' }
  /** `isDamaged`: the files of the split journal are. */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly stack: string | undefined;
      readonly isDamaged: boolean;
    };

/** Judges what the port asks for, until that is closed. */
export function serveJudging(
  port: MessagePort,
  { encode }: LoadEncoder,
  cut: StoredSplit,
  terms: JudgingTerms,
  mostAheadBytes = MOST_AHEAD_BYTES,
): void {
  let aheadBytes = 0;
  let isTaken: () => void = () => undefined;
  let timeline: Promise<CatalogueTimeline> | undefined;
  const send = (message: FromJudge, handedOver: ArrayBuffer[] = []): void => {
    port.postMessage(message, handedOver);
  };
  const judge = async (file: SplitFile): Promise<void> => {
    timeline ??= timelineOf(cut);
    const adding = new Adding(async (documents) => {
      const bytes = encode(documents);
      aheadBytes += bytes.length;
      send({ kind: 'piece', bytes }, [bytes.buffer]);
      while (aheadBytes > mostAheadBytes) await new Promise<void>((resolve) => (isTaken = resolve));
    });
    await judgeBucket(cut.pages(file), adding, { ...terms, timeline: await timeline, withEvents: false, run: atOnce });
    await adding.end();
  };
  port.on('message', (message: ToJudge) => {
    if (message.kind === 'taken') {
      aheadBytes -= message.sizeBytes;
      isTaken();
      return;
    }
    judge(message.file).then(
      () => {
        send({ kind: 'done' });
      },
      (error: unknown) => {
        const { message: reason, stack } = error instanceof Error ? error : new Error(String(error));
        send({ kind: 'failed', message: reason, stack, isDamaged: error instanceof SplitDamaged });
      },
    );
  });
}

/** The catalogue is small, and lies with the rest of the journal. It was readable when the replay began. */
async function timelineOf(cut: StoredSplit): Promise<CatalogueTimeline> {
  const entries: StoredEntry[] = [];
  for await (const page of cut.pages(cut.content.catalogue)) entries.push(...page);
  const timeline = new CatalogueTimeline({
    maxReadEntries: Math.max(1, entries.length),
    read: async ([read]) => [entries.slice(read?.from ?? 0)],
  });
  await timeline.refresh();
  return timeline;
}
