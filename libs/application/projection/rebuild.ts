/** Brings a generation from its progress to the journal's head, under the lease, and serves it: how views are rebuilt (P7). */
import type { Generation } from '#contracts';
import type { Journal, Views } from '#ports';
import type { Lease } from '../leases/lease.js';
import { shareOfWay, type FoldingReport } from './folding-report.js';
import type { GenerationWriter } from './generation-writer.js';

export interface RebuildParts {
  readonly journal: Journal;
  readonly views: Views;
  readonly lease: Lease;
  /** Gets how far it is, after each page. */
  readonly report: FoldingReport;
}

/**
 * Resolves true when the generation is served; false where `signal` aborts, the lease is lost, or a later version has
 * been served meanwhile. Each page is stored with its progress: whatever ends it, the next one resumes there. Throws as
 * the applier does.
 */
export async function rebuild(writer: GenerationWriter, parts: RebuildParts, signal: AbortSignal): Promise<boolean> {
  const { journal, views, lease, report } = parts;
  const { generation, progress, reader } = writer;
  progress.moved(await views.writer.progress(generation.number));
  const all = Array.from({ length: generation.partitions }, (_, partition) => partition);
  // a process that holds the lease after this one reads up to there before it serves; what comes later may be written here while
  // the generation is served already, and followed
  const head = (await journal.head()).position;
  writer.publishBeyond(head);
  const reached = (entries: number): void => {
    const { position } = progress.least();
    const share = shareOfWay(position, head);
    report.at({ phase: 'following', generation: generation.number, position, end: head, entries, share });
  };
  reached(0);
  for (let entries = 0; ;) {
    if (signal.aborted || !(await lease.hold())) return false;
    const { entries: read } = await reader.page(all);
    if (read === 0) break;
    entries += read;
    reached(entries);
  }
  if (!(await lease.hold())) return false;
  return serve(views, generation);
}

async function serve({ control }: Views, { number, documentsVersion }: Generation): Promise<boolean> {
  if ((await control.current(documentsVersion)) === number) return true;
  return (await control.activate(number)) === 'activated';
}
