/**
 * Which generations there are and where the events lie, as this process last saw it. Looking costs no round trip of its
 * own: it is done beside the reads and writes that need it, and its result holds for a moment.
 */
import type { Connection } from './connection.js';
import {
  CONTROL_ID,
  EMPTY_CONTROL,
  isThere,
  requireGeneration,
  type ControlDocument,
  type Directory as Stored,
} from './control-document.js';
import { LAYOUT_VERSION } from './layout.js';

/** Writers trust a directory of this age; so a writer may write into a generation that another process dropped this long ago. */
const BELIEVED_MS = 1000;

export class Directory {
  private seen: { readonly stored: Stored; readonly atMs: number } | undefined;
  private epoch = 0;

  constructor(private readonly connection: Connection) {}

  /** As it is now. */
  async look(): Promise<Stored> {
    const { epoch, connection } = this;
    const control = connection.control<ControlDocument>();
    const found = await connection.run(() =>
      control.findOne<Stored>({ _id: CONTROL_ID }, { projection: { progress: 0 } }),
    );
    const stored = found ?? { ...EMPTY_CONTROL, _id: CONTROL_ID, layout: LAYOUT_VERSION };
    if (epoch === this.epoch) this.seen = { stored, atMs: performance.now() };
    return stored;
  }

  /** Looks now; throws GenerationGone where there is no such generation (any more). */
  async require(generation: number): Promise<void> {
    requireGeneration(await this.look(), generation);
  }

  /** The same from the cached result, if the generation was in it; another process may have made it since. */
  async confirm(generation: number): Promise<void> {
    const known = await this.recent();
    if (!isThere(known, generation)) await this.require(generation);
  }

  /** The list of events that a generation's folding fills: the same for as long as the generation exists. */
  async eventsOf(generation: number): Promise<number> {
    const known = this.seen?.stored;
    if (known !== undefined && isThere(known, generation)) return known.events;
    // made since then, by another process
    const stored = await this.look();
    requireGeneration(stored, generation);
    return stored.events;
  }

  /** The list of events to read from. */
  async events(): Promise<number> {
    return (await this.recent()).events;
  }

  /** After a change: nothing that was seen or is being looked at holds. */
  forget(): void {
    this.epoch += 1;
    this.seen = undefined;
  }

  private async recent(): Promise<Stored> {
    this.connection.requireOpen();
    const { seen } = this;
    return seen !== undefined && performance.now() - seen.atMs < BELIEVED_MS ? seen.stored : this.look();
  }
}
