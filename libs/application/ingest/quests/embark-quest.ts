/** Embarking a quest and adding hosts to one (rules 17, 19, 22): decided, accepted durably, then carried out here or in the background. */
import { done, failed, questStream, type Outcome, type Position, type Uuid } from '#contracts';
import {
  decideAddHosts,
  decideEmbark,
  draftQuest,
  findEventType,
  type AddHosts,
  type Catalogue,
  type EmbarkQuest,
  type HostName,
  type Instant,
  type QuestEntry,
  type QuestId,
  type Refusal,
  type TypeReference,
} from '#domain';
import type { Journal } from '#ports';
import { pauseMs, sleep, type Pauses } from '../../pauses.js';
import type { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { INLINE_HOSTS, type Caller, type EmbarkedHosts, type QuestRequest } from '../ingest.js';
import { restrictedRefusal } from '../log-events.js';
import { overloaded, problemOfFailure, problemOfRefusals, reasonOf, unavailable } from '../problems.js';
import type { Turns } from '../turns.js';
import { entriesOf, writeBatch } from './batch.js';
import { CHUNK_HOSTS, type AcceptedHosts, type Embarker } from './embarker.js';
import { listBatch, MAX_LISTED, unlistBatch } from './listing.js';
import { nextQuestNumber } from './numbers.js';
import { readQuest } from './quest-stream.js';
import { questUnknown } from './unknown.js';

export interface QuestParts {
  readonly journal: Journal;
  readonly timeline: CatalogueTimeline;
  readonly embarker: Embarker;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => Uuid;
  readonly now: () => Instant;
  /** Batches that a request of this process is embarking: the background leaves them to it. */
  readonly inline: Set<Uuid>;
  /** Lets the background begin at once. */
  readonly wake: () => void;
}

/** A batch is not accepted later than this after it was listed: the list keeps it for longer than that. */
export const ACCEPT_WITHIN_MS = 30 * 60_000;
const MAX_DECISIONS = 5;
const PAUSES: Pauses = { firstMs: 10, longestMs: 300 };

export async function embarkQuest(
  parts: QuestParts,
  request: QuestRequest,
  caller: Caller,
): Promise<Outcome<EmbarkedHosts>> {
  const { timeline, journal, now } = parts;
  const command: EmbarkQuest = {
    kind: 'EmbarkQuest',
    ...request,
    creator: request.creator ?? caller.name,
    by: caller.name,
    now: now(),
  };
  const { catalogue } = await timeline.refresh();
  const decision = decideEmbark(command, catalogue);
  if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
  const { type, hosts } = decision.value;
  const restricted = restriction(catalogue, type, caller, 'type');
  if (restricted !== undefined) return failed(problemOfRefusals([restricted]));
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const quest = await nextQuestNumber(journal);
    const draft = draftQuest(command, quest, type);
    const accepted = await accept(parts, {
      quest,
      last: -1,
      before: [draft],
      hosts,
      by: caller.name,
      trace: caller.trace,
    });
    // a number in use: the numbering was set back
    if (accepted === 'conflict') continue;
    if (!accepted.ok) return accepted;
    return carryOut(parts, accepted.value, {
      type,
      by: command.creator ?? caller.name,
      quest,
      hosts,
      trace: caller.trace,
    });
  }
  return failed(unavailable('the numbers that quests are given are in use already: look at the journal'));
}

export function addQuestHosts(
  parts: QuestParts,
  quest: QuestId,
  hosts: readonly HostName[],
  caller: Caller,
): Promise<Outcome<EmbarkedHosts>> {
  const command: AddHosts = { kind: 'AddHosts', quest, hosts, by: caller.name, now: parts.now() };
  return parts.turns.take(questStream(quest), () => decideAndAdd(parts, command, caller));
}

async function decideAndAdd(parts: QuestParts, command: AddHosts, caller: Caller): Promise<Outcome<EmbarkedHosts>> {
  const { journal, timeline } = parts;
  const { quest, by } = command;
  for (let nth = 1; nth <= MAX_DECISIONS; nth += 1) {
    const { state, revision, position, batches } = await readQuest(journal, quest);
    if (state === null) return failed(questUnknown(quest));
    const { catalogue } = await timeline.refresh();
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
    const accepted = await accept(parts, { quest, last: revision, before: [], hosts, by, trace: caller.trace });
    if (accepted === 'conflict') {
      await sleep(pauseMs(nth, PAUSES));
      continue;
    }
    if (!accepted.ok) return accepted;
    return carryOut(parts, accepted.value, {
      type: state.type,
      by: state.creator ?? by,
      quest,
      hosts,
      trace: caller.trace,
    });
  }
  return failed(problemOfFailure({ kind: 'unavailable', reason: `others keep changing quest ${quest}` }));
}

function restriction(
  catalogue: Catalogue,
  reference: TypeReference,
  caller: Caller,
  path: string,
): Refusal | undefined {
  const type = findEventType(catalogue, reference);
  return type?.restricted === true && !caller.mayReportRestricted ? { ...restrictedRefusal(type), path } : undefined;
}

interface Wanted {
  readonly quest: QuestId;
  /** The stream's last revision. */
  readonly last: number;
  /** Entries that come before the batch's. */
  readonly before: readonly QuestEntry[];
  readonly hosts: readonly HostName[];
  readonly by: string | null;
  readonly trace: string | undefined;
}

interface Acceptance {
  readonly batch: Uuid;
  readonly position: Position;
  /** Of the acceptance in the quest's stream. */
  readonly revision: number;
}

/** From here on the batch is embarked, whatever crashes. */
async function accept(parts: QuestParts, wanted: Wanted): Promise<Outcome<Acceptance> | 'conflict'> {
  const { journal, clock, newId } = parts;
  const { quest, hosts, by, trace } = wanted;
  const batch = newId();
  const now = parts.now();
  const listed = { quest, batch, since: now };
  const listedAtMs = clock.nowMs();
  if (!(await listBatch(journal, listed))) {
    return failed(overloaded(`${MAX_LISTED} batches of hosts are being embarked already`));
  }
  const entries = [...wanted.before, ...entriesOf({ batch, hosts, by, now }, journal.maxAppendBytes)];
  const { outcome, revision } = await writeBatch(journal, quest, wanted.last, entries, {
    newId,
    trace,
    mayAccept: () => clock.nowMs() - listedAtMs < ACCEPT_WITHIN_MS,
  });
  if (outcome.kind === 'stored') {
    // it stood there when it was accepted, unless this process slept for long; then it must be there again
    await listBatch(journal, listed).catch((error: unknown) => {
      parts.log.warn('an accepted batch could not be looked for in the list', { quest, reason: reasonOf(error) });
    });
    return done({ batch, position: outcome.position, revision });
  }
  if (outcome.kind === 'unknown') return failed(problemOfFailure(outcome));
  // surely not accepted: it need not wait until the list forgets it
  await unlistBatch(journal, batch).catch(reasonOf);
  if (outcome.kind === 'conflict') return 'conflict';
  return failed(
    outcome.kind === 'too-large'
      ? problemOfFailure(outcome)
      : unavailable(`no host was embarked (${outcome.reason}): try again`),
  );
}

interface Accepted extends Omit<AcceptedHosts, 'batch' | 'type' | 'accepted'> {
  readonly type: Parameters<Embarker['typeAt']>[0];
}

/** Up to {@link INLINE_HOSTS} hosts here and now; what this cannot bring to its end goes on in the background. */
async function carryOut(parts: QuestParts, acceptance: Acceptance, hosts: Accepted): Promise<Outcome<EmbarkedHosts>> {
  const answer = { id: hosts.quest, hosts: hosts.hosts.length };
  if (hosts.hosts.length <= INLINE_HOSTS) {
    const position = await embarkInline(parts, acceptance, hosts);
    if (position !== undefined) return done({ ...answer, position, state: 'open' });
  }
  parts.wake();
  return done({ ...answer, position: acceptance.position, state: 'embarking' });
}

/** The position of the batch's end, or undefined where a store failed: it was accepted and will go on. */
async function embarkInline(
  { embarker, journal, inline, log }: QuestParts,
  { batch, position, revision }: Acceptance,
  hosts: Accepted,
): Promise<Position | undefined> {
  const { quest, by } = hosts;
  inline.add(batch);
  try {
    const type = await embarker.typeAt(hosts.type, position);
    const accepted: AcceptedHosts = { ...hosts, type, batch, accepted: position };
    for (let first = 0; first < hosts.hosts.length; first += CHUNK_HOSTS) await embarker.logChunk(accepted, first);
    const end = await embarker.end(accepted, by, revision);
    await unlistBatch(journal, batch).catch(reasonOf);
    return end;
  } catch (error) {
    log.warn('a quest could not be embarked at once; it goes on in the background', { quest, reason: reasonOf(error) });
    return undefined;
  } finally {
    inline.delete(batch);
  }
}
