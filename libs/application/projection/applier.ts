/**
 * Applies entries to the views, by P2's order of writes. Takes them in any order, with repeats and holes: repeats are dropped,
 * missing entries are read from the journal (P3). Two appliers may work on one host at once (P5).
 */
import { CATALOGUE_STREAM, partitionOf, traceIdOf, type Position, type StoredEntry } from '#contracts';
import type { HostName, QuestId, TypeName } from '#domain';
import type { ReadJournal, ViewsWriter } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { pauseMs, sleep } from '../pauses.js';
import { Round, type RoundParts, type RoundResult } from './round.js';
import { BatchShares, STEP_SHARES } from '../folding/shares.js';
import { workOf, type Work } from './work.js';

export interface ApplierParts {
  readonly journal: ReadJournal;
  readonly views: ViewsWriter;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  readonly log: Log;
  /** Number of the generation that is written. */
  readonly generation: number;
  readonly partitions: number;
  /** Whether somebody may follow the generation when the entry is judged. */
  readonly isPublished: (entry: StoredEntry) => boolean;
  /** Called with every quest whose parts or record changed: its numbers need a recount. */
  readonly touched: (quests: Iterable<QuestId>) => void;
  /** Called with the types of events that are in the views from now on and did nothing, and the position of their host's last entry among those judged with them. */
  readonly idle: (types: readonly TypeName[], last: Position) => void;
  /** Called with every host that is behind from now on (P9). */
  readonly setBehind: (host: HostName) => void;
}

export interface ApplyOptions {
  /** How much of the catalogue must be known, as the feed says; without it the catalogue is read to its end first (P1). */
  readonly catalogueRevision?: number;
  /**
   * How far each partition's progress is stored already: commits at or below it raise the quests' touch counters (P6).
   * Where it is absent every commit does.
   */
  readonly storedProgress?: (partition: number) => Position;
}

/** Compare-and-sets lost in a row on one batch before it is given back to the feed. */
const MAX_LOST = 20;
const PAUSES = { firstMs: 5, longestMs: 250 };

export class Applier {
  constructor(private readonly parts: ApplierParts) {}

  /**
   * Resolves when every entry is in the views, or belongs to a host or quest that is parked, or to a host that is behind:
   * one is set so that needs more than its share (P9). Throws StreamUnreadable,
   * StoreUnavailable, or an Error where another projector was in the way too often; then nothing is lost: the same
   * entries may come again.
   */
  async apply(entries: readonly StoredEntry[], options: ApplyOptions): Promise<void> {
    await this.loadCatalogue(entries, options.catalogueRevision);
    const shares = new BatchShares();
    let work = workOf(entries);
    for (let lost = 0; ;) {
      const result = await this.round(work, options, { mode: 'batch', shares: shares.round() });
      if (isEmpty(result.left)) return;
      work = result.left;
      if (!result.conflicts) continue;
      lost += 1;
      if (lost > MAX_LOST) throw new Error(`another projector was ahead ${lost} times in a row on one batch`);
      await sleep(pauseMs(lost, PAUSES));
    }
  }

  /**
   * Judges as many of these entries of a host that is behind as one step may, at least one. Nothing is done where the host
   * is not behind, or another projector was faster. Throws as {@link apply} does.
   */
  async step(entries: readonly StoredEntry[]): Promise<void> {
    await this.loadCatalogue(entries, undefined);
    // progress has passed the entries, so each commit raises the touch counters
    await this.round(workOf(entries), {}, { mode: 'behind', shares: STEP_SHARES });
  }

  private async round(
    work: Work,
    options: ApplyOptions,
    how: Pick<RoundParts, 'mode' | 'shares'>,
  ): Promise<RoundResult> {
    const { clock, partitions, generation } = this.parts;
    const now = instantNow(clock);
    const round = new Round({
      ...this.parts,
      ...how,
      now,
      isPassed: ({ stream, position }) => {
        const stored = options.storedProgress?.(partitionOf(stream, partitions));
        return stored === undefined || position <= stored;
      },
      parked: (name, reason, entry) => {
        this.parts.log.error('an entry could not be judged; its host or quest is parked', {
          name,
          reason,
          generation,
          ...(entry === undefined ? {} : placeOf(entry)),
        });
      },
      setBehind: (host) => {
        this.parts.log.info('a host needs more than its share of a batch; it is brought on apart', {
          host,
          generation,
        });
        this.parts.setBehind(host);
      },
    });
    return round.run(work);
  }

  /** After it all catalogue entries before any of the entries are known, and those among them. */
  private async loadCatalogue(entries: readonly StoredEntry[], known: number | undefined): Promise<void> {
    if (entries.length === 0) return;
    const { timeline } = this.parts;
    const isCatalogues = (entry: StoredEntry): boolean => entry.stream === CATALOGUE_STREAM;
    if (known === undefined || timeline.latest.catalogue.revision < known || entries.some(isCatalogues)) {
      const unreadable = await timeline.refreshReadable();
      // what stands behind all of them is of no matter to them
      if (unreadable !== null && entries.some(({ position }) => position >= unreadable.position)) throw unreadable;
    }
  }
}

/** Where an operator finds the entry, and the request that wrote it. */
function placeOf({ revision, position, trace }: StoredEntry): object {
  return { revision, position: String(position), traceId: traceIdOf(trace) };
}

function isEmpty({ hosts, quests }: Work): boolean {
  return hosts.size === 0 && quests.size === 0;
}
