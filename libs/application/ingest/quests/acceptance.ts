/** Accepting a batch of hosts into a quest's stream: from then on it is embarked, whatever crashes (rule 19). */
import { done, failed, type Outcome, type Position, type Uuid } from '#contracts';
import type { HostName, QuestEntry, QuestId } from '#domain';
import { overloaded, problemOfFailure, reasonOf, unavailable } from '../problems.js';
import type { KeyedRequest } from '../requests/keyed-requests.js';
import { entriesOf, writeBatch } from './batch.js';
import { listBatch, MAX_LISTED, unlistBatch, type ListedBatch } from './listing.js';
import type { QuestParts } from './quest-parts.js';

/** A batch is not accepted later than this after it was listed: the list keeps it for longer than that. */
export const ACCEPT_WITHIN_MS = 30 * 60_000;

export interface Wanted {
  readonly quest: QuestId;
  readonly batch: Uuid;
  /** The stream's last revision. */
  readonly last: number;
  /** Entries that come before the batch's. */
  readonly before: readonly QuestEntry[];
  /** All that the batch is to have. */
  readonly hosts: readonly HostName[];
  /** Those that another try of the request has listed. */
  readonly listed: ReadonlySet<HostName>;
  readonly by: string | null;
  readonly trace: string | undefined;
  /** The request, where others may be trying the same. */
  readonly request: KeyedRequest | undefined;
}

export interface Acceptance {
  readonly batch: Uuid;
  readonly position: Position;
  /** Of the acceptance in the quest's stream; undefined: others may have written there since. */
  readonly revision: number | undefined;
}

/** `conflict`: surely not accepted by this try, something else stands in the stream after `last`. */
export async function accept(parts: QuestParts, wanted: Wanted): Promise<Outcome<Acceptance> | 'conflict'> {
  const { journal, clock, newId } = parts;
  const { quest, batch, hosts, listed: standing, by, trace, request } = wanted;
  const now = parts.now();
  const listed = { quest, batch, since: now };
  const listedAtMs = clock.nowMs();
  if (!(await listBatch(journal, listed))) {
    return failed(overloaded(`${MAX_LISTED} batches of hosts are being embarked already`));
  }
  const missing = entriesOf({ batch, hosts, listed: standing, by, now }, journal.maxAppendBytes);
  const { outcome, revision } = await writeBatch(journal, quest, wanted.last, [...wanted.before, ...missing], {
    idOf: (entry) => (request !== undefined && entry.kind === 'QuestDrafted' ? draftOf(request) : newId()),
    trace,
    mayAccept: () => clock.nowMs() - listedAtMs < ACCEPT_WITHIN_MS,
  });
  if (outcome.kind === 'stored') {
    await relist(parts, listed);
    return done({ batch, position: outcome.position, revision });
  }
  if (outcome.kind === 'unknown') return failed(problemOfFailure(outcome));
  // surely not accepted, unless another try is about to: it need not wait until the list forgets it
  if (request === undefined) await unlistBatch(journal, batch).catch(reasonOf);
  if (outcome.kind === 'conflict') return 'conflict';
  return failed(
    outcome.kind === 'too-large'
      ? problemOfFailure(outcome)
      : unavailable(`no host was embarked (${outcome.reason}): try again`),
  );
}

/** The UUID of the draft that the request writes: by it any try knows the quest for its own. */
export function draftOf(request: KeyedRequest): Uuid {
  return request.uuid('draft');
}

/** The UUID of the request's batch in the quest. */
export function batchOf(request: KeyedRequest, quest: QuestId): Uuid {
  return request.uuid(`batch ${quest}`);
}

/** An accepted batch stands in the list, unless this process slept for long since it was put there; then it must be there again. */
export async function relist({ journal, log }: QuestParts, listed: ListedBatch): Promise<void> {
  await listBatch(journal, listed).catch((error: unknown) => {
    log.warn('an accepted batch could not be looked for in the list', {
      quest: listed.quest,
      reason: reasonOf(error),
    });
  });
}
