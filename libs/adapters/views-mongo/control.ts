/** Setting up, generations, progress as a whole: each command is one change of the control document. */
import type { Continued, Generation, PartitionProgress } from '#contracts';
import type { ViewsControl, ViewsIdentity } from '#ports';
import type { Collections } from './collections.js';
import type { Connection } from './connection.js';
import {
  activated,
  claimed,
  CONTROL_ID,
  created,
  dropped,
  emptied,
  generationsOf,
  loaded,
  pointerOf,
  repartitioned,
  type ControlDocument,
  type Decision,
  type Directory as Stored,
} from './control-document.js';
import type { Directory } from './directory.js';
import { unavailable } from './errors.js';

/** Commands are rare: this many lost races mean that something else is wrong. */
const MAX_TRIES = 20;

export class MongoControl implements ViewsControl {
  constructor(
    private readonly connection: Connection,
    private readonly directory: Directory,
    private readonly collections: Collections,
  ) {}

  async identity(): Promise<ViewsIdentity | undefined> {
    const { journal, eventsVersion } = await this.directory.look();
    return journal === null ? undefined : { journal, eventsVersion };
  }

  async claim(identity: ViewsIdentity): Promise<void> {
    await this.change((stored) => claimed(stored, identity));
  }

  async reset(): Promise<void> {
    await this.giveUp({ journal: null, eventsVersion: 0 });
  }

  async resetEvents(eventsVersion: number): Promise<void> {
    await this.giveUp({ eventsVersion });
  }

  async generations(): Promise<readonly Generation[]> {
    return generationsOf(await this.directory.look());
  }

  async current(documentsVersion: number): Promise<number | null> {
    return pointerOf(await this.directory.look(), documentsVersion)?.generation ?? null;
  }

  async createGeneration(of: Omit<Generation, 'number' | 'state'>): Promise<Generation> {
    return this.create(of, 'folding');
  }

  /** Makes the next generation, empty, in that state. */
  async create(of: Omit<Generation, 'number' | 'state'>, state: Generation['state']): Promise<Generation> {
    const generation = await this.change((stored) => created(stored, of, state));
    await this.collections.clear();
    await this.collections.makeGeneration(generation);
    return generation;
  }

  /** Everything of it is there up to this progress. */
  async loaded(generation: number, progress: readonly PartitionProgress[]): Promise<void> {
    await this.change((stored) => loaded(stored, generation, progress));
  }

  async activate(generation: number, continued?: Continued): Promise<'activated' | 'superseded'> {
    return this.change((stored) => activated(stored, generation, continued));
  }

  async dropGeneration(generation: number): Promise<void> {
    await this.change((stored) => dropped(stored, generation));
    await this.collections.clear();
  }

  async repartition(generation: number, progress: readonly PartitionProgress[], hashVersion: number): Promise<void> {
    await this.change((stored) => repartitioned(stored, generation, progress, hashVersion));
  }

  private async giveUp(of: { readonly journal?: null; readonly eventsVersion: number }): Promise<void> {
    const events = await this.change((stored) => emptied(stored, of));
    await this.collections.makeEvents(events);
    await this.collections.clear();
  }

  /** Decides on the document, and stores the decision if the document is unchanged; else decides again. */
  private async change<T>(decide: (stored: Stored) => Decision<T>): Promise<T> {
    const control = this.connection.control<ControlDocument>();
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const stored = await this.directory.look();
      const { change, answer } = decide(stored);
      if (change === null) return answer;
      const filter = { _id: CONTROL_ID, version: stored.version };
      const update = { ...change, $inc: { version: 1 } };
      const { matchedCount } = await this.connection.write(() => control.updateOne(filter, update));
      this.directory.forget();
      if (matchedCount > 0) return answer;
    }
    throw unavailable(`the control document was changed by others ${MAX_TRIES} times in a row`);
  }
}
