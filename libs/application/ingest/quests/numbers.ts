/** Numbers of quests: from 1, each given once; one may be lost with a request that failed. */
import { done, type Outcome } from '#contracts';
import { parseQuestId, type QuestId } from '#domain';
import type { Journal } from '#ports';
import { changeState } from '../deciding/change-state.js';
import { SerialQueue } from '../deciding/serial-queue.js';

const STATE = 'quest-numbers';
/** Requests that may wait for a number: one after another, they do not defeat each other's compare-and-set. */
const MAX_WAITING = 1000;

interface Numbers {
  readonly next: number;
}

export class QuestNumbers {
  private readonly queue = new SerialQueue({ maxSize: MAX_WAITING });

  constructor(private readonly journal: Journal) {}

  /** A number that nobody had before, in the turn of `holder`. Rejects with StoreUnavailable. */
  next(holder: string): Promise<Outcome<QuestId>> {
    return this.queue.run(STATE, holder, async () => {
      const { value } = await changeState<Numbers>(this.journal, STATE, (present) => ({
        next: (present?.next ?? 1) + 1,
      }));
      const given = (value?.next ?? 0) - 1;
      const quest = parseQuestId(given);
      if (quest === undefined) throw new Error(`the state "${STATE}" gives ${given}, which is no quest's number`);
      return done(quest);
    });
  }
}

/** From here on only numbers beyond `quest` are given: it and those before it came with an import. Rejects with StoreUnavailable. */
export async function giveNumbersBeyond(
  journal: Pick<Journal, 'readState' | 'writeState'>,
  quest: number,
): Promise<void> {
  await changeState<Numbers>(journal, STATE, (present) =>
    (present?.next ?? 1) > quest ? undefined : { next: quest + 1 },
  );
}
