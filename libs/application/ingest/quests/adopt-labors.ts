/** Adopting labors into a quest (rule 15): its stream decides, then their hosts get the entries, here and now or in the background. */
import {
  decodeQuestEntry,
  done,
  encodeEntry,
  failed,
  maxPosition,
  questStream,
  type Outcome,
  type Position,
  type Uuid,
} from '#contracts';
import { decideAdopt, type AdoptLabors, type LaborId, type QuestId } from '#domain';
import { append, decideInTurn, nothing } from '../deciding/decide-on.js';
import { holderOf } from '../holders.js';
import type { Caller } from '../ingest.js';
import { overloaded, problemOfFailure, problemOfRefusals, reasonOf } from '../problems.js';
import type { Adoption } from './adopter.js';
import { whenFree, whileRemoving } from './busy.js';
import type { QuestParts } from './quest-parts.js';
import type { PlacedAdoption } from './placed.js';
import { questUnknown } from './quest-stream.js';

/** What is adopted, and by whom. At most as many labors as one request may name. */
export interface LaborsToAdopt {
  readonly quest: QuestId;
  readonly labors: readonly LaborId[];
  readonly by: string | null;
  /** What the UUIDs of the hosts' entries are made of. */
  readonly request: Uuid;
}

/** An acceptance whose labors must have their entries. */
interface Accepted {
  readonly adoption: Adoption;
  readonly labors: readonly LaborId[];
}

/**
 * Answers a position from which all of it is seen. What could not be carried out at once is decided all the same, and goes on: by
 * another try, too, which accepts nothing again.
 */
export async function adoptLabors(
  parts: QuestParts,
  { quest, labors, by, request }: LaborsToAdopt,
  caller: Caller,
): Promise<Outcome<Position>> {
  const { known, queue, adopter, inline, log, now } = parts;
  const holder = holderOf(caller);
  const adoption = parts.newId();
  const command: AdoptLabors = { kind: 'AdoptLabors', quest, adoption, request, labors, by, now: now() };
  const mine = new Set([adoption]);
  inline.add(adoption);
  try {
    const decided = await whenFree({ known, quest, busyOf: whileRemoving }, () =>
      decideInTurn(queue, holder, known.subject(quest), async ({ state, adoptions }) => {
        if (state === null) return failed(questUnknown(quest));
        const unfinished = adoptions.filter((each) => each.request === request && !each.isCarried);
        // another try of it was accepted before the end of the quest, which brings it to the hosts
        if (state.ending && unfinished.length > 0)
          return failed(problemOfFailure({ kind: 'unknown', reason: `quest ${quest} is being ended` }));
        const before = await acceptedWith(parts, { quest, labors }, unfinished);
        if (before !== undefined) return nothing(before);
        const busy = whileRemoving({ state });
        if (busy !== undefined) return failed(busy);
        const decision = decideAdopt(command, state);
        if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
        if (!adopter.hasRoom(labors, holder))
          return failed(
            overloaded('too many commands are waiting for the journal, or this token or address has its share of them'),
          );
        const entry = encodeEntry(decision.value, parts.newId(), caller);
        const since = adoptions.find((each) => each.request === request)?.since;
        const accepted = { quest, adoption, request, by, cause: caller };
        return append([[entry]], ({ position }): Accepted => ({
          adoption: { ...accepted, since: since ?? position },
          labors,
        }));
      }),
    );
    if (!decided.ok) return decided;
    const accepted = decided.value;
    mine.add(accepted.adoption.adoption);
    for (const each of mine) inline.add(each);
    const logged = await adopter.log(accepted.adoption, accepted.labors, holder);
    // where the quest was abandoned meanwhile, the end of its stream may stand before the hosts' entries
    return done(maxPosition(logged, await adopter.end(accepted.adoption)));
  } catch (error) {
    const reason = reasonOf(error);
    log.warn('labors could not be adopted at once; it goes on in the background', { quest, reason });
    for (const each of mine) inline.delete(each);
    parts.wake(quest, caller.principal);
    return failed(problemOfFailure({ kind: 'unknown', reason }));
  } finally {
    for (const each of mine) inline.delete(each);
  }
}

/** The one of these that has all the labors, and perhaps more. Rejects with StoreUnavailable. */
async function acceptedWith(
  { journal }: Pick<QuestParts, 'journal'>,
  { quest, labors }: Pick<LaborsToAdopt, 'quest' | 'labors'>,
  adoptions: readonly PlacedAdoption[],
): Promise<Accepted | undefined> {
  const stream = questStream(quest);
  for (const placed of adoptions) {
    const [page = []] = await journal.read([{ stream, direction: 'forwards', from: placed.revision, limit: 1 }]);
    const decoded = page[0] && decodeQuestEntry(page[0]);
    if (decoded?.ok !== true || decoded.entry.kind !== 'QuestLaborsAccepted') continue;
    const accepted = new Set(decoded.entry.labors);
    if (labors.every((labor) => accepted.has(labor)))
      return { adoption: { quest, ...placed }, labors: decoded.entry.labors };
  }
  return undefined;
}
