/** Amending a quest (rule 22): decided on its stream, written at the revision decided upon. */
import { done, encodeEntry, failed, questStream, type Outcome } from '#contracts';
import { decideAmend, type AmendQuest, type QuestId } from '#domain';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import { writeExactly } from '../appending/exact-write.js';
import type { Caller, QuestAmendment, Written } from '../ingest.js';
import { problemOfFailure, problemOfRefusals } from '../problems.js';
import type { QuestParts } from './quest-parts.js';
import { readQuest } from './quest-stream.js';
import { questUnknown } from './unknown.js';

const MAX_DECISIONS = 10;
const PAUSES: Pauses = { firstMs: 5, longestMs: 200 };

export function amendQuest(
  parts: QuestParts,
  quest: QuestId,
  amendment: QuestAmendment,
  caller: Caller,
): Promise<Outcome<Written>> {
  const command: AmendQuest = { kind: 'AmendQuest', quest, ...amendment, by: caller.name, now: parts.now() };
  return parts.turns.take(questStream(quest), () => decideAndAmend(parts, command, caller.trace));
}

async function decideAndAmend(
  { journal, newId }: QuestParts,
  command: AmendQuest,
  trace: string | undefined,
): Promise<Outcome<Written>> {
  const { quest } = command;
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const { state, revision, position } = await readQuest(journal, quest);
    if (state === null) return failed(questUnknown(quest));
    const decision = decideAmend(command, state);
    if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
    if (decision.value.length === 0) return done({ position });
    const entries = decision.value.map((entry) => encodeEntry(entry, newId(), trace));
    const outcome = await writeExactly(journal, questStream(quest), revision, entries);
    if (outcome.kind === 'stored') return done({ position: outcome.position });
    if (outcome.kind !== 'conflict') return failed(problemOfFailure(outcome));
    await sleep(pauseMs(nth, PAUSES));
  }
  return failed(problemOfFailure({ kind: 'unavailable', reason: `others keep changing quest ${quest}` }));
}
