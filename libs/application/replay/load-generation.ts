/**
 * Fills a new generation by a replay (R7): the journal is cut into buckets, these are judged one after another, and each
 * document is loaded once, in its final form. The ordinary writer continues from the place where the replay ends.
 */
import {
  DOCUMENTS_VERSION,
  parsePosition,
  PARTITION_HASH_VERSION,
  type Generation,
  type HostDocument,
  type LaborDocument,
  type PartDocument,
  type Position,
} from '#contracts';
import { FOLD_VERSION, type HostName } from '#domain';
import { StoreUnavailable, type AddDocuments, type Journal, type LoadedDocuments, type Views } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { instantNow, type Clock } from '../clock.js';
import type { FoldedQuest } from '../projection/quest-record.js';
import { judgeBucket, type BucketLimits, type BucketParts } from './bucket.js';
import { giveCatalogue, giveNames } from './followed-entries.js';
import type { FoldedHost, ReplayListener } from './listener.js';
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
  /** The entries that are replayed; null while they are counted. */
  readonly total: number | null;
  /** The hosts that the phase has done; null while they are counted. */
  readonly hosts: number | null;
  /** Of the files on the local disk. */
  readonly bytes: number;
}

/** The unit that keeps with the generation at which place its replay ends. It has no documents. */
const END = /^to (\d+)$/;
/** Documents that are handed over at once. */
const ADD_DOCUMENTS = 2000;

/**
 * Resolves with the generation, `folding`, its progress at the place where the replay ended; undefined where `signal` aborts or
 * the work is another process's. The next call resumes with the units that are not there. Call it under the lease, and only
 * where the list of events is whole: it belongs to no generation and is left as it is. Rejects with StreamUnreadable where the
 * catalogue or the names cannot be read up to the end, and as the stores and the disk do.
 */
export function loadGeneration(parts: LoadGenerationParts, signal: AbortSignal): Promise<Generation | undefined> {
  return new GenerationLoad(parts, signal).run();
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
    const end = await this.endOf(generation);
    // read once the end is fixed: so the catalogue is known up to there
    const unreadable = await timeline.refreshReadable();
    if (unreadable !== null && unreadable.position <= end) throw unreadable;
    const cut = await this.cut(number, end);
    const units = this.unitsOf(cut, end);
    const loaded = await views.loader.loaded(number);
    if (loaded.some((unit) => !END.test(unit) && !units.has(unit))) {
      // cut otherwise by another build: a host could be in a unit of each cut
      await views.control.dropGeneration(number);
      return this.run();
    }
    const done: SplitFile[] = [];
    for (const unit of loaded) done.push(...filesOf(units.get(unit)));
    this.judged(generation, cut, done);
    for (const [unit, each] of units) {
      if (this.signal.aborted || !(await hold())) return undefined;
      if (loaded.includes(unit)) continue;
      await this.load(generation, unit, each.fill, cut);
      done.push(...filesOf(each));
      this.judged(generation, cut, done);
    }
    await this.finish(generation, cut);
    return { ...generation, state: 'folding' };
  }

  /** By their names. */
  private unitsOf(cut: StoredSplit, end: Position): ReadonlyMap<string, Unit> {
    const { timeline, clock, run, limits, apart = NONE_APART } = this.parts;
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
    const moved = ({ position, entries, bytes }: SplitStatus): void =>
      this.parts.moved?.({
        ...{ phase: 'splitting', generation, position, end: to, entries, share: 0 },
        ...{ total: null, hosts: null, bytes },
      });
    const parts = { journal, folder, to, moved, ...(bucketBytes === undefined ? {} : { bucketBytes }) };
    return (await openSplit(parts)) ?? split(parts, this.signal);
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
      await this.parts.views.loader.load(number, unit, async (add) => {
        const adding = new Adding(add);
        await fill(adding);
        await adding.end();
      });
    } catch (error) {
      // the files may be what is wrong: the next call cuts the journal again
      if (!(error instanceof StoreUnavailable)) await cut.remove();
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
    await views.loader.finish(number, progress, ({ done, steps }) =>
      moved?.({ ...{ phase: 'indexing', generation: number, position, end: position }, ...all, share: done / steps }),
    );
    await cut.remove();
  }
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
