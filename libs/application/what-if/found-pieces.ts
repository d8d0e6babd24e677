/**
 * What a what-if finds in the files of a split journal, file by file, in pieces that can go from thread to thread: what differs as
 * lines, and the rest counted.
 */
import type { Position } from '#contracts';
import type { HostName, Supposition } from '#domain';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { Hand, JudgeFile, Piece } from '../replay/judging/serve.js';
import type { StoredSplit } from '../replay/splitting/stored-split.js';
import { lineOf, type DifferenceLines } from './difference-file.js';
import type { LaborDifference } from './host-what-if.js';
import { judgeWhatIf, type WhatIfListener, type WhatIfParts } from './judge-what-if.js';
import { SupposedTimeline } from './supposed-timeline.js';
import { WhatIfTotals, type WhatIfCounts } from './what-if-totals.js';

/** How it judges, as it can be copied to another thread. */
export interface WhatIfTerms {
  readonly supposition: Supposition;
  /** The place after which the supposed fates judge. */
  readonly after: Position;
  /** The last place that is judged. */
  readonly end: Position;
  /** Every host where absent. */
  readonly hosts?: ReadonlySet<HostName> | undefined;
}

export interface FoundPiece extends Piece, DifferenceLines {
  /** Of the file, those that were found first. */
  readonly examples: readonly LaborDifference[];
  readonly counts: WhatIfCounts;
  /** Judged since the last piece. */
  readonly entries: number;
  readonly hosts: number;
}

/** That are shown of all that differs: the first ones. */
export const MOST_EXAMPLES = 100;
/** A piece has more, by less than a page and what comes of one. */
const PIECE_ENTRIES = 20_000;
const PIECE_CHARACTERS = 2 ** 20;

/** `timeline`: read up to the end at least. */
export function whatIfPieces(
  cut: StoredSplit,
  { supposition, after, end, hosts }: WhatIfTerms,
  { timeline, run }: { readonly timeline: CatalogueTimeline; readonly run: WhatIfParts['run'] },
): JudgeFile<FoundPiece> {
  const isAbout = hosts && ((host: HostName): boolean => hosts.has(host));
  const parts = { timeline: new SupposedTimeline(timeline, supposition, after), end, run, ...(isAbout && { isAbout }) };
  return async (file, hand) => {
    const found = new FoundPieces(hand);
    await judgeWhatIf(cut.pages(file), found, parts);
    await found.end();
  };
}

class FoundPieces implements WhatIfListener {
  private lines: string[] = [];
  private characters = 0;
  private totals = new WhatIfTotals();
  private entries = 0;
  private hosts = 0;
  private examples: LaborDifference[] = [];
  private examplesLeft = MOST_EXAMPLES;

  constructor(private readonly hand: Hand<FoundPiece>) {}

  differences(found: readonly LaborDifference[]): void | Promise<void> {
    for (const difference of found) {
      this.totals.add(difference);
      const line = lineOf(difference);
      this.lines.push(line);
      this.characters += line.length;
      if (this.examplesLeft === 0) continue;
      this.examplesLeft -= 1;
      this.examples.push(difference);
    }
    return this.characters > PIECE_CHARACTERS ? this.end() : undefined;
  }

  host(states: Parameters<WhatIfListener['host']>[0]): void {
    this.hosts += 1;
    this.totals.host(states);
  }

  judged(entries: number): void | Promise<void> {
    this.entries += entries;
    return this.entries > PIECE_ENTRIES ? this.end() : undefined;
  }

  /** Hands over all that was found since the last piece. */
  async end(): Promise<void> {
    const { lines, totals, entries, hosts, examples } = this;
    this.lines = [];
    this.characters = 0;
    this.totals = new WhatIfTotals();
    [this.entries, this.hosts, this.examples] = [0, 0, []];
    const bytes = new TextEncoder().encode(lines.join(''));
    await this.hand({ bytes, count: lines.length, examples, counts: totals, entries, hosts });
  }
}
