/** Abandoning a quest (rule 22): its stream decides, then its hosts get its end, here and now or in the background. */
import { done, encodeEntry, failed, type Outcome, type Position } from '#contracts';
import { decideAbandon, type AbandonQuest, type QuestId } from '#domain';
import { append, decideInTurn, nothing } from '../deciding/decide-on.js';
import type { IngestRequest } from '../deciding/request.js';
import { holderOf } from '../holders.js';
import { INLINE_HOSTS, type AbandonedQuest, type Caller } from '../ingest.js';
import { problemOfRefusals, reasonOf } from '../problems.js';
import { BatchHosts } from './batch-hosts.js';
import { endingOf, type EndingQuest } from './ender.js';
import type { QuestParts } from './quest-parts.js';
import { questUnknown } from './quest-stream.js';
import { CHUNK_HOSTS } from './quest-turns.js';

/** Of a quest with more entries the hosts are left to the background: each listing is a read of its own. */
const INLINE_ENTRIES = 300;

export async function abandonQuest(
  parts: QuestParts,
  quest: QuestId,
  { by, reason }: { readonly by: string | null; readonly reason: string },
  caller: Caller,
  request: IngestRequest,
): Promise<Outcome<AbandonedQuest>> {
  const { known, queue, now } = parts;
  const command: AbandonQuest = { kind: 'AbandonQuest', quest, by: by ?? caller.principal, reason, now: now() };
  const id = request.uuid('abandon');
  const decided = await decideInTurn(queue, holderOf(caller), known.subject(quest), (stream) => {
    const { state, position, abandonment } = stream;
    if (state === null) return failed(questUnknown(quest));
    // by another try of the request
    if (abandonment?.id === id) return nothing(position);
    const decision = decideAbandon(command, state);
    if (!decision.ok) return failed(problemOfRefusals(decision.refusals));
    return append([[encodeEntry(decision.value, id, caller)]], (appended) => appended.position);
  });
  if (!decided.ok) return decided;
  const stream = await known.read(quest);
  const answer = { id: quest, hosts: stream.state?.hosts ?? 0 };
  const ending = endingOf(stream);
  if (ending === undefined) return done({ ...answer, position: stream.position, isEnded: true });
  const { from, to } = ending.listed;
  // what was taken out before leaves before the end, which comes to all that its batches list
  const isFree = stream.removals.every(({ isCarried }) => isCarried);
  const { hostsListed, laborsAccepted } = stream;
  const isSmall = isFree && hostsListed + laborsAccepted <= INLINE_HOSTS && to - from <= INLINE_ENTRIES;
  const position = isSmall ? await endInline(parts, ending, holderOf(caller)) : undefined;
  if (position !== undefined) return done({ ...answer, position, isEnded: true });
  parts.wake(quest, ending.cause.principal);
  return done({ ...answer, position: decided.value, isEnded: false });
}

/** The position from which all of it is seen; undefined where a store failed: it is decided and will go on. */
async function endInline(
  { journal, ender, log }: QuestParts,
  ending: EndingQuest,
  holder: string,
): Promise<Position | undefined> {
  const { quest } = ending;
  try {
    await new BatchHosts(journal, ending.listed).each(CHUNK_HOSTS, (some) => ender.log(ending, some, holder));
    return await ender.end(ending);
  } catch (error) {
    log.warn('a quest could not be ended at once; it goes on in the background', { quest, reason: reasonOf(error) });
    return undefined;
  }
}
