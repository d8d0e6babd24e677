/** Generations that are loading, as the thread of the views knows them: it makes and names their files, and never opens one before it is loaded. */
import type { Generation } from '#contracts';
import { GenerationGone } from '#ports';
import type { SqliteControl } from '../control.js';
import type { ViewsFiles } from '../files.js';

export interface LoadingFile {
  readonly file: string;
  /** Of pages that its connection may keep in memory. */
  readonly cacheBytes: number;
}

/** What a loader asks for there. */
export interface LoadingFiles {
  create(of: Omit<Generation, 'number' | 'state'>): Promise<Generation>;
  /** Null where it was loaded. Throws {@link GenerationGone}. */
  fileOf(generation: number): Promise<LoadingFile | null>;
  /** Its file has everything, and is closed: it becomes `folding`. Changes nothing of one that is. Throws {@link GenerationGone}. */
  loaded(generation: number): Promise<void>;
}

export class SqliteLoadingFiles implements LoadingFiles {
  constructor(
    private readonly files: ViewsFiles,
    private readonly control: SqliteControl,
  ) {}

  async create(of: Omit<Generation, 'number' | 'state'>): Promise<Generation> {
    return this.control.create(of, 'loading');
  }

  async fileOf(generation: number): Promise<LoadingFile | null> {
    const state = await this.stateOf(generation);
    return state === 'loading' ? (this.files.loadingFile(generation) ?? null) : null;
  }

  async loaded(generation: number): Promise<void> {
    await this.stateOf(generation);
    const { control } = this.files;
    control.transaction(() => {
      const sql = "UPDATE generations SET state = 'folding' WHERE number = ? AND state = 'loading'";
      control.statement(sql).run(generation);
    });
    this.files.openLoaded(generation);
  }

  private async stateOf(generation: number): Promise<Generation['state']> {
    const found = (await this.control.generations()).find(({ number }) => number === generation);
    if (found === undefined) throw new GenerationGone(generation);
    return found.state;
  }
}
