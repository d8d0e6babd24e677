/** From a batch's acceptance to its request's answer: embarked here and now, or left to the background. */
import { done, type Outcome } from '#contracts';
import { holderOf } from '../holders.js';
import { INLINE_HOSTS, type Caller, type EmbarkedHosts } from '../ingest.js';
import { reasonOf } from '../problems.js';
import type { AcceptedHosts, Batch } from './acceptance.js';
import type { EmbarkingEnd } from './embarker.js';
import type { QuestParts } from './quest-parts.js';

/** Up to {@link INLINE_HOSTS} hosts here and now; what this cannot bring to its end goes on in the background. */
export async function embarkBatch(parts: QuestParts, batch: Batch, caller: Caller): Promise<Outcome<EmbarkedHosts>> {
  if (batch.kind === 'settled') return done(batch.answer);
  const { quest, hosts, position: accepted, cause } = batch.batch;
  const answer = { id: quest, hosts: hosts.length };
  if (hosts.length <= INLINE_HOSTS) {
    const end = await embarkInline(parts, batch.batch, holderOf(caller));
    if (end !== undefined) {
      const { position, isAbandoned } = end;
      return done({ ...answer, position, state: isAbandoned ? 'abandoned' : 'open' });
    }
  }
  parts.wake(quest, cause.principal);
  return done({ ...answer, position: accepted, state: 'embarking' });
}

/** Undefined where a store failed: it was accepted and will go on. */
async function embarkInline(
  { embarker, inline, log }: QuestParts,
  accepted: AcceptedHosts,
  holder: string,
): Promise<EmbarkingEnd | undefined> {
  const { quest, batch } = accepted;
  inline.add(batch);
  try {
    return await embarker.embark(accepted, holder);
  } catch (error) {
    log.warn('a quest could not be embarked at once; it goes on in the background', { quest, reason: reasonOf(error) });
    return undefined;
  } finally {
    inline.delete(batch);
  }
}
