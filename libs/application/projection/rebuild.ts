/** Brings a generation from its progress to the journal's head, under the lease, and serves it: how views are rebuilt (P7). */
import type { Generation } from '#contracts';
import { dirname } from 'node:path';
import type { ReadJournal, Views } from '#ports';
import type { Clock } from '../clock.js';
import type { Lease } from '../leases/lease.js';
import { nodeDisk, type SplitDisk } from '../replay/splitting/disk.js';
import { requireLeastRoom, type ReplayRoom } from '../replay/splitting/room.js';
import { shareOfWay, type FoldingReport } from './folding-report.js';
import type { LoadViewsParts } from './load-views.js';
import type { GenerationWriter } from './generation-writer.js';

export interface RebuildParts {
  readonly journal: ReadJournal;
  readonly views: Views;
  readonly clock: Clock;
  readonly lease: Lease;
  /** Gets how far it is, after each page. */
  readonly report: FoldingReport;
  readonly replayFolder?: string;
  readonly replayRoom?: ReplayRoom;
  readonly replayDisk?: SplitDisk;
}

/** Of the work, as reported while hosts that are behind are brought on. */
const BEHIND_SHARE = 0.99;

/**
 * Hosts that its replay has left to steps are brought on before it is served: readers would miss all that these have. Others that
 * are behind are not waited for (P9). Resolves true when the generation is served; false where `signal` aborts, the lease is lost, or a later version has
 * been served meanwhile. Each page is stored with its progress: whatever ends it, the next one resumes there. Throws as
 * the applier does.
 */
export async function rebuild(writer: GenerationWriter, parts: RebuildParts, signal: AbortSignal): Promise<boolean> {
  const { journal, views, lease, report, clock } = parts;
  const { generation, progress, reader } = writer;
  progress.moved(await views.writer.progress(generation.number));
  const all = Array.from({ length: generation.partitions }, (_, partition) => partition);
  // a process that holds the lease after this one reads up to there before it serves; what comes later may be written here while
  // the generation is served already, and followed
  const head = (await journal.head()).position;
  writer.publishBeyond(head);
  const reached = (entries: number, share?: number): void => {
    const { position } = progress.least();
    const way = share ?? shareOfWay(position, head);
    report.at({ phase: 'following', generation: generation.number, position, end: head, entries, share: way });
  };
  reached(0);
  let entries = 0;
  const hold = async (): Promise<boolean> => !signal.aborted && (await lease.hold());
  // entries come meanwhile: the journal is read again after it
  const bringOn = (): Promise<number | undefined> =>
    writer.bringReplayedOn(hold, (judged) => {
      entries += judged;
      reached(entries, BEHIND_SHARE);
    });
  for (;;) {
    if (!(await hold())) return false;
    await requireRoomFor(parts);
    // where events arrive all the time no page is empty
    const askedMs = clock.nowMs();
    const { position: end } = await journal.head();
    const { entries: read } = await reader.page(all);
    entries += read;
    reached(entries);
    if (progress.least().position < end) continue;
    const steps = await bringOn();
    if (steps === undefined) return false;
    if (steps > 0) continue;
    await reader.level(all, askedMs);
    break;
  }
  if (!(await lease.hold())) return false;
  return serve(views, generation);
}

/** Where the views lie beside the journal. Throws a `StoreFull` where the rebuild must wait. */
export async function requireRoomFor({
  replayFolder,
  replayRoom,
  replayDisk = nodeDisk,
}: Partial<Pick<LoadViewsParts, 'replayFolder' | 'replayRoom' | 'replayDisk'>>): Promise<void> {
  if (replayFolder !== undefined && replayRoom?.isOfViews === true)
    await requireLeastRoom(replayDisk, dirname(replayFolder));
}

async function serve({ control }: Views, { number, documentsVersion }: Generation): Promise<boolean> {
  if ((await control.current(documentsVersion)) === number) return true;
  return (await control.activate(number)) === 'activated';
}
