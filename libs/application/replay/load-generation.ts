/**
 * Fills a new generation by a replay (R7): the journal is cut into buckets, these are judged one after another, and each
 * document is loaded once, in its final form. The ordinary writer continues from the place where the replay ends.
 */
import {
  DOCUMENTS_VERSION,
  PARTITION_HASH_VERSION,
  type Generation,
  type HostDocument,
  type LaborDocument,
  type PartDocument,
  type Position,
} from '#contracts';
import { FOLD_VERSION, type HostName } from '#domain';
import type { AddDocuments, Journal, LoadedDocuments, Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { FoldedQuest } from '../projection/quest-record.js';
import { judgeBucket, type BucketLimits, type BucketParts } from './bucket.js';
import { endedBy, isLoading } from './ended-load.js';
import { giveCatalogue, giveNames } from './followed-entries.js';
import type { FoldedHost, ReplayListener } from './listener.js';
import { isOfPlan, noteAttempt, planOf, type LoadPlan } from './load-plan.js';
import { nodeDisk } from './splitting/disk.js';
import { requireRoom, type ReplayRoom } from './splitting/room.js';
import { openSplit, removeSplit, split, VIEWS_PER_BYTE, type SplitParts, type SplitStatus } from './splitting/split.js';
import type { SplitFile } from './splitting/splitter.js';
import { SplitDamaged, type StoredSplit } from './splitting/stored-split.js';

export interface LoadGenerationParts extends ReplayRoom, Pick<SplitParts, 'folder' | 'bucketBytes' | 'disk'> {
  readonly journal: Journal;
  readonly views: Pick<Views, 'control' | 'loader'>;
  readonly timeline: CatalogueTimeline;
  readonly clock: Clock;
  /** The feed's. */
  readonly partitions: number;
  readonly run: BucketParts['run'];
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
}

/** Documents that are handed over at once. */
const ADD_DOCUMENTS = 2000;

/**
 * Resolves with the generation, `folding`, its progress at the place where the replay ended; undefined where `signal` aborts or
 * the work is another process's. The next call resumes with the units that are not there. Call it under the lease, and only
 * where the list of events is whole: it belongs to no generation and is left as it is. Rejects with StreamUnreadable where the
 * catalogue or the names cannot be read up to the end, and as the stores and the disk do. Where a disk has no room it rejects with a
 * `SplitDiskFull`, and after too many attempts with a `ReplayGivenUp`; then nothing of the load is left.
 */
export async function loadGeneration(parts: LoadGenerationParts, signal: AbortSignal): Promise<Generation | undefined> {
  try {
    return await new GenerationLoad(parts, signal).run();
  } catch (error) {
    throw await endedBy(error, parts);
  }
}

type Fill = (listener: ReplayListener) => Promise<void>;

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
    const { views, hold, timeline } = this.parts;
    const generation = await this.generation();
    const { number } = generation;
    const plan = await planOf(views.loader, number, () => this.plan());
    await noteAttempt(views.loader, number, this.parts.process);
    const { end } = plan;
    // read once the end is fixed: so the catalogue is known up to there
    const unreadable = await timeline.refreshReadable();
    if (unreadable !== null && unreadable.position <= end) throw unreadable;
    const cut = await this.cut(number, end);
    const units = this.unitsOf(cut, plan);
    const loaded = await views.loader.loaded(number);
    if (loaded.some((unit) => !isOfPlan(unit) && !units.has(unit))) {
      // cut otherwise by another build: a host could be in a unit of each cut
      await views.control.dropGeneration(number);
      return this.run();
    }
    let entries = 0;
    for (const unit of loaded) entries += units.get(unit)?.file?.entries ?? 0;
    this.judged(generation, cut, entries);
    for (const [unit, { fill, file }] of units) {
      if (this.signal.aborted || !(await hold())) return undefined;
      if (!loaded.includes(unit)) {
        await this.requireRoom(file?.bytes ?? 0);
        await this.load(generation, unit, fill, cut);
        entries += file?.entries ?? 0;
        this.judged(generation, cut, entries);
      }
      if (file !== undefined) await cut.giveBack(file);
    }
    await this.finish(generation, cut);
    return { ...generation, state: 'folding' };
  }

  /** By their names. */
  private unitsOf(cut: StoredSplit, { end, apart }: LoadPlan): ReadonlyMap<string, Unit> {
    const { timeline, clock, run, limits } = this.parts;
    const { buckets, quests, names } = cut.content;
    const judging = { timeline, end, now: instantNow(clock), withEvents: false, run, apart, ...(limits && { limits }) };
    const judged = [...buckets, quests].map((file): readonly [string, Unit] => [
      file.name,
      { file, fill: (listener) => judgeBucket(cut.pages(file), listener, judging) },
    ]);
    // quests after the hosts, whose parts stand above those that a quest expects
    return new Map<string, Unit>([
      ...judged,
      ['catalogue', { fill: (listener) => giveCatalogue(timeline, listener, end) }],
      ['names', { file: names, fill: (listener) => giveNames(cut.pages(names), listener, end) }],
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
    const moved = ({ position, entries }: SplitStatus): void =>
      this.parts.moved?.({ phase: 'splitting', generation, position, end: to, entries, share: 0 });
    const room = { mostBytes, ...(isOfViews && { isOfViews }), ...(disk && { disk }) };
    const parts = { journal, folder, to, moved, ...room, ...(bucketBytes === undefined ? {} : { bucketBytes }) };
    return (await openSplit(parts)) ?? split(parts, this.signal);
  }

  /** Before a file of `bytes` is loaded: it is given back only afterwards. */
  private async requireRoom(bytes: number): Promise<void> {
    const { disk = nodeDisk, folder, isOfViews = false } = this.parts;
    if (isOfViews) await requireRoom(disk, folder, bytes * VIEWS_PER_BYTE);
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
      await this.parts.views.loader.load(number, unit, async (add) => {
        const adding = new Adding(add);
        await fill(adding);
        await adding.end();
      });
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
    await views.loader.finish(number, progress, ({ done, steps }) =>
      moved?.({ ...{ phase: 'indexing', generation: number, position, end: position, entries }, share: done / steps }),
    );
    await cut.remove();
  }
}

/** Hands documents on in batches. */
class Adding implements ReplayListener {
  private batch = emptyBatch();
  private count = 0;

  constructor(private readonly add: AddDocuments) {}

  host({ document, labors, parts, marks }: FoldedHost): void | Promise<void> {
    const { batch } = this;
    batch.hosts.push(document);
    for (const labor of labors) batch.labors.push(labor);
    for (const part of parts) batch.parts.push(part);
    for (const [quest, position] of marks) batch.marks.push({ quest, position });
    return this.added(1 + labors.length + parts.length + marks.size);
  }

  large(document: HostDocument): void | Promise<void> {
    this.batch.hosts.push(document);
    return this.added(1);
  }

  quest({ record, changes, parts }: FoldedQuest): void | Promise<void> {
    this.batch.quests.push(record);
    for (const change of changes) this.batch.questEntries.push(change);
    for (const part of parts) this.batch.parts.push(part);
    return this.added(1 + changes.length + parts.length);
  }

  catalogue(entry: Parameters<ReplayListener['catalogue']>[0]): void | Promise<void> {
    this.batch.catalogue.push(entry);
    return this.added(1);
  }

  names(entry: Parameters<ReplayListener['names']>[0]): void | Promise<void> {
    this.batch.names.push(entry);
    return this.added(1);
  }

  async end(): Promise<void> {
    const { batch, count } = this;
    this.batch = emptyBatch();
    this.count = 0;
    if (count > 0) await this.add(batch);
  }

  private added(documents: number): void | Promise<void> {
    this.count += documents;
    if (this.count >= ADD_DOCUMENTS) return this.end();
  }
}

/** Lists to push to. */
type Batch = { -readonly [Name in keyof LoadedDocuments]-?: NonNullable<LoadedDocuments[Name]>[number][] };

function emptyBatch(): Batch {
  const documents = { hosts: [] as HostDocument[], labors: [] as LaborDocument[], parts: [] as PartDocument[] };
  return { ...documents, marks: [], quests: [], questEntries: [], catalogue: [], names: [] };
}
