/** Embarking a quest (rules 17 to 19): decided, numbered, accepted durably, then embarked here or in the background. */
import { done, failed, type Outcome } from '#contracts';
import { decideEmbark, draftQuest } from '#domain';
import type { Catalogue, EmbarkDecision, EmbarkQuest, QuestId } from '#domain';
import { nothing, type Decided } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import { holderOf } from '../holders.js';
import type { Caller, EmbarkedHosts, QuestRequest } from '../ingest.js';
import { problemOfRefusals, unavailable } from '../problems.js';
import { acceptInTurn } from './accept-in-turn.js';
import { accept, acceptedBefore, batchOf, draftOf, type Batch } from './acceptance.js';
import { distinctHosts } from './batch.js';
import { embarkBatch } from './embark-batch.js';
import type { QuestParts } from './quest-parts.js';
import { questSubject, readQuest } from './quest-stream.js';
import { restriction } from './restriction.js';

type Decision = Outcome<Decided<Batch | undefined>>;

/** Numbers that may turn out to be other quests' before the numbering is held to be wrong. */
const MAX_NUMBERS = 5;

export async function embarkQuest(
  parts: QuestParts,
  { creator, hosts: named, claim, ...asked }: QuestRequest,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<EmbarkedHosts>> {
  const by = caller.principal;
  const hosts = await distinctHosts(named);
  const command: EmbarkQuest = {
    kind: 'EmbarkQuest',
    ...asked,
    claim: claim ?? null,
    hosts,
    creator: creator ?? by,
    by,
    now: parts.now(),
  };
  // what an earlier try has brought to acceptance is not judged again: the catalogue and the time have moved on
  const numbered = request.quest();
  const before = numbered && acceptedBefore(await readQuest(parts.journal, numbered), numbered, request);
  if (before !== undefined) return embarkBatch(parts, before, caller);
  // no number is spent on what is refused; by what is known here it may be taken, because it is decided again
  const known = decide(command, parts.timeline.latest.catalogue, caller);
  const decision = known.ok ? known : decide(command, (await parts.timeline.refresh()).catalogue, caller);
  if (!decision.ok) return decision;
  const batch = await acceptNumbered(parts, command, decision.value, caller, request);
  return batch.ok ? embarkBatch(parts, batch.value, caller) : batch;
}

function decide(command: EmbarkQuest, catalogue: Catalogue, caller: Caller): Outcome<EmbarkDecision> {
  const decision = decideEmbark(command, catalogue);
  if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
  if (command.claim !== null) return done(decision.value);
  const restricted = restriction(catalogue, decision.value.type, caller, 'type');
  return restricted === undefined ? done(decision.value) : failed(problemOfRefusals([restricted]));
}

/** One number for all tries of the request: a try that finds the request's own draft in the stream resumes from there. */
async function acceptNumbered(
  parts: QuestParts,
  command: EmbarkQuest,
  { type, hosts }: EmbarkDecision,
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<Batch>> {
  const { by, creator: reporter } = command;
  const claim = command.claim ?? undefined;
  let taken: QuestId | undefined;
  for (let nth = 1; nth <= MAX_NUMBERS; nth += 1) {
    const number = await questNumber(parts, request, holderOf(caller), taken);
    if (!number.ok) return number;
    const quest = number.value;
    const batch = await acceptInTurn(
      parts,
      { quest, batch: batchOf(request, quest) },
      questSubject(parts.journal, quest),
      caller,
      async (stream, enter): Promise<Decision> => {
        const { draft } = stream;
        if (draft !== undefined && draft !== draftOf(request)) return nothing(undefined);
        const before = acceptedBefore(stream, quest, request);
        if (before !== undefined) return nothing(before);
        // rule 10: from here on nobody retires it, so what the catalogue says now holds until acceptance
        const keptOut = command.claim === null ? await enter(type) : undefined;
        if (keptOut !== undefined) return failed(keptOut);
        const decided = decide(command, (await parts.timeline.refresh()).catalogue, caller);
        if (!decided.ok) return decided;
        const drafted = draft === undefined ? [draftQuest(command, quest, type)] : [];
        return accept(parts, stream, request, {
          quest,
          type,
          reporter,
          by,
          claim,
          cause: caller,
          hosts,
          before: drafted,
        });
      },
    );
    if (!batch.ok) return batch;
    if (batch.value !== undefined) return done(batch.value);
    taken = quest;
  }
  return failed(unavailable('the numbers that quests are given are in use already: look at the journal'));
}

/** The one that the request has; `taken` turned out to be that of another quest. */
async function questNumber(
  { numbers }: QuestParts,
  request: IngestRequest,
  holder: string,
  taken: QuestId | undefined,
): Promise<Outcome<QuestId>> {
  const own = request.quest();
  if (own !== undefined && own !== taken) return done(own);
  const next = await numbers.next(holder);
  if (!next.ok) return next;
  const reserved = await request.reserveQuest(next.value, taken);
  return reserved === undefined ? failed(unavailable('others keep trying the same: try again')) : done(reserved);
}
