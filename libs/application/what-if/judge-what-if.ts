/**
 * Judges streams of hosts under two catalogues (R10): the same entries, one after another in the order of the journal. What a
 * client would have been refused, or which hosts a quest would have taken, is not guessed: the entries are those that there are.
 */
import { START, streamKind, type Position, type Steps, type StoredEntry } from '#contracts';
import type { HostName, HostState } from '#domain';
import type { Pages } from '../replay/bucket.js';
import { HostWhatIf, type BothCatalogues, type LaborDifference } from './host-what-if.js';
import type { SupposedTimeline } from './supposed-timeline.js';

export interface WhatIfParts {
  readonly timeline: SupposedTimeline;
  /** The last place that is judged. */
  readonly end: Position;
  /** As of a bucket. */
  readonly run: <T>(steps: Steps<T>) => T | Promise<T>;
  /** Hosts that it is about; every one where absent. */
  readonly isAbout?: (host: HostName) => boolean;
}

/** What it answers is awaited before it gets more. */
export interface WhatIfListener {
  /** In no order; those of a host may come in several pieces. */
  differences(found: readonly LaborDifference[]): void | Promise<void>;
  /** Each host once, as it is at the end. */
  host(states: { readonly now: HostState; readonly then: HostState }): void;
  judged(entries: number, position: Position): void | Promise<void>;
}

/** Entries that are judged between two turns of others. */
const PIECE_ENTRIES = 200;

/** Resolves once the listener has all of it. Rejects as the pages and the listener do. */
export async function judgeWhatIf(pages: Pages, listener: WhatIfListener, parts: WhatIfParts): Promise<void> {
  const bucket = new WhatIfBucket(parts);
  for await (const page of pages) {
    const isEnd = await parts.run(bucket.take(page));
    await bucket.handOver(listener);
    const last = page.at(-1);
    if (last !== undefined) await listener.judged(page.length, last.position);
    if (isEnd) break;
  }
  await bucket.end(listener);
}

class WhatIfBucket {
  private readonly hosts = new Map<string, HostWhatIf | null>();
  private found: LaborDifference[] = [];
  private catalogues: BothCatalogues | undefined;
  private to: Position = START;
  private readonly report = (difference: LaborDifference): void => {
    this.found.push(difference);
  };

  constructor(private readonly parts: WhatIfParts) {}

  /** Whether the end was reached. */
  *take(page: readonly StoredEntry[]): Steps<boolean> {
    let left = PIECE_ENTRIES;
    for (const entry of page) {
      if (entry.position > this.parts.end) return true;
      const host = this.hostOf(entry.stream);
      if (host === null) continue;
      host.take(entry, this.at(entry.position), this.report);
      left -= 1;
      if (left > 0) continue;
      left = PIECE_ENTRIES;
      yield;
    }
    return false;
  }

  async handOver(listener: WhatIfListener): Promise<void> {
    const { found } = this;
    if (found.length === 0) return;
    this.found = [];
    await listener.differences(found);
  }

  async end(listener: WhatIfListener): Promise<void> {
    let left = PIECE_ENTRIES;
    for (const host of this.hosts.values()) {
      if (host === null) continue;
      host.end(this.report);
      listener.host(host.states);
      left -= 1;
      if (left > 0) continue;
      left = PIECE_ENTRIES;
      await this.handOver(listener);
      await this.parts.run(turn());
    }
    await this.handOver(listener);
    this.hosts.clear();
  }

  private at(position: Position): BothCatalogues {
    if (this.catalogues === undefined || position > this.to)
      ({ catalogues: this.catalogues, to: this.to } = this.parts.timeline.stretch(position));
    return this.catalogues;
  }

  /** Null for a stream of which nothing is judged. */
  private hostOf(stream: string): HostWhatIf | null {
    const known = this.hosts.get(stream);
    if (known !== undefined) return known;
    const named = streamKind(stream);
    const { isAbout } = this.parts;
    const isOne = named.kind === 'host' && (isAbout === undefined || isAbout(named.host));
    const host = isOne ? new HostWhatIf(named.host) : null;
    this.hosts.set(stream, host);
    return host;
  }
}

function* turn(): Steps<void> {
  yield;
}
