/**
 * Fills a new generation by a replay (R7): the journal is cut into buckets, these are judged one after another, and each
 * document is loaded once, in its final form. The ordinary writer continues from the place where the replay ends.
 */
import { DOCUMENTS_VERSION, PARTITION_HASH_VERSION, type Generation, type Position } from '#contracts';
import { FOLD_VERSION, type HostName } from '#domain';
import { StoreUnavailable, type AddDocuments, type EncodedDocuments, type ReadJournal, type Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { BucketLimits, BucketParts } from './bucket.js';
import { endedBy, isLoading } from './ended-load.js';
import { giveCatalogue, giveNames } from './followed-entries.js';
import { Adding } from './judging/adding.js';
import { judgeHere, type Judging } from './judging/judging.js';
import { JudgingThreads, openJudgingThread } from './judging/threads.js';
import type { LoadThreadOptions } from './judging/worker.js';
import type { ReplayListener } from './listener.js';
import { isOfPlan, noteAttempt, noteFailure, planOf, type LoadPlan } from './load-plan.js';
import { nodeDisk, SplitDiskFull } from './splitting/disk.js';
import { requireRoom, type ReplayRoom } from './splitting/room.js';
import { openSplit, removeSplit, split, VIEWS_PER_BYTE, type SplitParts, type SplitStatus } from './splitting/split.js';
import type { SplitFile } from './splitting/splitter.js';
import { SplitDamaged, type StoredSplit } from './splitting/stored-split.js';

export interface LoadGenerationParts extends ReplayRoom, Pick<SplitParts, 'folder' | 'bucketBytes' | 'disk'> {
  readonly journal: ReadJournal;
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
  /** As of a bucket, for a new load. */
  readonly apart?: ReadonlySet<HostName>;
  /** Who attempts the load; this process where absent. */
  readonly process?: string;
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
  /** The entries that are replayed; null while they are counted. */
  readonly total: number | null;
  /** The hosts that the phase has done; null while they are counted. */
  readonly hosts: number | null;
  /** Of the files on the local disk. */
  readonly bytes: number;
}

/**
 * Resolves with the generation, `folding`, its progress at the place where the replay ended; undefined where `signal` aborts, which
 * waits for no more than a batch of documents or the index at hand, or the work is another process's. The next call resumes with the units that are not there. Call it under the lease, and only
 * where the list of events is whole: it belongs to no generation and is left as it is. Rejects with StreamUnreadable where the
 * catalogue or the names cannot be read up to the end, and as the stores and the disk do. Where a disk has no room it rejects with a
 * `SplitDiskFull`, and nothing is left there; units that are loaded are kept where that is the disk of the split alone. After too many attempts
 * it rejects with a `ReplayGivenUp`, and nothing of the load is left.
 */
export async function loadGeneration(parts: LoadGenerationParts, signal: AbortSignal): Promise<Generation | undefined> {
  try {
    return await new GenerationLoad(parts, signal).run();
  } catch (error) {
    throw await endedBy(error, parts);
  }
}

type Fill = (add: AddDocuments) => Promise<void>;

interface Unit {
  /** Where its entries are counted. */
  readonly file?: SplitFile;
  readonly fill: Fill;
}

const NONE_APART: ReadonlySet<HostName> = new Set();
const LOAD_THREAD = new URL('./judging/worker.js', import.meta.url);

class GenerationLoad {
  constructor(
    private readonly parts: LoadGenerationParts,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<Generation | undefined> {
    const { views, timeline } = this.parts;
    const generation = await this.generation();
    const { number } = generation;
    const plan = await planOf(views.loader, number, () => this.plan());
    await noteAttempt(views.loader, number, this.parts.process);
    const { end } = plan;
    // read once the end is fixed: so the catalogue is known up to there
    const unreadable = await timeline.refreshReadable();
    if (unreadable !== null && unreadable.position <= end) throw unreadable;
    const cut = await this.cut(number, end);
    const loaded = await views.loader.loaded(number);
    const left = judgedFiles(cut).filter(({ name }) => !loaded.includes(name));
    if (loaded.some((unit) => !isOfPlan(unit) && !isUnitOf(cut, unit))) {
      // cut otherwise by another build: a host could be in a unit of each cut
      await views.control.dropGeneration(number);
      return this.run();
    }
    const judging = this.judging(cut, plan, left);
    const stop = (): void => void judging.close();
    this.signal.addEventListener('abort', stop);
    try {
      if (!(await this.loadUnits(generation, cut, this.unitsOf(cut, end, judging), loaded))) return undefined;
      await this.finish(generation, cut);
      return { ...generation, state: 'folding' };
    } catch (error) {
      if (this.signal.aborted) return undefined;
      if (isLikelyAgain(error)) {
        // the error of the load says more than one of noting it
        await noteFailure(views.loader, number, this.parts.process).catch(() => undefined);
      }
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
    const done: SplitFile[] = [];
    for (const unit of loaded) done.push(...filesOf(units.get(unit)));
    this.judged(generation, cut, done);
    for (const [unit, each] of units) {
      if (this.signal.aborted || !(await this.parts.hold())) return false;
      const { file } = each;
      if (!loaded.includes(unit)) {
        await this.requireRoom(file?.bytes ?? 0);
        await this.load(generation, unit, each.fill, cut);
        done.push(...filesOf(each));
        this.judged(generation, cut, done);
      }
      if (file !== undefined) await cut.giveBack(file);
    }
    return true;
  }

  /** Of the files that are left. */
  private judging(cut: StoredSplit, { end, apart }: LoadPlan, left: readonly SplitFile[]): Judging {
    const { views, timeline, clock, run, limits, judgingThreads = 0, folder } = this.parts;
    const terms = { end, now: instantNow(clock), apart, ...(limits && { limits }) };
    const { encoder } = views.loader;
    if (judgingThreads === 0 || encoder === undefined)
      return judgeHere(cut, { ...terms, timeline, withEvents: false, run });
    const count = Math.min(judgingThreads, left.length);
    const options: LoadThreadOptions = { folder, encoder, terms };
    return new JudgingThreads<EncodedDocuments>(
      Array.from({ length: count }, () => openJudgingThread(LOAD_THREAD, options)),
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
    const { views, partitions, clock, folder, disk } = this.parts;
    const begun = (await views.control.generations()).findLast(isLoading);
    if (begun !== undefined) return begun;
    // files of another load's may be given back
    await removeSplit(folder, disk);
    return views.loader.create({
      ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION },
      ...{ partitions, hashVersion: PARTITION_HASH_VERSION, createdAt: instantNow(clock) },
    });
  }

  /** Of a new load. */
  private async plan(): Promise<LoadPlan> {
    const { journal, to, apart = NONE_APART } = this.parts;
    return { end: to ?? (await journal.head()).position, apart };
  }

  private async cut(generation: number, to: Position): Promise<StoredSplit> {
    const { journal, folder, bucketBytes, disk, mostBytes, isOfViews } = this.parts;
    const moved = ({ position, entries, bytes }: SplitStatus): void =>
      this.parts.moved?.({
        ...{ phase: 'splitting', generation, position, end: to, entries, share: 0 },
        ...{ total: null, hosts: null, bytes },
      });
    const room = { mostBytes, ...(isOfViews && { isOfViews }), ...(disk && { disk }) };
    const parts = { journal, folder, to, moved, ...room, ...(bucketBytes === undefined ? {} : { bucketBytes }) };
    return (await openSplit(parts)) ?? split(parts, this.signal);
  }

  /** Before a file of `bytes` is loaded: it is given back only afterwards. */
  private async requireRoom(bytes: number): Promise<void> {
    const { disk = nodeDisk, folder, isOfViews = false } = this.parts;
    if (isOfViews) await requireRoom(disk, folder, bytes * VIEWS_PER_BYTE);
  }

  private judged({ number: generation }: Generation, cut: StoredSplit, done: readonly SplitFile[]): void {
    const { to: position, entries: total, buckets } = cut.content;
    const entries = sumOf(done, 'entries');
    // other files hold streams that are not of hosts
    const hosts = sumOf(
      done.filter((file) => buckets.includes(file)),
      'streams',
    );
    this.parts.moved?.({
      ...{ phase: 'judging', generation, position, end: position, entries, share: entries / Math.max(1, total) },
      ...{ total, hosts, bytes: bytesOf(cut) },
    });
  }

  private async load({ number }: Generation, unit: string, fill: Fill, cut: StoredSplit): Promise<void> {
    try {
      await this.parts.views.loader.load(number, unit, fill);
    } catch (error) {
      // the next call cuts the journal again
      if (error instanceof SplitDamaged) await cut.remove();
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
    const all = { entries, total: entries, hosts: sumOf(cut.content.buckets, 'streams'), bytes: bytesOf(cut) };
    await views.loader.finish(number, progress, ({ done, steps }) => {
      this.signal.throwIfAborted();
      moved?.({ ...{ phase: 'indexing', generation: number, position, end: position }, ...all, share: done / steps });
    });
    await cut.remove();
  }
}

/** Not of a store or of the disk, which come back, nor of files that are made again: a thread that has no memory, or a defect. */
function isLikelyAgain(error: unknown): boolean {
  return !(error instanceof StoreUnavailable || error instanceof SplitDamaged || error instanceof SplitDiskFull);
}

function filesOf(unit: Unit | undefined): readonly SplitFile[] {
  return unit?.file === undefined ? [] : [unit.file];
}

function bytesOf({ content: { buckets, quests, catalogue, names } }: StoredSplit): number {
  return sumOf([...buckets, quests, catalogue, names], 'bytes');
}

function sumOf(files: readonly SplitFile[], what: 'entries' | 'bytes' | 'streams'): number {
  return files.reduce((sum, file) => sum + file[what], 0);
}

/** In the order in which they are loaded. */
function judgedFiles({ content: { buckets, quests } }: StoredSplit): readonly SplitFile[] {
  return [...buckets, quests];
}

function isUnitOf(cut: StoredSplit, unit: string): boolean {
  return unit === 'catalogue' || unit === 'names' || judgedFiles(cut).some(({ name }) => name === unit);
}
