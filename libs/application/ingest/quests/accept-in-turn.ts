/**
 * Deciding whether a batch of hosts is accepted, in its quest's turn. The batch is in its event type from just before the
 * catalogue is asked until it is refused or embarked (rule 10).
 */
import { done, type Outcome, type Problem, type Uuid } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import { decideOn, mayBeStored, type Decided, type Subject } from '../deciding/decide-on.js';
import { holderOf } from '../holders.js';
import type { Caller } from '../ingest.js';
import type { Batch } from './acceptance.js';
import type { EnteredType } from './embarking-types.js';
import type { QuestParts } from './quest-parts.js';
import type { QuestStream } from './quest-stream.js';

/** Enters the batch into the type: the catalogue that is asked then holds until acceptance. The reason where it cannot. */
export type Enter = (type: TypeName) => Promise<Problem | undefined>;

export function acceptInTurn<T extends Batch | undefined>(
  { queue, types }: Pick<QuestParts, 'queue' | 'types'>,
  { quest, batch }: { readonly quest: QuestId; readonly batch: Uuid },
  subject: Subject<QuestStream>,
  caller: Caller,
  decide: (stream: QuestStream, enter: Enter) => Promise<Outcome<Decided<T>>>,
): Promise<Outcome<T>> {
  const holder = holderOf(caller);
  return queue.run(subject.stream, holder, async () => {
    const its: { entered?: EnteredType | undefined } = {};
    const enter: Enter = async (type) => {
      const entered = await types.enter({ type, quest, batch }, holder);
      if (!entered.ok) return entered.problem;
      its.entered = entered.value;
      return undefined;
    };
    const withdraw = (): void => {
      if (its.entered !== undefined) types.withdraw(its.entered);
      its.entered = undefined;
    };
    const decideEntered = async (stream: QuestStream): Promise<Outcome<Decided<T>>> => {
      // another writer came first: what was decided before is surely not stored
      withdraw();
      const decision = await decide(stream, enter);
      const { entered } = its;
      if (!decision.ok || decision.value.kind === 'nothing' || entered === undefined) return decision;
      return done({ ...decision.value, tooLate: () => types.tooLate(entered) });
    };
    // an acceptance that may still come to be stored keeps the batch in, until that is forgotten
    let mayCome = false;
    try {
      const outcome = await decideOn(subject, decideEntered);
      mayCome = outcome.ok ? outcome.value?.kind === 'accepted' : outcome.problem.code === 'outcome-unknown';
      return outcome;
    } catch (error) {
      mayCome = mayBeStored(error);
      throw error;
    } finally {
      if (!mayCome) withdraw();
    }
  });
}
