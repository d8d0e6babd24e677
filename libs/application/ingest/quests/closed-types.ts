/** The event types that one change of the catalogue keeps quests out of while it is decided and stored. */
import type { Problem, Uuid } from '#contracts';
import type { TypeName } from '#domain';
import { unavailable } from '../problems.js';
import { FORGOTTEN_MS, type EmbarkingTypes } from './embarking-types.js';

/** After this long from the first closing the change is not stored: the rest is for writing it, with all its tries. */
const CLOSED_WITHIN_MS = FORGOTTEN_MS / 2;

export class ClosedTypes {
  private readonly closed = new Set<TypeName>();
  private sinceMs: number | undefined;

  /** `by`: a UUID of its own. */
  constructor(
    private readonly types: Pick<EmbarkingTypes, 'close' | 'open'>,
    private readonly by: Uuid,
    private readonly monotonicMs: () => number,
  ) {}

  /** One after the other, in the order given; may be called again, with others too. The reason where a quest is in one. */
  async close(types: readonly TypeName[]): Promise<Problem | undefined> {
    for (const type of types) {
      // before it is closed: nobody can have seen it earlier
      this.sinceMs ??= this.monotonicMs();
      // it may come to be closed also where that fails; opening one that is not ours changes nothing
      this.closed.add(type);
      const refusal = await this.types.close(type, this.by);
      if (refusal !== undefined) return refusal;
      if (this.monotonicMs() - this.sinceMs < CLOSED_WITHIN_MS) continue;
      const within = `${CLOSED_WITHIN_MS / 1000} seconds`;
      return unavailable(`keeping quests out of ${types.length} event types took more than ${within}: try again`);
    }
    return undefined;
  }

  async open(): Promise<void> {
    for (const type of this.closed) await this.types.open(type, this.by);
  }
}
