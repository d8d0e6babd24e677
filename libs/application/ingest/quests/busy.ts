/**
 * What a quest does on hosts comes to them in the order decided (rule 22). Where two decisions may concern one host and their order
 * counts, the later one is not taken before the earlier one is with all its hosts: so whichever process carries it out, and however
 * late, the order on each host is that of the quest's stream.
 */
import type { Outcome, Problem } from '#contracts';
import type { HostName, QuestId, QuestState } from '#domain';
import { sleep } from '../../pauses.js';
import type { KnownQuests } from './known-quests.js';
import type { QuestStream } from './quest-stream.js';

/** What is small, or left by a crash, is soon carried out; for longer a request does not wait. */
const PATIENCE = { forMs: 2000, everyMs: 50 };

/** As its stream has it, once it is accepted. */
export type AcceptedQuest = QuestStream & { readonly state: QuestState };

/** Of a decision that puts hosts or labors into the quest. An abandoned one refuses it for ever. */
export function whileRemoving({ state }: Pick<AcceptedQuest, 'state'>): Problem | undefined {
  const { quest, removing, abandoned } = state;
  if (removing.length === 0 || abandoned !== null) return undefined;
  return busy(`hosts are being taken out of quest ${quest}`);
}

/** Of a decision that takes hosts out. */
export function whileAdopting({ state, batches }: Pick<AcceptedQuest, 'state' | 'batches'>): Problem | undefined {
  const { quest, adopting, abandoned } = state;
  const isClaiming = batches.some(({ claim, embarked }) => claim !== undefined && !embarked);
  if ((adopting.length === 0 && !isClaiming) || abandoned !== null) return undefined;
  return busy(`labors are on their way into quest ${quest}`);
}

/** Of a claim: an event of the quest that comes before it may open a labor, and behind it be counted on one that was claimed. */
export function whileEmbarking({ state, batches }: Pick<AcceptedQuest, 'state' | 'batches'>): Problem | undefined {
  const isAwaited = batches.some(({ claim, embarked }) => claim === undefined && !embarked);
  if (!isAwaited || state.abandoned !== null) return undefined;
  return busy(`hosts of quest ${state.quest} are still getting their events`);
}

/** As {@link whileEmbarking}, where one of these hosts is among them. */
export function whileEmbarkingAny(stream: AcceptedQuest, hosts: Iterable<HostName>): Problem | undefined {
  const problem = whileEmbarking(stream);
  if (problem === undefined) return undefined;
  const awaited = new Set(stream.batches.flatMap(({ batch, claim, embarked }) => (claim || embarked ? [] : [batch])));
  for (const host of hosts) if (awaited.has(stream.named.get(host) ?? '')) return problem;
  return undefined;
}

function busy(what: string): Problem {
  return { code: 'conflict', detail: `${what}: try again when that is done (GET /quests says so)` };
}

/** What a quest is looked at for while a request waits: without its hosts, which may be many. */
interface Awaited {
  readonly known: KnownQuests;
  readonly quest: QuestId;
  readonly busyOf: (stream: AcceptedQuest) => Problem | undefined;
}

/** Waits for a while where the quest is busy, and decides again once it is not. Rejects as loading the quest does. */
export async function whenFree<T>(
  { known, quest, busyOf }: Awaited,
  decide: () => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const endMs = performance.now() + PATIENCE.forMs;
  for (;;) {
    const outcome = await decide();
    if (outcome.ok || outcome.problem.code !== 'conflict') return outcome;
    let isBusy = true;
    while (isBusy) {
      if (performance.now() >= endMs) return outcome;
      await sleep(PATIENCE.everyMs);
      const stream = await known.read(quest);
      const { state } = stream;
      isBusy = state !== null && busyOf({ ...stream, state }) !== undefined;
    }
  }
}
