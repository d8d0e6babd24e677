/** Amending a quest (rule 22). */
import { encodeEntry, failed, type Outcome } from '#contracts';
import { decideAmend, evolveQuest, type AmendQuest, type QuestId, type QuestState } from '#domain';
import { append, decideInTurn, nothing } from '../deciding/decide-on.js';
import { holderOf } from '../holders.js';
import type { AmendedQuest, Caller, QuestAmendment, Unchanged } from '../ingest.js';
import { changedMeanwhile, problemOfRefusals } from '../problems.js';
import type { QuestParts } from './quest-parts.js';
import { questUnknown } from './quest-stream.js';

export function amendQuest(
  { known, queue, newId, now }: QuestParts,
  quest: QuestId,
  amendment: QuestAmendment,
  caller: Caller,
  unchanged?: Unchanged<QuestState>,
): Promise<Outcome<AmendedQuest>> {
  const command: AmendQuest = { kind: 'AmendQuest', quest, ...amendment, by: caller.principal, now: now() };
  return decideInTurn(queue, holderOf(caller), known.subject(quest), ({ state, position }) => {
    if (state === null) return failed(questUnknown(quest));
    if (unchanged?.(state) === false) return failed(changedMeanwhile(`quest ${quest}`));
    const decision = decideAmend(command, state);
    if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
    if (decision.value.length === 0) return nothing({ position, quest: state });
    const entries = decision.value.map((entry) => encodeEntry(entry, newId(), caller));
    const amended = decision.value.reduce((folded, entry) => evolveQuest(folded, entry) ?? folded, state);
    return append([entries], ({ position: at }) => ({ position: at, quest: amended }));
  });
}
