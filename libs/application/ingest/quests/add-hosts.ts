/** Adding hosts to a quest (rule 22): those that are in already get no second event. */
import { done, failed, type Outcome } from '#contracts';
import { decideAddHosts, isStarting, type AddHosts, type HostName, type QuestId } from '#domain';
import { nothing, type Decided } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import type { Caller, EmbarkedHosts } from '../ingest.js';
import { problemOfRefusals } from '../problems.js';
import { acceptInTurn, type Enter } from './accept-in-turn.js';
import { accept, acceptedBefore, batchOf, placedBefore, type Batch } from './acceptance.js';
import { distinctHosts } from './batch.js';
import { whenFree, whileRemoving } from './busy.js';
import { embarkBatch } from './embark-batch.js';
import type { QuestParts } from './quest-parts.js';
import { questSubject, questUnknown, type QuestStream } from './quest-stream.js';
import { restriction } from './restriction.js';

export async function addQuestHosts(
  parts: QuestParts,
  quest: QuestId,
  named: readonly HostName[],
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<EmbarkedHosts>> {
  const hosts = await distinctHosts(named);
  const command: AddHosts = { kind: 'AddHosts', quest, hosts, by: caller.principal, now: parts.now() };
  const its = { starts: true };
  const batch = await whenFree({ known: parts.known, quest, busyOf: whileRemoving }, () =>
    acceptInTurn(
      parts,
      { quest, batch: batchOf(request, quest) },
      questSubject(parts.journal, quest, hosts),
      caller,
      (stream, enter) => decide(parts, command, stream, enter, caller, request, its),
    ),
  );
  if (!batch.ok) return batch;
  const embarked = await embarkBatch(parts, batch.value, caller);
  return embarked.ok && !its.starts ? done({ ...embarked.value, without: embarked.value.hosts }) : embarked;
}

/** `its` gets what is not in the batch: whether a fate started the type when it was accepted. */
async function decide(
  parts: QuestParts,
  command: AddHosts,
  stream: QuestStream,
  enter: Enter,
  caller: Caller,
  request: IngestRequest,
  its: { starts: boolean },
): Promise<Outcome<Decided<Batch>>> {
  const { quest, by } = command;
  const { state, position, named } = stream;
  if (state === null) return failed(questUnknown(quest));
  const [before, placed] = [acceptedBefore(stream, quest, request), placedBefore(stream, quest, request)];
  if (before !== undefined && placed !== undefined) {
    its.starts = isStarting(await parts.timeline.asOf(placed.position), state.type);
    return nothing(before);
  }
  const busy = whileRemoving({ state });
  if (busy !== undefined) return failed(busy);
  if (command.hosts.size > named.size) {
    const keptOut = await enter(state.type);
    if (keptOut !== undefined) return failed(keptOut);
  }
  const { catalogue } = await parts.timeline.refresh();
  const decision = decideAddHosts(command, state, named, catalogue);
  if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
  const { hosts, starts } = decision.value;
  if (hosts.length === 0) {
    const answer = { id: quest, hosts: 0, position, state: state.embarking.length > 0 ? 'embarking' : 'open' } as const;
    return nothing({ kind: 'settled', answer });
  }
  const { type, creator } = state;
  const restricted = restriction(catalogue, type, caller, '');
  if (restricted !== undefined) return failed(problemOfRefusals([restricted]));
  its.starts = starts;
  return accept(parts, stream, request, {
    quest,
    type,
    reporter: creator ?? by,
    by,
    claim: undefined,
    cause: caller,
    hosts,
  });
}
