/** For specs of moving: exports as texts, and imports of them. */
import { Imports, Moving, silentLog, type MovingParts, type FileLine, type ImportedJournal } from '#application';
import type { Outcome } from '#contracts';
import type { Journal } from '#ports';

export interface Mover {
  readonly imports: Imports;
  readonly moving: Moving;
  readonly stopping: AbortController;
}

/** A process over the journal, as it begins. */
export async function moverOver(
  journal: Journal,
  more: Partial<Pick<MovingParts, 'readOnly' | 'owner' | 'entries' | 'monotonicMs'>> = {},
): Promise<Mover> {
  const imports = new Imports({ journal, log: silentLog, settleMs: 0 });
  await imports.look();
  const stopping = new AbortController();
  const own = { readOnly: false, owner: crypto.randomUUID(), entries: { allows: () => Promise.resolve(true) } };
  const clock = { nowMs: () => Date.UTC(2026, 5, 1) };
  const moving = new Moving({ journal, imports, clock, log: silentLog, ...own, ...more, stopping: stopping.signal });
  return { imports, moving, stopping };
}

export async function exportOf(journal: Journal, place: Parameters<Moving['export']>[0] = null): Promise<string> {
  const { moving } = await moverOver(journal);
  const exported = await moving.export(place);
  if (!exported.ok) throw new Error(exported.problem.detail);
  let text = '';
  for await (const some of exported.value.texts) text += some;
  return text;
}

/** In pieces that know nothing of lines. */
export function importOf({ moving }: Pick<Mover, 'moving'>, file: string): Promise<Outcome<ImportedJournal>> {
  return moving.import(linesOf(file));
}

async function* linesOf(file: string): AsyncGenerator<Iterable<FileLine>, void> {
  const lines = file.split('\n').map((line, index) => ({ number: index + 1, bytes: Buffer.from(line) }));
  if (lines.at(-1)?.bytes.length === 0) lines.pop();
  for (let from = 0; from < lines.length; from += 7) yield lines.slice(from, from + 7);
}
