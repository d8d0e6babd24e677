/** Adding hosts to a quest (rule 22): those that are in already get no second event. */
import { done, failed, questStream, type Outcome } from '#contracts';
import { decideAddHosts, type AddHosts, type HostName, type QuestId } from '#domain';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import type { Caller, EmbarkedHosts } from '../ingest.js';
import { problemOfFailure, problemOfRefusals } from '../problems.js';
import type { KeyedRequest } from '../requests/keyed-requests.js';
import { accept, batchOf } from './acceptance.js';
import { carryOn, carryOut } from './carry-out.js';
import type { QuestParts } from './quest-parts.js';
import { readQuest, type QuestStream } from './quest-stream.js';
import { restriction } from './restriction.js';
import { questUnknown } from './unknown.js';

const MAX_DECISIONS = 5;
const PAUSES: Pauses = { firstMs: 10, longestMs: 300 };

export function addQuestHosts(
  parts: QuestParts,
  quest: QuestId,
  hosts: readonly HostName[],
  caller: Caller,
  request: KeyedRequest | undefined,
): Promise<Outcome<EmbarkedHosts>> {
  const command: AddHosts = { kind: 'AddHosts', quest, hosts, by: caller.name, now: parts.now() };
  return parts.turns.take(questStream(quest), () => add(parts, command, caller, request));
}

async function add(
  parts: QuestParts,
  command: AddHosts,
  caller: Caller,
  request: KeyedRequest | undefined,
): Promise<Outcome<EmbarkedHosts>> {
  const { quest } = command;
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const stream = await readQuest(parts.journal, quest);
    const placed = request && stream.batches.find(({ batch }) => batch === batchOf(request, quest));
    if (placed !== undefined) return carryOn(parts, stream, placed);
    const outcome = await decideAndAdd(parts, command, stream, caller, request);
    if (outcome !== 'conflict') return outcome;
    await sleep(pauseMs(nth, PAUSES));
  }
  return failed(problemOfFailure({ kind: 'unavailable', reason: `others keep changing quest ${quest}` }));
}

async function decideAndAdd(
  parts: QuestParts,
  command: AddHosts,
  stream: QuestStream,
  caller: Caller,
  request: KeyedRequest | undefined,
): Promise<Outcome<EmbarkedHosts> | 'conflict'> {
  const { quest, by } = command;
  const { state, revision, position, batches } = stream;
  if (state === null) return failed(questUnknown(quest));
  const { catalogue } = await parts.timeline.refresh();
  const present = new Set<HostName>();
  for (const batch of batches) for (const host of batch.hosts) present.add(host);
  const decision = decideAddHosts(command, state, present, catalogue);
  if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
  const { hosts } = decision.value;
  if (hosts.length === 0) {
    return done({ id: quest, hosts: 0, position, state: state.embarking.length > 0 ? 'embarking' : 'open' });
  }
  const restricted = restriction(catalogue, state.type, caller, '');
  if (restricted !== undefined) return failed(problemOfRefusals([restricted]));
  const batch = request === undefined ? parts.newId() : batchOf(request, quest);
  const { trace } = caller;
  const accepted = await accept(parts, {
    ...{ quest, batch, hosts, by, trace, request, last: revision, before: [] },
    listed: stream.listed(batch),
  });
  if (accepted === 'conflict' || !accepted.ok) return accepted;
  return carryOut(parts, accepted.value, { type: state.type, by: state.creator ?? by, quest, hosts, trace });
}
