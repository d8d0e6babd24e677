/** From a batch's acceptance to its request's answer: embarked here and now, or going on in the background. */
import { done, type Outcome, type Position } from '#contracts';
import { INLINE_HOSTS, type EmbarkedHosts } from '../ingest.js';
import { reasonOf } from '../problems.js';
import { relist, type Acceptance } from './acceptance.js';
import { CHUNK_HOSTS, type AcceptedHosts, type Embarker } from './embarker.js';
import { unlistBatch } from './listing.js';
import type { QuestParts } from './quest-parts.js';
import type { PlacedBatch, QuestStream } from './quest-stream.js';

interface Accepted extends Omit<AcceptedHosts, 'batch' | 'type' | 'accepted'> {
  readonly type: Parameters<Embarker['typeAt']>[0];
}

/** Up to {@link INLINE_HOSTS} hosts here and now; what this cannot bring to its end goes on in the background. */
export async function carryOut(
  parts: QuestParts,
  acceptance: Acceptance,
  hosts: Accepted,
): Promise<Outcome<EmbarkedHosts>> {
  const answer = { id: hosts.quest, hosts: hosts.hosts.length };
  if (hosts.hosts.length <= INLINE_HOSTS) {
    const position = await embarkInline(parts, acceptance, hosts);
    if (position !== undefined) return done({ ...answer, position, state: 'open' });
  }
  parts.wake();
  return done({ ...answer, position: acceptance.position, state: 'embarking' });
}

/** Of a batch that an earlier try of the request, or another at the same time, has brought to acceptance. */
export async function carryOn(
  parts: QuestParts,
  { state, position }: QuestStream,
  placed: PlacedBatch,
): Promise<Outcome<EmbarkedHosts>> {
  if (state === null) throw new TypeError('a quest with a batch was never accepted');
  const { quest } = state;
  const { batch, hosts, by, trace } = placed;
  if (placed.embarked) return done({ id: quest, hosts: hosts.length, position, state: 'open' });
  await relist(parts, { quest, batch, since: parts.now() });
  const acceptance = { batch, position: placed.position, revision: undefined };
  return carryOut(parts, acceptance, { type: state.type, by: state.creator ?? by, quest, hosts, trace });
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
