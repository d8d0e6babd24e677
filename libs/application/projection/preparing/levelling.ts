/** Keeps a generation level with the journal while no projector follows it: page by page, all partitions at once. */
import type { Generation, Position } from '#contracts';
import type { ReadJournal, Views } from '#ports';
import type { Clock } from '../../clock.js';
import type { GenerationWriter } from '../generation-writer.js';

export interface LevellingParts {
  readonly journal: ReadJournal;
  readonly views: Pick<Views, 'writer'>;
  readonly clock: Clock;
}

export interface LevelPage {
  /** Entries of the journal. */
  readonly read: number;
  /** Whether the generation has all that the journal held when the page was asked for. */
  readonly isLevel: boolean;
  /** Where the journal ended then. */
  readonly head: Position;
}

/** How often a level generation is noted as such: it is as old as that when it begins to be served. */
const HEARD_EVERY_MS = 1000;
/** How often a level generation should get what has come since. */
export const LEVEL_EVERY_MS = 250;

export class Levelling {
  private readonly partitions: readonly number[];

  constructor(
    private readonly parts: LevellingParts,
    private readonly writer: GenerationWriter,
  ) {
    this.partitions = partitionsOf(writer.generation);
  }

  /** Call it, or {@link goOn}, once, first. */
  async begin(): Promise<void> {
    const { journal } = this.parts;
    await this.load();
    // who follows the generation once it is served begins no earlier
    this.writer.publishBeyond((await journal.head()).position);
  }

  /** Of a generation that was level: what comes is published. */
  async goOn(): Promise<void> {
    await this.load();
    this.writer.publishBeyond(this.writer.progress.least().position);
  }

  private async load(): Promise<void> {
    const { generation, progress } = this.writer;
    progress.moved(await this.parts.views.writer.progress(generation.number));
    this.writer.assign(this.partitions);
  }

  /** Rejects as the applier does. */
  async nextPage(): Promise<LevelPage> {
    const { journal, clock } = this.parts;
    const { progress, reader } = this.writer;
    const askedMs = clock.nowMs();
    const { position: head } = await journal.head();
    if (progress.least().position >= head) {
      const isDue = askedMs - progress.of(0).heardAtMs >= HEARD_EVERY_MS;
      if (isDue) await reader.level(this.partitions, askedMs);
      return { read: 0, isLevel: true, head };
    }
    const { entries } = await reader.page(this.partitions);
    return { read: entries, isLevel: progress.least().position >= head, head };
  }
}

function partitionsOf({ partitions }: Generation): readonly number[] {
  return Array.from({ length: partitions }, (_, partition) => partition);
}
