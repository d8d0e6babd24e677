/** Adopting labors into a quest (rule 15): its stream decides, then their hosts get the entries, here and now or in the background. */
import { done, encodeEntry, failed, maxPosition, type Outcome, type Position, type Uuid } from '#contracts';
import { decideAdopt, type AdoptLabors, type LaborId, type QuestId } from '#domain';
import { append, decideInTurn } from '../deciding/decide-on.js';
import { holderOf } from '../holders.js';
import type { Caller } from '../ingest.js';
import { problemOfFailure, problemOfRefusals, reasonOf } from '../problems.js';
import type { Adoption } from './adopter.js';
import type { QuestParts } from './quest-parts.js';
import { questUnknown } from './quest-stream.js';

/** What is adopted, and by whom. At most as many labors as one request may name. */
export interface LaborsToAdopt {
  readonly quest: QuestId;
  readonly labors: readonly LaborId[];
  readonly by: string | null;
  /** What the UUIDs of the hosts' entries are made of. */
  readonly request: Uuid;
}

/** Answers a position from which all of it is seen. What could not be carried out at once is decided all the same, and goes on. */
export async function adoptLabors(
  parts: QuestParts,
  { quest, labors, by, request }: LaborsToAdopt,
  caller: Caller,
): Promise<Outcome<Position>> {
  const { known, queue, adopter, inline, log, now } = parts;
  const adoption = parts.newId();
  const command: AdoptLabors = { kind: 'AdoptLabors', quest, adoption, request, labors, by, now: now() };
  inline.add(adoption);
  try {
    const decided = await decideInTurn(queue, holderOf(caller), known.subject(quest), ({ state, adoptions }) => {
      if (state === null) return failed(questUnknown(quest));
      const unfinished = adoptions.filter((each) => each.request === request && !each.isCarried);
      // another try of it was accepted before the end of the quest, which brings it to the hosts
      if (state.ending && unfinished.length > 0)
        return failed(problemOfFailure({ kind: 'unknown', reason: `quest ${quest} is being ended` }));
      const decision = decideAdopt(command, state);
      if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
      const entry = encodeEntry(decision.value, parts.newId(), caller);
      const before = adoptions.find((each) => each.request === request)?.since;
      const accepted = { quest, adoption, request, by, cause: caller };
      return append([[entry]], ({ position }): Adoption => ({ ...accepted, since: before ?? position }));
    });
    if (!decided.ok) return decided;
    const logged = await adopter.log(decided.value, labors, holderOf(caller));
    // where the quest was abandoned meanwhile, the end of its stream may stand before the hosts' entries
    return done(maxPosition(logged, await adopter.end(decided.value)));
  } catch (error) {
    const reason = reasonOf(error);
    log.warn('labors could not be adopted at once; it goes on in the background', { quest, reason });
    inline.delete(adoption);
    parts.wake(quest, caller.principal);
    return failed(problemOfFailure({ kind: 'unknown', reason }));
  } finally {
    inline.delete(adoption);
  }
}
