/**
 * Loads generations, one unit after the other, through a connection in a thread of its own: readers of the views wait for none
 * of it. Rows are encoded in the thread that has the documents, while those before are being inserted there.
 */
import type { Generation, PartitionProgress } from '#contracts';
import {
  GenerationGone,
  StoreUnavailable,
  type AddDocuments,
  type EncodedDocuments,
  type FinishStep,
  type LoadedDocuments,
  type ViewsLoader,
} from '#ports';
import type { LoadingFile, LoadingFiles } from './loading-files.js';
import type { OpenLoad } from './open-load.js';
import { rowsOf } from './rows.js';

export class SqliteLoader implements ViewsLoader {
  /** Of the generation that was loaded last: one at a time has its thread. One that has ended is replaced by the next call. */
  private open: { readonly generation: number; readonly load: OpenLoad } | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  private end: (error: StoreUnavailable) => void = () => undefined;
  private readonly ended = new Promise<never>((_, reject) => {
    this.end = reject;
  });

  constructor(
    private readonly files: LoadingFiles,
    private readonly connect: (file: LoadingFile) => Promise<OpenLoad>,
    readonly encoder?: string,
  ) {
    // most of the time no call waits for it
    this.ended.catch(() => undefined);
  }

  async create(of: Omit<Generation, 'number' | 'state'>): Promise<Generation> {
    return this.inTurn(() => this.files.create(of));
  }

  async loaded(generation: number): Promise<readonly string[]> {
    return this.inTurn(() => this.with(generation, (load) => load.units()));
  }

  async load(generation: number, unit: string, fill: (add: AddDocuments) => Promise<void>): Promise<void> {
    await this.inTurn(() =>
      this.with(generation, async (load) => {
        if (!(await load.begin(unit))) return;
        const filling = new Filling(load);
        try {
          await Promise.race([fill((documents) => filling.add(documents)), this.ended]);
          await filling.end();
          await load.commit(unit);
        } catch (error) {
          filling.refuse();
          await load.rollback();
          throw error;
        }
        // one that was dropped meanwhile has no file any more
        await this.files.fileOf(generation);
      }),
    );
  }

  async finish(
    generation: number,
    progress: readonly PartitionProgress[],
    moved: (step: FinishStep) => void = () => undefined,
  ): Promise<void> {
    await this.inTurn(async () => {
      if ((await this.files.fileOf(generation)) !== null)
        await this.with(generation, (load) => load.finish(progress, moved));
      await this.letGo();
      await this.files.loaded(generation);
    });
  }

  /** The unit that is being loaded is given up; calls that wait are refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.end(closed());
    await this.last;
    await this.letGo();
  }

  /** One call after the other. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const working = this.last.then(() => {
      if (this.isClosed) throw closed();
      return work();
    });
    this.last = working.catch(() => undefined);
    return working;
  }

  private async with<T>(generation: number, work: (load: OpenLoad) => Promise<T>): Promise<T> {
    const file = await this.files.fileOf(generation);
    if (file === null) throw new RangeError(`generation ${generation} was loaded before`);
    if (this.open?.generation !== generation || this.open.load.hasEnded) {
      await this.letGo();
      this.open = { generation, load: await this.connect(file) };
    }
    try {
      return await work(this.open.load);
    } catch (error) {
      // of one that was dropped meanwhile the file is empty
      if (!this.isClosed && (await this.isGone(generation))) throw new GenerationGone(generation);
      throw error;
    }
  }

  private async isGone(generation: number): Promise<boolean> {
    try {
      await this.files.fileOf(generation);
      return false;
    } catch (error) {
      if (!(error instanceof GenerationGone)) throw error;
      await this.letGo();
      return true;
    }
  }

  private async letGo(): Promise<void> {
    const { open } = this;
    this.open = undefined;
    await open?.load.close();
  }
}

/** One piece of rows is inserted while the next is made. */
class Filling {
  private inserting: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(private readonly load: OpenLoad) {}

  async add(documents: LoadedDocuments | EncodedDocuments): Promise<void> {
    const rows = 'bytes' in documents ? documents.bytes : rowsOf(documents);
    await this.inserting;
    if (this.isOver) throw new StoreUnavailable('views', 'the unit is no longer loaded');
    this.inserting = this.load.add(rows);
    // reported when it is awaited
    this.inserting.catch(() => undefined);
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.inserting;
  }

  /** Nothing is taken any more. */
  refuse(): void {
    this.isOver = true;
  }
}

function closed(): StoreUnavailable {
  return new StoreUnavailable('views', 'they were closed');
}
