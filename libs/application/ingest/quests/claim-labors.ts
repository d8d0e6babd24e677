/**
 * Claiming (rule 18): a quest accepts hosts whose open labors of its type join it, then each host gets the entry that does it. The batch does not
 * enter its event type as one with events does (`embarking-types.ts`): no fate has to be in force for it, so a retirement beside it
 * changes nothing of it; and of a type that may be deleted no event ever came, so there is no labor to claim.
 */
import { failed, type Outcome } from '#contracts';
import { decideClaim, type ClaimFrom, type ClaimLabors, type HostName, type QuestId } from '#domain';
import { decideInTurn, nothing } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import { holderOf } from '../holders.js';
import type { Caller, EmbarkedHosts } from '../ingest.js';
import { problemOfRefusals } from '../problems.js';
import { accept, acceptedBefore, type Batch } from './acceptance.js';
import { distinctHosts } from './batch.js';
import { whenFree, whileEmbarking, whileEmbarkingAny, whileRemoving, type AcceptedQuest } from './busy.js';
import { embarkBatch } from './embark-batch.js';
import type { QuestParts } from './quest-parts.js';
import { questSubject, questUnknown, type QuestStream } from './quest-stream.js';

export async function claimLabors(
  parts: QuestParts,
  quest: QuestId,
  claim: { readonly hosts: readonly HostName[]; readonly from: ClaimFrom; readonly by: string | null },
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<EmbarkedHosts>> {
  const { journal, queue, now } = parts;
  const hosts = await distinctHosts(claim.hosts);
  const { from } = claim;
  const by = claim.by ?? caller.principal;
  const command: ClaimLabors = { kind: 'ClaimLabors', quest, hosts, from, by, now: now() };
  const busyOf = (stream: AcceptedQuest) => whileRemoving(stream) ?? whileEmbarking(stream);
  const batch = await whenFree({ known: parts.known, quest, busyOf }, () =>
    decideInTurn<QuestStream, Batch>(queue, holderOf(caller), questSubject(journal, quest, hosts), (stream) => {
      const { state, named } = stream;
      if (state === null) return failed(questUnknown(quest));
      const before = acceptedBefore(stream, quest, request);
      if (before !== undefined) return nothing(before);
      const busy = whileRemoving({ state }) ?? whileEmbarkingAny({ ...stream, state }, hosts);
      if (busy !== undefined) return failed(busy);
      const decision = decideClaim(command, state, named);
      if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
      const { type, creator } = state;
      const wanted = { quest, type, reporter: creator ?? by, by, claim: from, cause: caller, ...decision.value };
      return accept(parts, stream, request, wanted);
    }),
  );
  return batch.ok ? embarkBatch(parts, batch.value, caller) : batch;
}
