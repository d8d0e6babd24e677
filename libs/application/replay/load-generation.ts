/**
 * Fills a new generation by a replay (R7): the journal is cut into buckets, these are judged one after another, and each
 * document is loaded once, in its final form. The ordinary writer continues from the place where the replay ends.
 */
import { DOCUMENTS_VERSION, parsePosition, PARTITION_HASH_VERSION, type Generation, type Position } from '#contracts';
import { FOLD_VERSION, type HostName } from '#domain';
import { StoreUnavailable, type AddDocuments, type Journal, type Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { BucketLimits, BucketParts } from './bucket.js';
import { giveCatalogue, giveNames } from './followed-entries.js';
import { Adding } from './judging/adding.js';
import { judgeHere, type Judging } from './judging/judging.js';
import { JudgingThreads, openJudgingThread } from './judging/threads.js';
import type { ReplayListener } from './listener.js';
import { openSplit, split, type SplitParts, type SplitStatus } from './splitting/split.js';
import type { SplitFile } from './splitting/splitter.js';
import type { StoredSplit } from './splitting/stored-split.js';

export interface LoadGenerationParts extends Pick<SplitParts, 'folder' | 'bucketBytes'> {
  readonly journal: Journal;
  readonly views: Pick<Views, 'control' | 'loader'>;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  /** The feed's. */
  readonly partitions: number;
  readonly run: BucketParts['run'];
  /** Threads that judge beside this one, where the loader takes what they make; 0 where absent: all is judged here. */
  readonly judgingThreads?: number;
  readonly limits?: BucketLimits;
  /** The place at which a new load ends; the journal's head where absent. */
  readonly to?: Position;
  /** As of a bucket. */
  readonly apart?: ReadonlySet<HostName>;
  /** Asked before each unit: whether the work is still this process's. */
  readonly hold: () => Promise<boolean>;
  /** Gets how far it is. What it throws ends the call. */
  readonly moved?: (step: LoadStep) => void;
}

export interface LoadStep {
  readonly phase: 'splitting' | 'judging' | 'indexing';
  readonly generation: number;
  /** Up to which the phase has read the journal. */
  readonly position: Position;
  /** Where the replay ends. */
  readonly end: Position;
  /** The entries that the phase has done. */
  readonly entries: number;
  /** Of the phase, 0 to 1; of `splitting` the position says it. */
  readonly share: number;
}

/** The unit that keeps with the generation at which place its replay ends. It has no documents. */
const END = /^to (\d+)$/;

/**
 * Resolves with the generation, `folding`, its progress at the place where the replay ended; undefined where `signal` aborts, which
 * waits for no more than a batch of documents or the index at hand, or the work is another process's. The next call resumes with the units that are not there. Call it under the lease, and only
 * where the list of events is whole: it belongs to no generation and is left as it is. Rejects with StreamUnreadable where the
 * catalogue or the names cannot be read up to the end, and as the stores and the disk do.
 */
export function loadGeneration(parts: LoadGenerationParts, signal: AbortSignal): Promise<Generation | undefined> {
  return new GenerationLoad(parts, signal).run();
}

type Fill = (add: AddDocuments) => Promise<void>;

interface Unit {
  /** Where its entries are counted. */
  readonly file?: SplitFile;
  readonly fill: Fill;
}

const NONE_APART: ReadonlySet<HostName> = new Set();

class GenerationLoad {
  constructor(
    private readonly parts: LoadGenerationParts,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<Generation | undefined> {
    const { views, timeline } = this.parts;
    const generation = await this.generation();
    const { number } = generation;
    const end = await this.endOf(generation);
    // read once the end is fixed: so the catalogue is known up to there
    const unreadable = await timeline.refreshReadable();
    if (unreadable !== null && unreadable.position <= end) throw unreadable;
    const cut = await this.cut(number, end);
    const loaded = await views.loader.loaded(number);
    const left = judgedFiles(cut).filter(({ name }) => !loaded.includes(name));
    if (loaded.some((unit) => !END.test(unit) && !isUnitOf(cut, unit))) {
      // cut otherwise by another build: a host could be in a unit of each cut
      await views.control.dropGeneration(number);
      return this.run();
    }
    const judging = this.judging(cut, end, left);
    const stop = (): void => void judging.close();
    this.signal.addEventListener('abort', stop);
    try {
      if (!(await this.loadUnits(generation, cut, this.unitsOf(cut, end, judging), loaded))) return undefined;
      await this.finish(generation, cut);
      return { ...generation, state: 'folding' };
    } catch (error) {
      if (this.signal.aborted) return undefined;
      throw error;
    } finally {
      this.signal.removeEventListener('abort', stop);
      await judging.close();
    }
  }

  /** Whether all are there. */
  private async loadUnits(
    generation: Generation,
    cut: StoredSplit,
    units: ReadonlyMap<string, Unit>,
    loaded: readonly string[],
  ): Promise<boolean> {
    let entries = 0;
    for (const unit of loaded) entries += units.get(unit)?.file?.entries ?? 0;
    this.judged(generation, cut, entries);
    for (const [unit, { fill, file }] of units) {
      if (this.signal.aborted || !(await this.parts.hold())) return false;
      if (loaded.includes(unit)) continue;
      await this.load(generation, unit, fill, cut);
      entries += file?.entries ?? 0;
      this.judged(generation, cut, entries);
    }
    return true;
  }

  /** Of the files that are left. */
  private judging(cut: StoredSplit, end: Position, left: readonly SplitFile[]): Judging {
    const { views, timeline, clock, run, limits, apart = NONE_APART, judgingThreads = 0, folder } = this.parts;
    const terms = { end, now: instantNow(clock), apart, ...(limits && { limits }) };
    const { encoder } = views.loader;
    if (judgingThreads === 0 || encoder === undefined)
      return judgeHere(cut, { ...terms, timeline, withEvents: false, run });
    const count = Math.min(judgingThreads, left.length);
    return new JudgingThreads(
      Array.from({ length: count }, () => openJudgingThread({ folder, encoder, terms })),
      left,
    );
  }

  /** By their names. */
  private unitsOf(cut: StoredSplit, end: Position, judging: Judging): ReadonlyMap<string, Unit> {
    const { timeline } = this.parts;
    const { names } = cut.content;
    const listening =
      (give: (listener: ReplayListener) => Promise<void>): Fill =>
      async (add) => {
        const adding = new Adding(add);
        await give(adding);
        await adding.end();
      };
    // quests after the hosts, whose parts stand above those that a quest expects
    return new Map<string, Unit>([
      ...judgedFiles(cut).map(
        (file) => [file.name, { file, fill: (add) => judging.give(file, add) }] as [string, Unit],
      ),
      ['catalogue', { fill: listening((listener) => giveCatalogue(timeline, listener, end)) }],
      ['names', { file: names, fill: listening((listener) => giveNames(cut.pages(names), listener, end)) }],
    ]);
  }

  /** The one whose load was begun, or a new one. */
  private async generation(): Promise<Generation> {
    const { views, partitions, clock } = this.parts;
    const all = await views.control.generations();
    const begun = all.findLast(
      ({ state, documentsVersion, foldVersion }) =>
        state === 'loading' && documentsVersion === DOCUMENTS_VERSION && foldVersion === FOLD_VERSION,
    );
    return (
      begun ??
      views.loader.create({
        ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION },
        ...{ partitions, hashVersion: PARTITION_HASH_VERSION, createdAt: instantNow(clock) },
      })
    );
  }

  /** Fixed when the load began: each of its units ends there, whenever it is loaded. */
  private async endOf({ number }: Generation): Promise<Position> {
    const { journal, views } = this.parts;
    for (const unit of await views.loader.loaded(number)) {
      const end = parsePosition(END.exec(unit)?.[1] ?? '');
      if (end !== undefined) return end;
    }
    const position = this.parts.to ?? (await journal.head()).position;
    await views.loader.load(number, `to ${position}`, async () => undefined);
    return position;
  }

  private async cut(generation: number, to: Position): Promise<StoredSplit> {
    const { journal, folder, bucketBytes } = this.parts;
    const moved = ({ position, entries }: SplitStatus): void =>
      this.parts.moved?.({ phase: 'splitting', generation, position, end: to, entries, share: 0 });
    const parts = { journal, folder, to, moved, ...(bucketBytes === undefined ? {} : { bucketBytes }) };
    return (await openSplit(parts)) ?? split(parts, this.signal);
  }

  private judged({ number: generation }: Generation, { content }: StoredSplit, entries: number): void {
    const { to: position, entries: all } = content;
    this.parts.moved?.({
      phase: 'judging',
      generation,
      position,
      end: position,
      entries,
      share: entries / Math.max(1, all),
    });
  }

  private async load({ number }: Generation, unit: string, fill: Fill, cut: StoredSplit): Promise<void> {
    try {
      await this.parts.views.loader.load(number, unit, fill);
    } catch (error) {
      // the files may be what is wrong: the next call cuts the journal again
      if (!(error instanceof StoreUnavailable) && !this.signal.aborted) await cut.remove();
      throw error;
    }
  }

  private async finish({ number, partitions }: Generation, cut: StoredSplit): Promise<void> {
    const { journal, views, clock, moved } = this.parts;
    const { to: position, entries } = cut.content;
    const last = await journal.entryAt(position);
    if (last === undefined)
      throw new Error(`the journal holds nothing at position ${position}, up to which it was replayed`);
    const progress = Array.from({ length: partitions }, (_, partition) => ({
      ...{ partition, position, entryId: last.id, number: entries, heardAtMs: clock.nowMs() },
    }));
    await views.loader.finish(number, progress, ({ done, steps }) => {
      this.signal.throwIfAborted();
      moved?.({ ...{ phase: 'indexing', generation: number, position, end: position, entries }, share: done / steps });
    });
    await cut.remove();
  }
}

/** In the order in which they are loaded. */
function judgedFiles({ content: { buckets, quests } }: StoredSplit): readonly SplitFile[] {
  return [...buckets, quests];
}

function isUnitOf(cut: StoredSplit, unit: string): boolean {
  return unit === 'catalogue' || unit === 'names' || judgedFiles(cut).some(({ name }) => name === unit);
}
