/** Embarking a quest (rules 17, 19): decided, numbered, accepted durably, then carried out here or in the background. */
import { failed, type Outcome } from '#contracts';
import { decideEmbark, draftQuest, type EmbarkDecision, type EmbarkQuest, type QuestId } from '#domain';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import type { Caller, EmbarkedHosts, QuestRequest } from '../ingest.js';
import { problemOfRefusals, unavailable } from '../problems.js';
import type { KeyedRequest } from '../requests/keyed-requests.js';
import { accept, batchOf, draftOf } from './acceptance.js';
import { carryOn, carryOut } from './carry-out.js';
import { nextQuestNumber } from './numbers.js';
import type { QuestParts } from './quest-parts.js';
import { readQuest } from './quest-stream.js';
import { restriction } from './restriction.js';

const MAX_DECISIONS = 5;
const PAUSES: Pauses = { firstMs: 10, longestMs: 300 };
const NOBODY: ReadonlySet<never> = new Set();

export async function embarkQuest(
  parts: QuestParts,
  { creator, ...asked }: QuestRequest,
  caller: Caller,
  request: KeyedRequest | undefined,
): Promise<Outcome<EmbarkedHosts>> {
  const by = caller.name;
  const command: EmbarkQuest = { kind: 'EmbarkQuest', ...asked, creator: creator ?? by, by, now: parts.now() };
  // what an earlier try has brought to acceptance is not judged again: the catalogue and the time have moved on
  const found = request && (await carryOnWith(parts, request));
  if (found !== undefined) return found;
  const { catalogue } = await parts.timeline.refresh();
  const decision = decideEmbark(command, catalogue);
  if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
  const restricted = restriction(catalogue, decision.value.type, caller, 'type');
  if (restricted !== undefined) return failed(problemOfRefusals([restricted]));
  return request === undefined
    ? embark(parts, command, decision.value, caller)
    : embarkOnce(parts, command, decision.value, caller, request);
}

async function embark(
  parts: QuestParts,
  command: EmbarkQuest,
  { type, hosts }: EmbarkDecision,
  { name, trace }: Caller,
): Promise<Outcome<EmbarkedHosts>> {
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const quest = await nextQuestNumber(parts.journal);
    const accepted = await accept(parts, {
      ...{ quest, batch: parts.newId(), last: -1, before: [draftQuest(command, quest, type)] },
      ...{ hosts, listed: NOBODY, by: name, trace, request: undefined },
    });
    // a number in use: the numbering was set back
    if (accepted === 'conflict') continue;
    if (!accepted.ok) return accepted;
    return carryOut(parts, accepted.value, { type, by: command.creator ?? name, quest, hosts, trace });
  }
  return failed(IN_USE);
}

const IN_USE = unavailable('the numbers that quests are given are in use already: look at the journal');

/**
 * Others may be trying the same, or have died over it: one number for all of them, and whoever finds something in its
 * stream goes on from there.
 */
async function embarkOnce(
  parts: QuestParts,
  command: EmbarkQuest,
  { type, hosts }: EmbarkDecision,
  { name, trace }: Caller,
  request: KeyedRequest,
): Promise<Outcome<EmbarkedHosts>> {
  let taken: QuestId | undefined;
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const quest = await questNumber(parts, request, taken);
    if (quest === undefined) break;
    const stream = await readQuest(parts.journal, quest);
    if (stream.draft !== undefined && stream.draft !== draftOf(request)) {
      taken = quest;
      continue;
    }
    const batch = batchOf(request, quest);
    const placed = stream.batches.find((each) => each.batch === batch);
    if (placed !== undefined) return carryOn(parts, stream, placed);
    const accepted = await accept(parts, {
      ...{ quest, batch, last: stream.revision, hosts, listed: stream.listed(batch), by: name, trace, request },
      before: stream.draft === undefined ? [draftQuest(command, quest, type)] : [],
    });
    if (accepted === 'conflict') {
      await sleep(pauseMs(nth, PAUSES));
      continue;
    }
    if (!accepted.ok) return accepted;
    return carryOut(parts, accepted.value, { type, by: command.creator ?? name, quest, hosts, trace });
  }
  return failed(taken === undefined ? unavailable('others keep trying the same: try again') : IN_USE);
}

/** The one that the request has; `taken` turned out to be that of another quest. Undefined: another try is done. */
async function questNumber(
  { journal }: QuestParts,
  request: KeyedRequest,
  taken: QuestId | undefined,
): Promise<QuestId | undefined> {
  const quest = request.quest();
  if (quest !== undefined && quest !== taken) return quest;
  return request.reserveQuest(await nextQuestNumber(journal), taken);
}

/** The answer where the request's quest was accepted before; undefined where it was not. */
async function carryOnWith(parts: QuestParts, request: KeyedRequest): Promise<Outcome<EmbarkedHosts> | undefined> {
  const quest = request.quest();
  if (quest === undefined) return undefined;
  const stream = await readQuest(parts.journal, quest);
  const placed = stream.batches.find(({ batch }) => batch === batchOf(request, quest));
  return placed && carryOn(parts, stream, placed);
}
