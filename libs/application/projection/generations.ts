/** Which generation a projector writes: the one served where it is of this layout and fold, else one that is folded anew (P7, J6). */
import {
  DOCUMENTS_VERSION,
  EVENTS_VERSION,
  PARTITION_HASH_VERSION,
  START,
  type Generation,
  type PartitionProgress,
} from '#contracts';
import { FOLD_VERSION, instantOfMs, type Instant } from '#domain';
import type { Journal, Views } from '#ports';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { StartRefused } from '../start-refused.js';
import { Progress } from './progress.js';

export interface GenerationParts {
  readonly journal: Journal;
  readonly views: Views;
  readonly clock: Clock;
  readonly log: Log;
  readonly partitions: number;
}

export interface Chosen {
  readonly generation: Generation;
  readonly progress: Progress;
}

/**
 * Makes the views ready to be written. Throws {@link StartRefused} where they are another journal's; with `foldAnew` they
 * are emptied instead, whatever they hold.
 */
export async function chooseGeneration(parts: GenerationParts, foldAnew: boolean): Promise<Chosen> {
  const { journal, views } = parts;
  const { control } = views;
  if (foldAnew) await control.reset();
  const identity = await control.identity();
  if (identity === undefined) {
    await control.claim({ journal: journal.identity, eventsVersion: EVENTS_VERSION });
  } else if (identity.journal !== journal.identity) {
    throw new StartRefused(
      `the views are of journal ${identity.journal}, this is journal ${journal.identity}: ` +
        'name the folder that belongs together, or start once with --fold-anew',
    );
  }
  if (identity !== undefined && identity.eventsVersion !== EVENTS_VERSION) await control.resetEvents(EVENTS_VERSION);
  const generation = await pick(parts);
  const stored = await views.writer.progress(generation.number);
  await requireProgressOf(journal, stored);
  return { generation, progress: await partitioned(parts, generation, stored) };
}

/** After a generation is served, those of another layout or fold are of no more use: this Hermes could not serve them. */
export async function dropUnusable({ views, log }: GenerationParts): Promise<void> {
  const current = await views.control.current(DOCUMENTS_VERSION);
  for (const each of await views.control.generations()) {
    if (each.number === current || isUsable(each)) continue;
    await views.control.dropGeneration(each.number);
    log.info('views of an earlier layout or fold are dropped', { generation: each.number });
  }
}

async function pick({ views, clock, partitions, log }: GenerationParts): Promise<Generation> {
  const { control } = views;
  const usable = (await control.generations()).filter(isUsable);
  const current = await control.current(DOCUMENTS_VERSION);
  const served = usable.find(({ number }) => number === current);
  if (served !== undefined) return served;
  const begun = usable.findLast(({ state, number }) => state === 'folding' && number !== current);
  if (begun !== undefined) {
    log.info('folding of the views goes on where it was', { generation: begun.number });
    return begun;
  }
  const made = await control.createGeneration({
    documentsVersion: DOCUMENTS_VERSION,
    foldVersion: FOLD_VERSION,
    partitions,
    hashVersion: PARTITION_HASH_VERSION,
    createdAt: instantOfMs(clock.nowMs()) as Instant,
  });
  log.info('the views are being folded from the journal', { generation: made.number });
  return made;
}

function isUsable({ documentsVersion, foldVersion }: Generation): boolean {
  return documentsVersion === DOCUMENTS_VERSION && foldVersion === FOLD_VERSION;
}

/** J6: the entry at the greatest progress must be the one that was there. */
async function requireProgressOf(journal: Journal, stored: readonly PartitionProgress[]): Promise<void> {
  const greatest = stored.reduce<PartitionProgress | undefined>(
    (most, each) => (most === undefined || each.position > most.position ? each : most),
    undefined,
  );
  if (greatest === undefined || greatest.position === START) return;
  const entry = await journal.entryAt(greatest.position);
  if (entry?.id === greatest.entryId) return;
  throw new StartRefused(
    `the views are folded up to position ${greatest.position}, and the journal holds ${entry ? 'another entry' : 'no entry'} there: ` +
      'it was replaced or set back. If it is the right one, start once with --fold-anew',
  );
}

/** F1: where the number of partitions or the hash differ, all start from the least progress stored. */
async function partitioned(
  { views, partitions, log }: GenerationParts,
  generation: Generation,
  stored: readonly PartitionProgress[],
): Promise<Progress> {
  const before = new Progress(generation.partitions);
  before.moved(stored);
  if (generation.partitions === partitions && generation.hashVersion === PARTITION_HASH_VERSION) return before;
  const least = before.least();
  const all = Array.from({ length: partitions }, (_, partition) => ({ ...least, partition }));
  await views.control.repartition(generation.number, all, PARTITION_HASH_VERSION);
  log.info('partitions have changed; all go on from the least progress', {
    from: generation.partitions,
    to: partitions,
  });
  const after = new Progress(partitions);
  after.moved(all);
  return after;
}
