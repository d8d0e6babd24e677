/** Runs one what-if over the journal (R10): nothing is stored but what differs, and nothing is sent. */
import { START, type Position, type StoredEntry } from '#contracts';
import type { HostName, Instant, Supposition } from '#domain';
import type { Journal } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { JudgeFile } from '../replay/judging/serve.js';
import { JudgingThreads, openJudgingThread } from '../replay/judging/threads.js';
import { split, type SplitParts } from '../replay/splitting/split.js';
import type { StoredSplit } from '../replay/splitting/stored-split.js';
import type { DifferenceFile } from './difference-file.js';
import { whatIfPieces, type FoundPiece, type WhatIfTerms } from './found-pieces.js';
import type { LaborDifference } from './host-what-if.js';
import type { WhatIfParts } from './judge-what-if.js';
import type { WhatIfTotals } from './what-if-totals.js';
import type { WhatIfThreadOptions } from './worker.js';

export interface RunWhatIfParts extends Pick<SplitParts, 'folder' | 'bucketBytes' | 'mostBytes'> {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly supposition: Supposition;
  /** Entries up to this place, or those before the first that was recorded after this instant, are judged as they were. START: none. */
  readonly from: Position | Instant;
  /** The last place that is judged. */
  readonly end: Position;
  /** Every host where absent. */
  readonly hosts?: ReadonlySet<HostName> | undefined;
  readonly run: WhatIfParts['run'];
  /** Threads that judge beside this one; 0: all is judged here. */
  readonly judgingThreads: number;
  readonly totals: WhatIfTotals;
  readonly file: DifferenceFile;
  /** Gets the first that are found of each file of the split journal. */
  readonly keep: (difference: LaborDifference) => void;
  /** Gets how far it is. */
  readonly moved: (step: WhatIfStep) => void;
}

const THREAD = new URL('./worker.js', import.meta.url);

/** Who judges the files: this thread, or others. */
interface Judging {
  readonly give: JudgeFile<FoundPiece>;
  close(): Promise<void>;
}

export interface WhatIfStep {
  readonly phase: 'splitting' | 'judging';
  /** Of the phase, 0 to 1. */
  readonly share: number;
  /** Entries that the phase has done, of `total`, which is known once the journal is cut. */
  readonly entries: number;
  readonly total: number | null;
  /** Judged so far. */
  readonly hosts: number;
  /** That the journal takes on the disk, cut. */
  readonly bytes: number;
}

/**
 * Rejects with StreamUnreadable where the catalogue cannot be read up to the end, with what `signal` gives where it aborts, and as
 * the stores and the disk do; of the journal, cut, nothing is left in the folder.
 */
export async function runWhatIf(parts: RunWhatIfParts, signal: AbortSignal): Promise<void> {
  await new WhatIfRun(parts, signal).run();
}

class WhatIfRun {
  private entries = 0;
  private total: number | null = null;
  private hosts = 0;
  private bytes = 0;
  /** The place after which the supposed fates judge. */
  private after: Position = START;
  private isPast = false;

  constructor(
    private readonly parts: RunWhatIfParts,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const { timeline, end } = this.parts;
    const cut = await this.cut();
    try {
      const unreadable = await timeline.refreshReadable();
      if (unreadable !== null && unreadable.position <= end) throw unreadable;
      const judging = this.judging(cut);
      const stop = (): void => void judging.close();
      this.signal.addEventListener('abort', stop);
      try {
        await this.judge(cut, judging);
      } finally {
        this.signal.removeEventListener('abort', stop);
        await judging.close();
      }
    } finally {
      await cut.remove();
    }
  }

  private cut(): Promise<StoredSplit> {
    const { journal, folder, end, bucketBytes, mostBytes, from } = this.parts;
    if (typeof from === 'bigint') this.after = from;
    const moved: SplitParts['moved'] = ({ entries, bytes, expectedBytes }) => {
      this.entries = entries;
      this.bytes = bytes;
      this.moved('splitting', expectedBytes === 0 ? 0 : bytes / expectedBytes);
    };
    const seen = (page: readonly StoredEntry[]): void => {
      this.look(page);
    };
    const parts = {
      journal,
      folder,
      to: end,
      moved,
      seen,
      mostBytes,
      ...(bucketBytes === undefined ? {} : { bucketBytes }),
    };
    return split(parts, this.signal);
  }

  /** For the instant from which it is supposed. */
  private look(page: readonly StoredEntry[]): void {
    const { from } = this.parts;
    if (typeof from === 'bigint' || this.isPast) return;
    for (const { recordedAt, position } of page) {
      this.isPast = recordedAt > from;
      if (this.isPast) return;
      this.after = position;
    }
  }

  private judging(cut: StoredSplit): Judging {
    const { supposition, end, hosts, timeline, run, judgingThreads, folder } = this.parts;
    const terms: WhatIfTerms = { supposition, after: this.after, end, hosts };
    if (judgingThreads === 0)
      return { give: whatIfPieces(cut, terms, { timeline, run }), close: () => Promise.resolve() };
    const { buckets } = cut.content;
    const options: WhatIfThreadOptions = { folder, terms };
    const count = Math.min(judgingThreads, buckets.length);
    return new JudgingThreads<FoundPiece>(
      Array.from({ length: count }, () => openJudgingThread(THREAD, options)),
      buckets,
    );
  }

  private async judge(cut: StoredSplit, judging: Judging): Promise<void> {
    const { buckets } = cut.content;
    this.total = buckets.reduce((sum, { entries }) => sum + entries, 0);
    this.entries = 0;
    for (const file of buckets) {
      await judging.give(file, (piece) => this.take(piece));
      await cut.giveBack(file);
      this.bytes -= file.bytes;
    }
  }

  private async take(piece: FoundPiece): Promise<void> {
    this.signal.throwIfAborted();
    const { totals, keep, file } = this.parts;
    totals.merge(piece.counts);
    piece.examples.forEach(keep);
    await file.append(piece);
    this.entries += piece.entries;
    this.hosts += piece.hosts;
    this.moved('judging', this.entries / Math.max(1, this.total ?? 0));
  }

  private moved(phase: WhatIfStep['phase'], share: number): void {
    const { entries, total, hosts, bytes } = this;
    this.parts.moved({ phase, share: Math.min(1, share), entries, total, hosts, bytes });
  }
}
