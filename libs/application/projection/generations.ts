/** Which generation a projector writes: the one served where it is of this layout and fold, else one that is rebuilt (P7, J6). */
import {
  DOCUMENTS_VERSION,
  EVENTS_VERSION,
  PARTITION_HASH_VERSION,
  START,
  type Generation,
  type PartitionProgress,
} from '#contracts';
import { FOLD_VERSION } from '#domain';
import type { ReadJournal, Views } from '#ports';
import { instantNow, type Clock } from '../clock.js';
import type { Log } from '../log.js';
import { StartRefused } from '../start-refused.js';
import { Progress } from './progress.js';

export interface GenerationParts {
  readonly journal: ReadJournal;
  readonly views: Views;
  readonly clock: Clock;
  readonly log: Log;
  readonly partitions: number;
}

/**
 * - `served`: of this layout and fold, under the present partitions: to be followed.
 * - `later`: the served generation, or the list of events, is of a later version of Hermes, which this one must not replace.
 * - `none`: one has to be made, or changed; only one process should, so it takes the lease first.
 */
export type Standing =
  | { readonly kind: 'served'; readonly generation: Generation }
  | { readonly kind: 'later'; readonly what: string }
  | { readonly kind: 'none' };

/**
 * Makes sure that the views are of this journal, and that it was not set back behind them. Throws {@link StartRefused}
 * where they are another's; with `rebuild` they are emptied instead, whatever they hold.
 */
export async function requireOwnViews({ journal, views }: GenerationParts, rebuild: boolean): Promise<void> {
  const { control, writer } = views;
  if (rebuild) await control.reset();
  const identity = await control.identity();
  if (identity === undefined) {
    await control.claim({ journal: journal.identity, eventsVersion: EVENTS_VERSION });
    return;
  }
  if (identity.journal !== journal.identity) {
    throw new StartRefused(
      `the views are of journal ${identity.journal}, this is journal ${journal.identity}: ` +
        'name the folder that belongs together, or start once with --rebuild',
    );
  }
  // that of a later build is left to its projectors
  if (identity.eventsVersion < EVENTS_VERSION) await control.resetEvents(EVENTS_VERSION);
  for (const { number } of (await control.generations()).filter(isUsable)) {
    await requireProgressOf(journal, await writer.progress(number));
  }
}

export async function standingOf({ views, partitions }: GenerationParts): Promise<Standing> {
  const events = (await views.control.identity())?.eventsVersion ?? EVENTS_VERSION;
  if (events > EVENTS_VERSION) return { kind: 'later', what: `list of events ${events}` };
  const current = await views.control.current(DOCUMENTS_VERSION);
  if (current === null) return { kind: 'none' };
  const generation = (await views.control.generations()).find(({ number }) => number === current);
  if (generation === undefined || generation.foldVersion < FOLD_VERSION) return { kind: 'none' };
  if (generation.foldVersion > FOLD_VERSION) return { kind: 'later', what: `fold ${generation.foldVersion}` };
  const { hashVersion } = generation;
  if (generation.partitions !== partitions || hashVersion !== PARTITION_HASH_VERSION) return { kind: 'none' };
  return { kind: 'served', generation };
}

/**
 * The generation to bring up to date and to serve: the one served where only its partitions have changed, one whose
 * rebuild was begun, or a new one. Call it under the lease.
 */
export async function pickGeneration(parts: GenerationParts): Promise<Generation> {
  const { served } = await generationsToWrite(parts);
  return served === undefined ? begunOrNew(parts) : repartitioned(parts, served);
}

/** The generation whose rebuild was begun, not loading any more, or a new one. Call it under the lease. */
export async function begunOrNew(parts: GenerationParts): Promise<Generation> {
  const { views, clock, partitions, log } = parts;
  const { begun } = await generationsToWrite(parts);
  if (begun !== undefined) {
    log.info('the rebuild of the views is resumed', { generation: begun.number });
    return repartitioned(parts, begun);
  }
  const made = await views.control.createGeneration({
    documentsVersion: DOCUMENTS_VERSION,
    foldVersion: FOLD_VERSION,
    partitions,
    hashVersion: PARTITION_HASH_VERSION,
    createdAt: instantNow(clock),
  });
  log.info('the views are being rebuilt from the journal', { generation: made.number });
  return made;
}

/** The one served, and one whose rebuild was begun; neither is loading. */
export async function generationsToWrite({
  views: { control },
}: GenerationParts): Promise<{ readonly served: Generation | undefined; readonly begun: Generation | undefined }> {
  const usable = (await control.generations()).filter(isUsable);
  const current = await control.current(DOCUMENTS_VERSION);
  const served = usable.find(({ number }) => number === current);
  return { served, begun: usable.findLast(({ state, number }) => state === 'folding' && number !== current) };
}

/** One that is loading is there for its loader alone. */
export function isUsable({ documentsVersion, foldVersion, state }: Generation): boolean {
  return documentsVersion === DOCUMENTS_VERSION && foldVersion === FOLD_VERSION && state !== 'loading';
}

/** J6: the entry at the greatest progress must be the one that was there. */
async function requireProgressOf(journal: ReadJournal, stored: readonly PartitionProgress[]): Promise<void> {
  const greatest = stored.reduce<PartitionProgress | undefined>(
    (most, each) => (most === undefined || each.position > most.position ? each : most),
    undefined,
  );
  if (greatest === undefined || greatest.position === START) return;
  const entry = await journal.entryAt(greatest.position);
  if (entry?.id === greatest.entryId) return;
  throw new StartRefused(
    `the views are folded up to position ${greatest.position}, and the journal holds ${entry ? 'another entry' : 'no entry'} there: ` +
      'it was replaced or set back. If it is the right one, start once with --rebuild',
  );
}

/** F1: where the number of partitions or the hash differ, all start from the least progress stored. */
export async function repartitioned(
  { views, partitions, log }: GenerationParts,
  generation: Generation,
): Promise<Generation> {
  if (generation.partitions === partitions && generation.hashVersion === PARTITION_HASH_VERSION) return generation;
  const before = new Progress(generation.partitions);
  before.moved(await views.writer.progress(generation.number));
  const least = before.least();
  const all = Array.from({ length: partitions }, (_, partition) => ({ ...least, partition }));
  await views.control.repartition(generation.number, all, PARTITION_HASH_VERSION);
  log.info('the number of partitions has changed; all restart from the least progress', {
    from: generation.partitions,
    to: partitions,
  });
  return { ...generation, partitions, hashVersion: PARTITION_HASH_VERSION };
}
